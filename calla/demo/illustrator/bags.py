# ruff: noqa: E501  (points and paths read better unbroken)
"""Bags, drawn from where the hand holds them: the handle's top is 0 0."""

from __future__ import annotations

from collections.abc import Callable

from calla.demo.illustrator.canvas import Canvas, folds, seams
from calla.demo.illustrator.cloth import Cloth
from calla.demo.illustrator.geometry import Point, line, outline, stroke

METAL = "#c2a367"


class Place:
    """From the bag's own points to the page."""

    def __init__(self, x: float, y: float, size: float) -> None:
        self.x, self.y, self.size = x, y, size

    def __call__(self, *points: Point) -> list[Point]:
        return [(self.x + px * self.size, self.y + py * self.size) for px, py in points]


def bag(canvas: Canvas, kind: str, cloth: Cloth, place: Place, *, inside: bool = False) -> None:
    BAGS[kind](canvas, cloth, place)


def _handle(canvas: Canvas, cloth: Cloth, place: Place, points: tuple[Point, ...], width: float = 5) -> None:
    d, size = line(place(*points)), place.size
    canvas.add(
        f'<path d="{d}" fill="none" stroke="{cloth.ink}" stroke-width="{(width + 1.6) * size:.1f}" stroke-linecap="round"/>'
        f'<path d="{d}" fill="none" stroke="{cloth.colour}" stroke-width="{width * size:.1f}" stroke-linecap="round"/>'
    )


def _metal(canvas: Canvas, place: Place, *points: Point, radius: float = 2.6) -> None:
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius * place.size:.1f}"/>' for x, y in place(*points))
    canvas.add(f'<g fill="{METAL}" stroke="#6b5327" stroke-width="{0.7 * place.size:.1f}">{dots}</g>')


def _shine(cloth: Cloth, place: Place, *runs: tuple[Point, ...], dark: tuple[tuple[Point, ...], ...] = ()) -> str:
    return folds(
        cloth,
        [stroke(place(*run), 9 * place.size, begin=0.3) for run in dark],
        [stroke(place(*run), 7 * place.size) for run in runs],
    )


def _tote(canvas: Canvas, cloth: Cloth, place: Place) -> None:
    _handle(canvas, cloth, place, ((-20, 52), (-17, 16), (0, 2), (17, 16), (20, 52)), 4)
    d = outline(
        place((-48, 46), (0, 49), (48, 46)),
        place((54, 120), (52, 130)),
        place((52, 130), (0, 136), (-52, 130)),
        place((-54, 120), (-48, 46)),
    )
    lines = seams(
        cloth, place((-49, 54), (0, 57), (49, 54)), width=0.9 * place.size, dash=f"{3 * place.size} {2 * place.size}"
    )
    canvas.piece(
        d,
        cloth,
        _shine(
            cloth,
            place,
            ((-34, 60), (-36, 90), (-34, 122)),
            dark=(((40, 60), (44, 96), (42, 128)), ((-6, 70), (4, 104), (0, 130))),
        )
        + lines,
    )
    _handle(canvas, cloth, place, ((-22, 74), (-20, 30), (0, 4), (20, 30), (22, 74)), 4)
    _metal(canvas, place, (-22, 70), (22, 70))


def _crescent(canvas: Canvas, cloth: Cloth, place: Place) -> None:
    d = outline(
        place((-50, 58), (-22, 66), (22, 66), (50, 58)),
        place((62, 84), (44, 116), (0, 126), (-44, 116), (-62, 84), (-50, 58)),
    )
    _handle(canvas, cloth, place, ((-52, 62), (-40, 22), (0, 2), (40, 22), (52, 62)), 6)
    gathers = tuple(((x, 66), (x * 1.1, 84), (x * 1.06, 100)) for x in (-30, 12, 34))
    canvas.piece(
        d,
        cloth,
        _shine(cloth, place, ((-44, 76), (-36, 102), (-10, 114)), dark=gathers)
        + seams(cloth, place((-48, 64), (0, 73), (48, 64)), width=1.2 * place.size),
    )
    _metal(canvas, place, (-51, 60), (51, 60))


def _bucket(canvas: Canvas, cloth: Cloth, place: Place) -> None:
    _handle(canvas, cloth, place, ((-34, 54), (-24, 14), (0, 2), (24, 14), (34, 54)), 5)
    d = outline(
        place((-38, 52), (-20, 46), (0, 50), (20, 46), (38, 52)),
        place((46, 110), (44, 126)),
        place((44, 126), (0, 134), (-44, 126)),
        place((-46, 110), (-38, 52)),
    )
    dark = tuple(((x, 60), (x * 1.1, 84), (x * 1.2, 108)) for x in (-26, -8, 10, 28))
    canvas.piece(
        d,
        cloth,
        _shine(cloth, place, ((-32, 64), (-36, 92), (-32, 118)), dark=dark)
        + seams(cloth, place((-45, 112), (0, 120), (45, 112)), width=1.2 * place.size),
    )
    _handle(canvas, cloth, place, ((-40, 62), (0, 67), (40, 62)), 2)
    _handle(canvas, cloth, place, ((2, 66), (-6, 86), (-9, 100)), 2)
    _handle(canvas, cloth, place, ((4, 66), (9, 84), (8, 98)), 2)


def _satchel(canvas: Canvas, cloth: Cloth, place: Place) -> None:
    _handle(canvas, cloth, place, ((-22, 46), (-18, 14), (0, 2), (18, 14), (22, 46)), 6)
    d = outline(
        place((-50, 44), (50, 44)),
        place((54, 118), (48, 124)),
        place((-48, 124), (-54, 118)),
        place((-54, 118), (-50, 44)),
    )
    canvas.piece(
        d, cloth, _shine(cloth, place, ((-40, 96), (-42, 108), (-38, 120)), dark=(((46, 60), (48, 90), (44, 120)),))
    )
    flap = outline(
        place((-52, 42), (52, 42)),
        place((54, 76), (40, 92), (0, 97), (-40, 92), (-54, 76)),
        place((-54, 76), (-52, 42)),
    )
    stitch = seams(
        cloth,
        place((-48, 74), (-37, 87), (0, 92), (37, 87), (48, 74)),
        width=0.9 * place.size,
        dash=f"{3 * place.size} {2 * place.size}",
    )
    canvas.piece(flap, cloth, _shine(cloth, place, ((-42, 50), (-44, 66), (-36, 82))) + stitch)
    x, y, s = place.x, place.y, place.size
    canvas.add(
        f'<rect x="{x - 8 * s:.1f}" y="{y + 86 * s:.1f}" width="{16 * s:.1f}" height="{14 * s:.1f}" rx="{2 * s:.1f}" fill="{METAL}" stroke="#6b5327" stroke-width="{0.8 * s:.1f}"/>'
    )


def _clutch(canvas: Canvas, cloth: Cloth, place: Place) -> None:
    d = outline(place((-54, 30), (54, 30)), place((56, 84), (-56, 84)), place((-56, 84), (-54, 30)))
    canvas.piece(d, cloth, _shine(cloth, place, ((-44, 36), (-20, 58), (-8, 80))))
    flap = outline(place((-55, 29), (55, 29)), place((0, 66)), place((-55, 29)))
    canvas.piece(flap, cloth, _shine(cloth, place, ((-40, 34), (-24, 42), (-10, 52))))
    _metal(canvas, place, (0, 60), radius=4)


def _basket(canvas: Canvas, cloth: Cloth, place: Place) -> None:
    leather = Cloth("#8a5a36", "leather")
    _handle(canvas, leather, place, ((-24, 58), (-20, 18), (0, 2), (20, 18), (24, 58)), 4)
    d = outline(
        place((-54, 50), (0, 54), (54, 50)),
        place((50, 96), (36, 122)),
        place((36, 122), (0, 128), (-36, 122)),
        place((-50, 96), (-54, 50)),
    )
    rows = [place((-54 + i * 1.6, 58 + i * 9), (0, 62 + i * 9), (54 - i * 1.6, 58 + i * 9)) for i in range(7)]
    weave = seams(cloth, *rows, width=2.4 * place.size, dash=f"{5 * place.size} {3 * place.size}", opacity=0.45)
    canvas.piece(
        d,
        cloth,
        weave + _shine(cloth, place, ((-40, 60), (-36, 90), (-28, 116)), dark=(((44, 60), (40, 92), (30, 120)),)),
    )
    _handle(canvas, leather, place, ((-24, 74), (-22, 34), (0, 6), (22, 34), (24, 74)), 4)


BAGS: dict[str, Callable[[Canvas, Cloth, Place], None]] = {
    "basket": _basket, "bucket": _bucket, "clutch": _clutch, "crescent": _crescent, "satchel": _satchel, "tote": _tote,
}  # fmt: skip
