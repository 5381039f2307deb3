"""Hats on the head, and the same hats on a peg."""

from __future__ import annotations

from calla.demo.illustrator.canvas import Canvas, folds, seams
from calla.demo.illustrator.cloth import Cloth
from calla.demo.illustrator.geometry import outline, stroke
from calla.demo.illustrator.head import Place


def hat(canvas: Canvas, kind: str, cloth: Cloth, place: Place) -> None:
    {"beret": _beret, "beanie": _beanie, "straw": _straw}[kind](canvas, cloth, place)


def _beret(canvas: Canvas, cloth: Cloth, place: Place) -> None:
    d = outline(
        place((-38, -30), (-52, -42), (-50, -66), (-20, -86), (22, -84), (46, -64), (44, -42), (38, -30)),
        place((38, -30), (0, -42), (-38, -30)),
    )
    marks = folds(
        cloth,
        [
            stroke(place((-36, -34), (-10, -48), (26, -46), (42, -46)), 7),
            stroke(place((-20, -40), (-34, -52), (-40, -58)), 6),
        ],
        [stroke(place((-38, -62), (-20, -76), (4, -78)), 7)],
    )
    canvas.piece(d, cloth, marks)
    band = outline(
        place((-39, -22), (-38, -33), (0, -45), (38, -33), (39, -22)), place((39, -22), (0, -35), (-39, -22))
    )
    canvas.piece(band, cloth, deep=0.2)
    canvas.add(f'<path d="{stroke(place((-4, -84), (-3, -90), (0, -94)), 4, begin=0.8, end=0.6)}" fill="{cloth.ink}"/>')


def _beanie(canvas: Canvas, cloth: Cloth, place: Place) -> None:
    d = outline(
        place((-39, -26), (-38, -56), (-22, -80), (0, -86), (22, -80), (38, -56), (39, -26)),
        place((39, -26), (0, -36), (-39, -26)),
    )
    lines = [place((u * 36, -30), (u * 34, -58), (u * 16, -82)) for u in (-0.8, -0.5, -0.2, 0.1, 0.4, 0.7)]
    canvas.piece(
        d,
        cloth,
        seams(cloth, *lines, width=1.2, opacity=0.5)
        + folds(cloth, [], [stroke(place((-28, -40), (-26, -60), (-12, -76)), 7)]),
    )
    cuff = outline(
        place((-41, -16), (-41, -36), (0, -46), (41, -36), (41, -16)), place((41, -16), (0, -28), (-41, -16))
    )
    ribs = [
        place((u * 41, -18 - 9 * (1 - u * u)), (u * 41, -37 - 8 * (1 - u * u)))
        for u in (-0.9, -0.75, -0.6, -0.45, -0.3, -0.15, 0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9)
    ]
    canvas.piece(cuff, cloth, seams(cloth, *ribs, width=1.2, opacity=0.5))


def _straw(canvas: Canvas, cloth: Cloth, place: Place) -> None:
    brim = outline(
        place((-104, -22), (-70, -44), (0, -52), (70, -44), (104, -22)),
        place((104, -22), (70, -16), (0, -30), (-70, -16), (-104, -22)),
    )
    rows = [
        place((-92 + i * 7, -23 - i), (-50, -38 - i * 2), (0, -44 - i * 2), (50, -38 - i * 2), (92 - i * 7, -23 - i))
        for i in range(3)
    ]
    crown = outline(
        place((-40, -40), (-38, -76), (-20, -90), (20, -90), (38, -76), (40, -40)),
        place((40, -40), (0, -48), (-40, -40)),
    )
    plaits = [place((-39, -56 - i * 8), (0, -62 - i * 8), (39, -56 - i * 8)) for i in range(4)]
    canvas.piece(
        crown,
        cloth,
        seams(cloth, *plaits, width=1.1, dash="4 2", opacity=0.6)
        + folds(cloth, [], [stroke(place((-28, -54), (-26, -70), (-16, -84)), 8)]),
    )
    canvas.piece(brim, cloth, seams(cloth, *rows, width=1.1, dash="4 2", opacity=0.6))
    ribbon = outline(
        place((-41, -38), (-40, -54), (0, -62), (40, -54), (41, -38)), place((41, -38), (0, -46), (-41, -38))
    )
    canvas.piece(ribbon, Cloth(cloth.accents[0] if cloth.accents else "#2b3346", "crepe"))
