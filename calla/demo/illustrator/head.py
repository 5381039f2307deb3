# ruff: noqa: E501  (points and paths read better unbroken)
"""The head: a face of few lines, and hair as one mass with a few strands."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from calla.demo.illustrator.body import Pose
from calla.demo.illustrator.colour import mix
from calla.demo.illustrator.geometry import Point, blob, outline, stroke, turned
from calla.demo.illustrator.skin import Tone

Place = Callable[..., list[Point]]

FACE = (
    (0, -58), (14, -56), (26, -47), (33.5, -31), (35.5, -10), (34, 8), (30, 25), (22.5, 39), (11, 51), (4, 54.5),
    (-4, 54.5), (-11, 51), (-22.5, 39), (-30, 25), (-34, 8), (-35.5, -10), (-33.5, -31), (-26, -47), (-14, -56),
)  # fmt: skip


def placer(pose: Pose) -> Place:
    """From the head's own points (the middle of the eyes is 0 0) to the page."""
    dx, tilt, _ = pose.head
    x, y = pose.at(dx, 124)

    def place(*points: Point) -> list[Point]:
        return [(x + px, y + py) for px, py in turned(points, tilt, (0, 50))]

    return place


@cache
def face(pose: Pose, tone: Tone) -> str:
    place, aside = placer(pose), pose.head[2]
    ink = tone.ink

    def both(width: float, *points: Point, begin: float = 0.1, end: float = 0.1) -> str:
        return "".join(
            stroke(place(*[(side * x + aside, y) for x, y in points]), width, begin=begin, end=end) for side in (-1, 1)
        )

    lids = both(4, (7.5, 5), (12, 1.6), (18, 0.4), (24, 1.8), (30, -0.6), begin=0.3)
    lower = both(1.2, (11, 7.5), (17, 8.6), (24, 6)) + both(1.3, (9, -2), (17, -5), (26, -2))
    iris = "".join(
        blob(
            place(
                *[
                    (s * 17 + aside * 1.25 + x, 4.2 + y)
                    for x, y in ((0, -3.6), (3.7, -0.5), (2.4, 3), (0, 3.8), (-2.4, 3), (-3.7, -0.5))
                ]
            )
        )
        for s in (-1, 1)
    )
    white = "".join(
        blob(place(*[(s * x + aside, y) for x, y in ((8.5, 5), (16, 1), (25.5, 3.4), (17, 8))])) for s in (-1, 1)
    )
    brows = both(3.2, (7, -9.5), (14, -13), (22, -14), (30, -9.5), begin=0.6)
    nose = stroke(place((5 + aside, 4), (6.4 + aside * 1.4, 14), (8.5 + aside * 1.6, 22)), 1.6, begin=0.1) + stroke(
        place((-4 + aside * 1.6, 25), (0 + aside * 1.8, 27), (5 + aside * 1.6, 25)), 2
    )
    m = aside * 1.3
    upper = outline(
        place((-11 + m, 36.5), (-4 + m, 33.2), (0 + m, 34.6), (4 + m, 33.2), (11 + m, 36.5)),
        place((5 + m, 36.8), (0 + m, 37.6), (-5 + m, 36.8)),
    )
    under = outline(place((-10 + m, 36.8), (0 + m, 38), (10 + m, 36.8)), place((5 + m, 42), (0 + m, 43), (-5 + m, 42)))
    cheek = outline(place((36, -20), (36, 0), (31, 25), (16, 46), (5, 53)), place((16, 38), (26, 18), (29, -4)))
    ear = blob(place((-36, -6), (-40, -2), (-39, 8), (-35, 14))) + blob(place((36, -6), (40, -2), (39, 8), (35, 14)))
    shape = blob(place(*FACE))
    return (
        f'<path d="{ear}" fill="{tone.shade}"/>'
        f'<path d="{shape}" fill="{tone.skin}" stroke="{tone.contour}" stroke-width="1.3" stroke-opacity=".7"/>'
        f'<path d="{cheek}" fill="{tone.shade}" opacity=".55"/>'
        f'<path d="{white}" fill="#fffaf2" opacity=".9"/><path d="{iris}" fill="{mix(ink, "#5a3a22", 0.3)}"/>'
        f'<path d="{lids}{brows}" fill="{ink}"/><path d="{lower}{nose}" fill="{tone.contour}" opacity=".8"/>'
        f'<path d="{upper}" fill="{mix(tone.lips, tone.deep, 0.25)}"/><path d="{under}" fill="{tone.lips}"/>'
    )


@cache
def behind(pose: Pose, tone: Tone) -> str:
    """Head and nape from the back, before the hair."""
    place = placer(pose)
    nape = outline(place((-15, 20), (-14, 70), (-20, 96)), place((20, 96), (14, 70), (15, 20)))
    ear = blob(place((-35, -4), (-41, -2), (-40, 9), (-34, 14))) + blob(place((35, -4), (41, -2), (40, 9), (34, 14)))
    return (
        f'<path d="{nape}" fill="{tone.skin}"/><path d="{ear}" fill="{tone.skin}" stroke="{tone.contour}" stroke-width="1.2"/>'
        f'<path d="{blob(place(*FACE[:7], (14, 44), (-14, 44), *FACE[13:]))}" fill="{tone.skin}"/>'
        f'<path d="{outline(place((-14, 40), (0, 46), (14, 40)), place((15, 56), (0, 62), (-15, 56)))}" fill="{tone.shade}" opacity=".7"/>'
    )
