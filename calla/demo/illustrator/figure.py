# ruff: noqa: E501  (points and paths read better unbroken)
"""The body under the clothes: legs, feet, trunk, arms and hands, as skin with a light from the upper left."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from calla.demo.illustrator.body import BUST, CROTCH, HIGH_HIP, HIP, UNDERBUST, WAIST, Arm, Limb, Pose
from calla.demo.illustrator.geometry import Point, line, outline, stroke, turned
from calla.demo.illustrator.skin import Tone

OUTER = (
    (0.0, 33), (0.12, 34.5), (0.35, 31), (0.65, 23.5), (0.9, 17.5), (1.02, 15.5), (1.14, 17), (1.32, 19.5),
    (1.55, 15), (1.8, 9), (1.95, 7.6),
)  # fmt: skip
INNER = (
    (0.08, 35), (0.3, 29), (0.6, 21.5), (0.88, 17), (1.0, 16.2), (1.1, 14.8), (1.26, 16.5), (1.42, 17),
    (1.62, 12.5), (1.82, 7.8), (1.95, 8),
)  # fmt: skip
ARM_OUTER = (
    (0.0, 13), (0.12, 19), (0.3, 18.5), (0.6, 15), (0.85, 12.5), (1.0, 12.5), (1.15, 13.5), (1.35, 12.5), (1.7, 8.6),
    (1.95, 7),
)  # fmt: skip
ARM_INNER = ((0.3, 16), (0.5, 15), (0.8, 12), (1.0, 11), (1.18, 12.5), (1.4, 11), (1.7, 8), (1.95, 6.6))
FOOT = (
    (-7.6, -8), (-8.5, 6), (-12, 26), (-15, 44), (-13.5, 58), (-8, 70), (-2, 77), (4, 72), (10.5, 58), (12, 44),
    (9.5, 24), (8.5, 6), (8, -8),
)  # fmt: skip


@cache
def leg(pose: Pose, which: int, tone: Tone) -> str:
    limb, side = pose.legs[which], (-1, 1)[which]
    outer = [limb.at(t, side * out) for t, out in OUTER]
    inner = [limb.at(t, -side * out) for t, out in INNER]
    skin = outline([*outer, *foot_points(pose, which)[::-side][1:-1], *inner[::-1]], closed=False)
    shin = stroke([limb.at(t, side * 3) for t in (1.02, 1.2, 1.45)], 2)
    knee = stroke([limb.at(t, side * out) for t, out in ((0.93, -9), (0.985, -4), (0.975, 5))], 1.8)
    return (
        f'<path d="{skin}" fill="{tone.skin}" {_pen(tone)}/>'
        f'<path d="{_shade(limb, side)}" fill="{tone.shade}" opacity=".5"/>'
        f'<path d="{shin}{knee}" fill="{tone.contour}" opacity=".4"/>'
    )


def _pen(tone: Tone) -> str:
    return f'stroke="{tone.contour}" stroke-width="1.5" stroke-opacity=".8"'


def _shade(limb: Limb, side: int) -> str:
    """The right flank of the leg lies in shade, wherever its inner side is."""
    widths = OUTER if side > 0 else INNER
    edge = [limb.at(t, out) for t, out in widths]
    within = [limb.at(t, out * (0.45 if t > 1 else 0.35)) for t, out in widths[2:]]
    return outline(edge, within[::-1])


def foot_points(pose: Pose, which: int) -> list[Point]:
    limb = pose.legs[which]
    x, y = limb.at(1.97)
    return [(x + px, y + py) for px, py in turned(FOOT, pose.feet[which])]


@cache
def trunk_skin(pose: Pose, tone: Tone, *, back: bool = False) -> str:
    right = ((12, 176), (15, 196), (18, 216), (30, 229), (54, 239), (70, 246), (80, 258), (78, 290), (66, 308), (65, BUST + 4),
             (53.5, UNDERBUST), (46, 392), (43, WAIST), (50, 444), (58, HIGH_HIP), (66, 500), (70, HIP), (69, CROTCH))  # fmt: skip
    left = [(-x, y) for x, y in right]
    body = outline(
        pose.many(*right), pose.many((40, 572), (6, 566), (0, 560), (-6, 566), (-40, 572)), pose.many(*left[::-1])
    )
    neck = outline(pose.many((-13, 180), (0, 200), (14, 178)), pose.many((16, 206), (4, 212), (-8, 204), (-13, 190)))
    flank = outline(
        pose.many((65, BUST + 4), (54, UNDERBUST), (44, WAIST), (58, HIGH_HIP), (70, HIP)),
        pose.many((56, 500), (42, HIGH_HIP), (31, WAIST), (40, UNDERBUST), (56, BUST + 14)),
    )
    bones = [
        stroke(pose.many((6, 231), (24, 229), (46, 234), (62, 240)), 2.6),
        stroke(pose.many((-6, 231), (-24, 230), (-46, 236), (-62, 242)), 2.2),
        stroke(pose.many((11, 196), (7, 212), (3, 226)), 2),
        stroke(pose.many((-12, 200), (-8, 214), (-4, 226)), 1.6),
    ]
    if back:
        neck = ""
        bones = [
            stroke(pose.many((1, 240), (0, 320), (0, 410)), 3),
            *(stroke(pose.many((s * 20, 270), (s * 36, 292), (s * 36, 322)), 2.4) for s in (-1, 1)),
        ]
    return (
        f'<path d="{body}" fill="{tone.skin}"/><path d="{neck}" fill="{tone.shade}" opacity=".9"/>'
        f'<path d="{flank}" fill="{tone.shade}" opacity=".5"/>'
        f'<path d="{line(pose.many(*right[:5]))}M{line(pose.many(*left[:5]))[1:]}" fill="none" stroke="{tone.contour}" stroke-width="1.5" opacity=".75"/>'
        f'<path d="{line(pose.many(*right[8:]))}M{line(pose.many(*left[8:]))[1:]}" fill="none" stroke="{tone.contour}" stroke-width="1.4" opacity=".6"/>'
        f'<path d="{"".join(bones)}" fill="{tone.contour}" opacity=".6"/>'
    )


@cache
def posed(pose: Pose, arm: Arm) -> Limb:
    """The arm's limb where the pose carries it."""
    limb = arm.limb
    start, middle, end = (pose.at(x, y) for x, y in (limb.start, limb.middle, limb.end))
    return Limb(start, middle, end, limb.bow)


def arm_sides(limb: Limb, side: int) -> tuple[list[Point], list[Point]]:
    """The arm's two edges from the shoulder down, outer first; no points inside a sharp bend."""
    outer = list(_edge(limb, side, ARM_OUTER))
    inner = list(_edge(limb, -side, ARM_INNER))
    return outer, inner


def _edge(limb: Limb, side: int, widths: tuple[tuple[float, float], ...]) -> Iterator[Point]:
    bent = limb.turn * side
    for t, out in widths:
        if bent > 0.45 and 0.8 < t < 1.2:
            if t == 1.0:
                yield limb.at(t, side * out * 1.5)
        else:
            yield limb.at(t, side * out * (1.2 if t == 1.0 and bent < -0.45 else 1))


def _rest(limb: Limb, side: int, widths: tuple[tuple[float, float], ...], begin: float) -> list[Point]:
    return list(_edge(limb, side, tuple((t, out) for t, out in widths if t >= begin - 0.01)))


@cache
def arm(pose: Pose, which: int, tone: Tone, *, begin: float = 0.0) -> str:
    """`begin`: from where on the skin is seen, below a sleeve."""
    one, side = pose.arms[which], (-1, 1)[which]
    limb = posed(pose, one)
    outer, inner = arm_sides(limb, side)
    x, y = limb.start
    if begin > 0.2:
        outer, inner = _rest(limb, side, ARM_OUTER, begin), _rest(limb, -side, ARM_INNER, begin)
        top = outer
    else:
        top = [(x - side * 10, y - 14), (x + side * 5, y - 7), *outer[1:]]
    skin = outline(top, inner[::-1], closed=False)
    dark = limb.at(0.2, 0)[0] < limb.at(0.2, 10)[0]
    edge, sign = (outer, side) if (side > 0) == dark else (inner, -side)
    within = [limb.at(t, sign * 3) for t in (1.9, 1.5, 1.15, 0.85, 0.5, 0.25) if t > begin]
    return f'{hand(one, limb, side, tone)}<path d="{skin}" fill="{tone.skin}" {_pen(tone)}/>' + (
        f'<path d="{outline(edge, within)}" fill="{tone.shade}" opacity=".5"/>' if within else ""
    )


# Hands from the wrist, fingers down; the thumb on the side of positive x.
HANGING = (
    (-6.8, -6), (-8, 6), (-11, 20), (-12.5, 34), (-12, 46), (-9.5, 57), (-7, 59), (-5.5, 66), (-2.5, 69), (-0.5, 68),
    (2, 71), (5, 69), (6.5, 60), (8.5, 48), (9.5, 32), (8.5, 16), (7, 4), (6.6, -6),
)  # fmt: skip
THUMB = ((6, 4), (11, 14), (14.5, 27), (14, 40), (11, 44), (9, 38), (7.5, 24))
FINGERS = (((-5, 36), (-6, 48), (-5.6, 60)), ((0, 37), (0, 50), (-0.6, 66)), ((4.6, 37), (5, 48), (4.2, 62)))


def hand(one: Arm, limb: Limb, side: int, tone: Tone) -> str:
    if one.hand in ("pocket", "none"):
        return ""
    x, y = limb.at(1.97)
    shapes, lines = (HANGING, THUMB), FINGERS

    def placed(points: tuple[Point, ...]) -> list[Point]:
        return [(x + px, y + py) for px, py in turned([(-side * px, py) for px, py in points], one.angle)]

    skin = "".join(outline(placed(shape), closed=False) for shape in shapes)
    fingers = "".join(stroke(placed(points), 1.3, begin=0.5) for points in lines)
    return (
        f'<path d="{skin}" fill="{tone.skin}" stroke="{tone.contour}" stroke-width="1.3" stroke-opacity=".75"/>'
        f'<path d="{fingers}" fill="{tone.contour}" opacity=".7"/>'
    )
