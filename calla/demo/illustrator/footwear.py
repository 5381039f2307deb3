# ruff: noqa: E501  (points and paths read better unbroken)
"""Shoes from the side, a pair of them: the sole stands on y = 0, the toe points to the right."""

from __future__ import annotations

from collections.abc import Callable

from calla.demo.illustrator.bags import METAL, Place
from calla.demo.illustrator.canvas import Canvas, folds, seams
from calla.demo.illustrator.cloth import Cloth
from calla.demo.illustrator.colour import shaded
from calla.demo.illustrator.geometry import Point, line, outline, stroke

Heel = Callable[[Canvas, Cloth, Place], None]


def shoe(canvas: Canvas, kind: str, cloth: Cloth, place: Place) -> None:
    SHOES[kind](canvas, cloth, place)


def _sole(canvas: Canvas, cloth: Cloth, place: Place, points: tuple[Point, ...], width: float = 2.4) -> None:
    canvas.add(
        f'<path d="{line(place(*points))}" fill="none" stroke="{shaded(cloth.colour, 0.65)}" stroke-width="{width * place.size:.1f}" stroke-linecap="round"/>'
    )


def _gloss(cloth: Cloth, place: Place, *runs: tuple[Point, ...], dark: tuple[tuple[Point, ...], ...] = ()) -> str:
    return folds(
        cloth,
        [stroke(place(*run), 5 * place.size, begin=0.3) for run in dark],
        [stroke(place(*run), 4 * place.size) for run in runs],
    )


def _pump(canvas: Canvas, cloth: Cloth, place: Place) -> None:
    heel = outline(place((-56, -44), (-58, -20), (-52, 0)), place((-47, 0), (-46, -20), (-38, -36)))
    canvas.piece(heel, cloth, deep=0.25)
    lining = outline(
        place((-59, -68), (-40, -46), (-16, -22), (16, -20)), place((8, -22), (-18, -30), (-42, -50), (-59, -68))
    )
    canvas.add(f'<path d="{lining}" fill="#e9d8c0" stroke="{cloth.ink}" stroke-width="1.2"/>')
    d = outline(
        place((-59, -70), (-62, -54), (-56, -40)), place((-56, -40), (-38, -32), (-16, -10), (8, -1), (40, 0), (66, -2)),
        place((66, -2), (62, -9), (46, -17), (26, -23), (18, -24)), place((18, -24), (8, -16), (-16, -24), (-40, -47), (-59, -70)),
    )  # fmt: skip
    canvas.piece(
        d,
        cloth,
        _gloss(
            cloth,
            place,
            ((-52, -52), (-36, -38), (-18, -20)),
            ((26, -19), (42, -14), (56, -7)),
            dark=(((-40, -36), (-16, -12), (10, -5)),),
        ),
    )
    _sole(canvas, cloth, place, ((-55, -39), (-38, -31), (-16, -9), (8, 0), (40, 1), (66, -1)), 1.6)


def _ballet(canvas: Canvas, cloth: Cloth, place: Place) -> None:
    lining = outline(place((-56, -24), (-30, -14), (14, -12), (22, -22)), place((-10, -20), (-56, -24)))
    canvas.add(f'<path d="{lining}" fill="#e9d8c0" stroke="{cloth.ink}" stroke-width="1.2"/>')
    d = outline(
        place((-57, -28), (-61, -14), (-57, -2)),
        place((-20, 0), (40, 0), (60, -4)),
        place((63, -12), (50, -20), (26, -25)),
        place((12, -13), (-20, -15), (-57, -28)),
    )
    canvas.piece(d, cloth, _gloss(cloth, place, ((34, -21), (50, -16), (56, -10)), ((-54, -20), (-52, -12), (-48, -6))))
    _sole(canvas, cloth, place, ((-58, -1), (-20, 2), (40, 2), (60, -2)), 2.6)
    for s in (-1, 1):
        canvas.piece(
            outline(place((25, -25), (25 + s * 9, -32), (25 + s * 13, -27), (25 + s * 10, -22), (25, -25))), cloth
        )


def _boot(canvas: Canvas, cloth: Cloth, place: Place) -> None:
    heel = outline(place((-54, -22), (-56, 0)), place((-32, 0), (-30, -16)))
    canvas.piece(heel, cloth, deep=0.35)
    d = outline(
        place((-52, -118), (-48, -80), (-52, -52), (-57, -34), (-54, -18)),
        place((-30, -14), (-6, -3), (40, -2), (62, -4)),
        place((64, -14), (52, -24), (26, -34), (4, -46), (-4, -66), (-4, -90), (0, -118)),
        place((-26, -122), (-52, -118)),
    )
    gore = outline(
        place((-34, -112), (-14, -112)),
        place((-15, -80), (-20, -60)),
        place((-29, -60), (-33, -80)),
        place((-34, -112)),
    )
    marks = _gloss(
        cloth,
        place,
        ((-44, -108), (-40, -78), (-42, -54)),
        ((24, -30), (44, -22), (56, -14)),
        dark=(((-2, -60), (-20, -48), (-40, -44)), ((0, -44), (-14, -34), (-34, -32))),
    )
    elastic = f'<path d="{gore}" fill="{cloth.deep}" opacity=".55"/>'
    canvas.piece(d, cloth, marks + elastic)
    _sole(canvas, cloth, place, ((-54, -18), (-30, -13), (-6, -1), (40, 0), (63, -3)), 3)
    canvas.add(seams(cloth, place((-4, -60), (8, -30), (12, -6)), width=1.1 * place.size))


def _sandal(canvas: Canvas, cloth: Cloth, place: Place) -> None:
    heel = outline(place((-55, -30), (-55, 0)), place((-38, 0), (-36, -24)))
    canvas.piece(heel, cloth, deep=0.3)
    bed = outline(
        place((-60, -38), (-40, -32), (-14, -10), (20, -7), (62, -9)),
        place((64, -2), (40, 0), (6, 0), (-18, -4), (-42, -24), (-60, -30)),
        place((-60, -38)),
    )
    canvas.piece(bed, Cloth("#b58a5e", "leather"))
    front = outline(
        place((14, -8), (20, -28), (36, -32), (46, -9)),
        place((36, -8), (32, -22), (24, -20), (22, -8)),
        place((14, -8)),
    )
    canvas.piece(front, cloth, _gloss(cloth, place, ((20, -22), (30, -28), (38, -24))))
    strap = outline(
        place((-58, -38), (-56, -66), (-34, -78), (-14, -74)),
        place((-14, -68), (-34, -71), (-50, -62), (-51, -36)),
        place((-58, -38)),
    )
    canvas.piece(strap, cloth, _gloss(cloth, place, ((-54, -50), (-50, -64), (-36, -74))))
    loop = line(place((-14, -71), (-6, -60), (-24, -48), (-50, -44)))
    canvas.add(
        f'<path d="{loop}" fill="none" stroke="{cloth.ink}" stroke-width="{5 * place.size:.1f}"/><path d="{loop}" fill="none" stroke="{cloth.colour}" stroke-width="{3.8 * place.size:.1f}"/>'
    )
    x, y = place((-30, -47))[0]
    canvas.add(
        f'<rect x="{x - 4 * place.size:.1f}" y="{y - 4 * place.size:.1f}" width="{8 * place.size:.1f}" height="{7 * place.size:.1f}" rx="2" fill="none" stroke="{METAL}" stroke-width="{1.5 * place.size:.1f}"/>'
    )


def _loafer(canvas: Canvas, cloth: Cloth, place: Place) -> None:
    canvas.piece(outline(place((-60, -10), (-60, 0)), place((-30, 0), (-28, -8))), cloth, deep=0.4)
    lining = outline(place((-56, -40), (-24, -26), (6, -34)), place((-20, -38), (-56, -40)))
    canvas.add(f'<path d="{lining}" fill="#e0c9a8" stroke="{cloth.ink}" stroke-width="1.2"/>')
    d = outline(
        place((-57, -44), (-62, -26), (-60, -9)),
        place((-20, -8), (40, -6), (62, -8)),
        place((65, -18), (52, -27), (34, -30)),
        place((18, -44), (6, -48)),
        place((-8, -32), (-30, -32), (-57, -44)),
    )
    tongue = seams(cloth, place((4, -40), (14, -26), (38, -24), (56, -18)), width=1.5 * place.size)
    canvas.piece(
        d, cloth, _gloss(cloth, place, ((34, -26), (50, -22), (58, -16)), ((-56, -36), (-55, -24), (-52, -14))) + tongue
    )
    saddle = outline(place((-4, -30), (10, -48), (20, -44), (24, -28), (10, -12)), place((-2, -12), (-4, -30)))
    canvas.piece(saddle, cloth, _gloss(cloth, place, ((4, -34), (12, -40), (16, -34))))
    _sole(canvas, cloth, place, ((-60, -7), (-20, -5), (40, -4), (63, -6)), 4)


SHOES: dict[str, Callable[[Canvas, Cloth, Place], None]] = {
    "ballet": _ballet, "boot": _boot, "loafer": _loafer, "pump": _pump, "sandal": _sandal,
}  # fmt: skip
