# ruff: noqa: E501  (points and paths read better unbroken)
"""What she stands in, seen from the front or from behind, along the turn of each foot."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from calla.demo.illustrator.body import Pose
from calla.demo.illustrator.colour import lit, shaded
from calla.demo.illustrator.geometry import Point, line, outline, stroke, turned

Place = Callable[..., list[Point]]

TOE = ((12, 40), (11.6, 52), (9, 64), (3.5, 75), (-2, 79), (-7, 74), (-13, 62), (-15.4, 50), (-15.6, 40))


@cache
def shoe(pose: Pose, which: int, kind: str, colour: str, *, back: bool = False) -> str:
    limb, side = pose.legs[which], (-1, 1)[which]
    x, y = limb.at(1.97)
    shin = limb.end[1] - limb.middle[1]

    def place(*points: Point) -> list[Point]:
        """A shaft follows the leg, what is below the ankle the turn of the foot."""
        below = turned(points, pose.feet[which])
        return [
            (x + bx, y + by) if py > 0 else limb.at(1.97 + py / shin, px)
            for (px, py), (bx, by) in zip(points, below, strict=True)
        ]

    if back and kind != "bare":
        return _heel(place, kind, colour)
    draw = {"pump": _pump, "sandal": _sandal, "boot": _boot, "flat": _flat, "bare": _bare}[kind]
    return draw(place, side, colour)


def _pump(place: Place, side: int, colour: str) -> str:
    heel = outline(place((-side * 9, 30), (-side * 14, 48), (-side * 13, 72)), place((-side * 9, 72), (-side * 6, 46)))
    body = outline(place(*TOE), place((-13, 49), (-8, 60), (-2, 63.5), (4.5, 60), (9.5, 49), (12, 40)))
    shine = stroke(place((-9, 62), (-6, 70), (-2, 74)), 2.2)
    return (
        f'<path d="{heel}" fill="{shaded(colour, 0.45)}"/><path d="{body}" fill="{colour}" stroke="{shaded(colour, 0.6)}" stroke-width="1.4"/>'
        f'<path d="{shine}" fill="{lit(colour, 0.5)}" opacity=".8"/>'
    )


def _sandal(place: Place, side: int, colour: str) -> str:
    heel = outline(place((-side * 9, 30), (-side * 14, 48), (-side * 13, 72)), place((-side * 9, 72), (-side * 6, 46)))
    sole = line(place(*TOE))
    straps = line(place((-15, 52), (-2, 45), (12, 51))) + line(place((-9.5, 12), (0, 17), (9.5, 11)))
    return (
        f'<path d="{heel}" fill="{shaded(colour, 0.45)}"/><path d="{sole}" fill="none" stroke="{shaded(colour, 0.4)}" stroke-width="2.6"/>'
        f'<path d="{straps}" fill="none" stroke="{colour}" stroke-width="3.6"/>'
    )


def _flat(place: Place, side: int, colour: str) -> str:
    body = outline(
        place((13, 36), *TOE, (-16, 36)), place((-13, 45), (-8, 56), (-2, 59), (4.5, 56), (10, 45), (13, 36))
    )
    return (
        f'<path d="{body}" fill="{colour}" stroke="{shaded(colour, 0.6)}" stroke-width="1.4"/>'
        f'<path d="{stroke(place((-7, 63), (-2, 66), (4, 63)), 2)}" fill="{lit(colour, 0.4)}"/>'
    )


def _boot(place: Place, side: int, colour: str) -> str:
    body = outline(
        place((18, -86), (14.5, -40), (10.5, -6), (12, 20), *TOE, (-14.5, 20), (-11, -6), (-14.5, -40), (-18, -86)),
        place((-6, -82), (6, -82), (18, -86)),
    )
    sole = stroke(place((12, 56), (8, 72), (-2, 81), (-10, 74), (-15.5, 56)), 3.2, begin=0.4, end=0.4)
    folds = stroke(place((-10, -2), (-2, 4), (7, 2)), 2.4) + stroke(place((10, 8), (4, 13), (-6, 12)), 2)
    shine = stroke(place((-7, -72), (-6, -30), (-5.6, -8)), 3.4) + stroke(place((-9, 40), (-8, 58), (-4, 70)), 2.6)
    return (
        f'<path d="{body}" fill="{colour}" stroke="{shaded(colour, 0.6)}" stroke-width="1.5"/><path d="{sole}{folds}" fill="{shaded(colour, 0.6)}"/>'
        f'<path d="{shine}" fill="{lit(colour, 0.4)}" opacity=".55"/>'
    )


def _bare(place: Place, side: int, colour: str) -> str:
    return ""


def _heel(place: Place, kind: str, colour: str) -> str:
    """From behind: the counter round the heel and the heel below it."""
    high = {"boot": -86, "pump": 14, "flat": 18, "sandal": 26}[kind]
    top = 18 if kind == "boot" else 10
    body = outline(
        place((top, high), (11, max(high, 0) + 8), (12, 36), (11, 56)),
        place((5, 62), (-5, 62), (-11, 56)),
        place((-12, 36), (-11, max(high, 0) + 8), (-top, high)),
        place((0, high + 5), (top, high)),
    )
    low = kind == "flat"
    heel = outline(
        place((-8, 54), (0, 58), (8, 54)),
        place((6 if low else 3.4, 66 if low else 76), (-6 if low else -3.4, 66 if low else 76)),
    )
    return (
        f'<path d="{heel}" fill="{shaded(colour, 0.45)}"/><path d="{body}" fill="{colour}" stroke="{shaded(colour, 0.6)}" stroke-width="1.4"/>'
        f'<path d="{stroke(place((-6, high + 8), (-7, 36), (-6, 52)), 2.4)}" fill="{lit(colour, 0.4)}" opacity=".6"/>'
    )
