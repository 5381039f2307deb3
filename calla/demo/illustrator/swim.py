# ruff: noqa: E501  (points and paths read better unbroken)
"""Swimwear: one outline from the neckline to the leg, or two pieces."""

from __future__ import annotations

from calla.demo.illustrator.bodice import bodice
from calla.demo.illustrator.body import HIP, UNDERBUST, WAIST, Pose, trunk
from calla.demo.illustrator.canvas import Canvas, folds, seams
from calla.demo.illustrator.cloth import Cloth
from calla.demo.illustrator.cut import Cut
from calla.demo.illustrator.geometry import Point, outline, stroke


def suit(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, *, back: bool) -> None:
    if cut.has("two piece"):
        _two(canvas, pose, cut, cloth, back)
        return
    side = 492.0
    d = bodice(pose, cut, side, back=back, hem=pose.many(*_legs(cut.half(side), side, back)))
    marks = [stroke(pose.many((60, 322), (46, 380), (44, 430), (64, 500)), 15, begin=0.2, end=0.4)]
    if not back:
        marks += [stroke(pose.many((s * 10, 336), (s * 32, 347), (s * 58, 326)), 6) for s in (-1, 1)]
    glow = [
        stroke(pose.many((-44, 330), (-36, 400), (-44, 470)), 9),
        stroke(pose.many((-10, 440), (-14, 480), (-12, 520)), 7),
    ]
    canvas.piece(d, cloth, folds(cloth, marks, glow))
    if cut.has("ruched"):
        runs = [pose.many((-46, y), (0, y + 9), (46, y - 2)) for y in range(372, 480, 13)]
        canvas.add(folds(cloth, [stroke(run, 5, begin=0.5, end=0.5) for run in runs], []))


def _legs(half: float, side: float, back: bool) -> list[Point]:
    """From the right side over both legs to the left side."""
    right = [(half, side), (54, 548), (26, 578), (0, 584)] if back else [(half, side), (46, 528), (24, 562), (9, 580)]
    left = [(-x, y) for x, y in right[::-1]]
    return [*right, *(left[1:] if back else left)]


def _two(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, back: bool) -> None:
    low = UNDERBUST + 4.0
    marks = [stroke(pose.many((s * 8, 338), (s * 32, 349), (s * 58, 328)), 6) for s in (-1, 1)] if not back else []
    canvas.piece(
        bodice(pose, cut, low, back=back),
        cloth,
        folds(cloth, marks, [stroke(pose.many((-48, 318), (-34, 310), (-20, 318)), 7)]),
    )
    canvas.add(
        seams(cloth, pose.many((-cut.half(low - 9), low - 9), (0, low - 5), (cut.half(low - 9), low - 9)), width=1)
    )
    top = WAIST + 14.0 if cut.has("high waist") else HIP - 44.0
    side = max(top + 20, 496.0)
    edge = [(trunk(y) + 1.5, y) for y in (top, (top + side) / 2, side)]
    d = outline(
        pose.many((-edge[0][0], top), (0, top + 6), (edge[0][0], top)), pose.many(*edge), pose.many(*_legs(edge[-1][0], side, back)),
        pose.many(*((-x, y) for x, y in edge[::-1])),
    )  # fmt: skip
    canvas.piece(
        d,
        cloth,
        folds(
            cloth,
            [stroke(pose.many((52, top + 4), (50, 500), (66, 520)), 12)],
            [stroke(pose.many((-40, top + 8), (-42, 490), (-46, 506)), 7)],
        ),
    )
    canvas.add(seams(cloth, pose.many((-edge[0][0], top + 9), (0, top + 15), (edge[0][0], top + 9)), width=1))
