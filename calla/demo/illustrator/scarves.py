# ruff: noqa: E501  (points and paths read better unbroken)
"""Scarves: round the neck, and folded once over a rail."""

from __future__ import annotations

from calla.demo.illustrator.body import Pose
from calla.demo.illustrator.canvas import Canvas, folds, seams
from calla.demo.illustrator.cloth import Cloth
from calla.demo.illustrator.geometry import Point, blob, outline, stroke


def worn(canvas: Canvas, kind: str, cloth: Cloth, pose: Pose) -> None:
    (_neckerchief if kind == "square" else _long)(canvas, cloth, pose)


def _long(canvas: Canvas, cloth: Cloth, pose: Pose) -> None:
    for x, end, lean in ((-22, 560, -16), (16, 500, 12)):
        tail = outline(
            pose.many((x - 14, 244), (x - 22 + lean * 0.4, 400), (x - 24 + lean, end)),
            pose.many((x + 26 + lean, end + 4)),
            pose.many((x + 26 + lean, end + 4), (x + 24 + lean * 0.4, 400), (x + 18, 250)),
        )
        marks = folds(
            cloth,
            [stroke(pose.many((x, 262), (x + 6, 400), (x + 4 + lean, end)), 11, end=0.7)],
            [stroke(pose.many((x - 8, 270), (x - 12, 380), (x - 12 + lean, end - 20)), 7)],
        )
        canvas.piece(tail, cloth, marks)
        fringe(canvas, cloth, pose.many((x - 23 + lean, end), (x + 25 + lean, end + 4)), 20)
    loop = blob(
        pose.many((-44, 214), (-20, 202), (20, 202), (44, 214), (46, 240), (26, 262), (-4, 268), (-34, 258), (-48, 238))
    )
    marks = folds(
        cloth,
        [stroke(pose.many((-40, 224), (-6, 246), (38, 226)), 8), stroke(pose.many((-36, 244), (0, 258), (34, 240)), 6)],
        [stroke(pose.many((-36, 216), (-14, 228), (14, 230)), 6)],
    )
    canvas.piece(loop, cloth, marks)


def _neckerchief(canvas: Canvas, cloth: Cloth, pose: Pose) -> None:
    for lean, end in ((-24, 292), (12, 282)):
        tail = outline(
            pose.many((-2, 240), (lean - 10, end - 8)),
            pose.many((lean + 8, end)),
            pose.many((lean + 8, end), (10, 246)),
        )
        canvas.piece(
            tail,
            cloth,
            folds(cloth, [stroke(pose.many((2, 246), (lean * 0.4, 266), (lean, end - 6)), 5, end=0.5)], []),
            pen=1.4,
        )
    band = outline(pose.many((-20, 208), (0, 216), (20, 208)), pose.many((24, 224), (8, 240), (-8, 240), (-24, 224)))
    canvas.piece(band, cloth, folds(cloth, [stroke(pose.many((-20, 218), (0, 228), (20, 218)), 5)], []), pen=1.4)
    canvas.piece(blob(pose.many((-9, 232), (8, 230), (11, 242), (2, 250), (-9, 244))), cloth, pen=1.4)


def folded(canvas: Canvas, kind: str, cloth: Cloth) -> None:
    """As it lies in the shop."""
    if kind == "square":
        _laid_square(canvas, cloth)
        return
    for x, low in ((350, 900), (440, 980)):
        d = outline(
            ((x, 260), (x + 60, 254), (x + 120, 260)),
            ((x + 124, low), (x + 60, low + 5), (x - 4, low)),
            ((x - 4, low), (x, 260)),
        )
        marks = folds(
            cloth,
            [stroke(((x + 90, 300), (x + 96, 600), (x + 92, low)), 26, end=0.6)],
            [stroke(((x + 24, 290), (x + 20, 560), (x + 24, low - 40)), 18)],
        )
        canvas.piece(d, cloth, marks)
        fringe(canvas, cloth, [(x - 3, low), (x + 123, low)], 56)
    canvas.add(
        '<path d="M250 252H650" stroke="#8a6a45" stroke-width="13" stroke-linecap="round"/><path d="M256 249H644" stroke="#c9a779" stroke-width="4" stroke-linecap="round"/>'
    )
    for x in (350, 440):
        over = outline(
            ((x - 1, 268), (x, 246), (x + 60, 238), (x + 120, 246), (x + 121, 268)), ((x + 60, 262), (x - 1, 268))
        )
        canvas.piece(over, cloth)


def _laid_square(canvas: Canvas, cloth: Cloth) -> None:
    d = outline(
        ((450, 240), (640, 420), (800, 600)),
        ((800, 600), (640, 770), (450, 950)),
        ((450, 950), (260, 780), (100, 600)),
        ((100, 600), (262, 420), (450, 240)),
    )
    hem = outline(((450, 270), (770, 600)), ((450, 920),), ((130, 600),), ((450, 270),))
    edge = f'<path d="{hem}" fill="none" stroke="{(cloth.accents or (cloth.bright,))[0]}" stroke-width="16"/>'
    marks = folds(
        cloth,
        [stroke(((450, 240), (470, 600), (452, 950)), 22), stroke(((110, 600), (450, 620), (790, 600)), 16)],
        [stroke(((440, 260), (452, 600), (440, 930)), 12), stroke(((240, 480), (380, 520), (420, 590)), 20)],
    )
    canvas.piece(d, cloth, edge + marks, pen=2.4)


def fringe(canvas: Canvas, cloth: Cloth, edge: list[Point], length: float) -> None:
    (x0, y0), (x1, y1) = edge
    n = 14
    runs = [
        [
            (x0 + (x1 - x0) * i / n, y0 + (y1 - y0) * i / n),
            (x0 + (x1 - x0) * i / n + (i % 3 - 1) * length * 0.1, y0 + (y1 - y0) * i / n + length),
        ]
        for i in range(n + 1)
    ]
    canvas.add(seams(cloth, *runs, width=max(1.6, length / 14), opacity=0.9))
