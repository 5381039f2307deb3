"""A whole garment on a pose, from the inside out."""

from __future__ import annotations

from calla.demo.illustrator import collars, swim, trims
from calla.demo.illustrator.bodice import armhole, bodice, flip, neck_runs
from calla.demo.illustrator.body import BUST, HIP, WAIST, Pose
from calla.demo.illustrator.canvas import Canvas, folds, seams
from calla.demo.illustrator.cloth import Cloth
from calla.demo.illustrator.cut import Cut
from calla.demo.illustrator.geometry import Point, outline, stroke
from calla.demo.illustrator.skirts import Skirt
from calla.demo.illustrator.sleeves import sleeve
from calla.demo.illustrator.trousers import trousers

ONE_PIECE = {"slip", "column", "straight", "trapeze", "coat"}


def body(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, *, back: bool = False) -> None:
    """Everything but the sleeves."""
    if cut.kind == "trousers":
        return trousers(canvas, pose, cut, cloth, back=back)
    if cut.kind == "skirt":
        return _skirt(canvas, pose, cut, cloth, back)
    if cut.kind == "swim":
        swim.suit(canvas, pose, cut, cloth, back=back)
    elif cut.kind == "jumpsuit":
        trousers(canvas, pose, cut, cloth, back=back, top=cut.waistline - 10)
        _upper(canvas, pose, cut, cloth, cut.waistline, back)
    elif cut.skirt and cut.skirt not in ONE_PIECE:
        skirt = Skirt(pose, cut, cut.waistline)
        marks = skirt.marks(cloth) + (skirt.tiers(cloth) if cut.skirt == "tiered" else "")
        canvas.piece(skirt.outline(), cloth, marks)
        trims.skirt(canvas, skirt, cut, cloth, back)
        _upper(canvas, pose, cut, cloth, cut.waistline, back)
    elif cut.skirt:
        _long(canvas, pose, cut, cloth, back)
    else:
        _upper(canvas, pose, cut, cloth, cut.hem, back)
    trims.waist(canvas, pose, cut, cloth, back)
    collars.neck(canvas, pose, cut, cloth, back=back)
    trims.front(canvas, pose, cut, cloth, back)
    return None


def sleeves(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, which: int) -> None:
    sleeve(canvas, pose, cut, cloth, which)


def _skirt(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, back: bool) -> None:
    skirt = Skirt(pose, cut, WAIST + 6, start=cut.half(WAIST) - 1)
    marks = skirt.marks(cloth) + (skirt.tiers(cloth) if cut.skirt == "tiered" else "")
    canvas.piece(skirt.outline(), cloth, marks)
    trims.skirt(canvas, skirt, cut, cloth, back)
    trims.band(canvas, pose, cut, cloth, WAIST - 12, WAIST + 8)


def _upper(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, bottom: float, back: bool) -> None:
    d = bodice(pose, cut, bottom, back=back)
    canvas.piece(d, cloth, _bust(pose, cut, cloth, bottom, back))
    if not cut.skirt and cut.kind in {"knit"} and bottom > 410:
        trims.ribs(canvas, pose, cut, cloth, bottom)


def _long(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, back: bool) -> None:
    """A dress or coat without a seam at the waist: trunk and skirt are one piece of cloth."""
    top = HIP - 20
    skirt = Skirt(pose, cut, top, start=cut.half(top))
    neck = neck_runs(cut, back=back)
    start = neck[0][0]
    arm = armhole(cut, start) if cut.neck not in {"sweetheart", "bandeau"} else []
    edge = arm[-1][1] if arm else start[1]
    ys = [y for y in (BUST + 2, 360, 392, 420, 446, 474) if y > edge + 12]
    right = pose.many(
        *([arm[-1]] if arm else [start]),
        *((cut.half(y) + (5 if y < 330 and cut.fit in {"close", "fitted"} else 0), y) for y in ys),
    ) + skirt.flank(1)
    left = pose.many(
        *([(-arm[-1][0], arm[-1][1])] if arm else [(-start[0], start[1])]),
        *((-cut.half(y) - (5 if y < 330 and cut.fit in {"close", "fitted"} else 0), y) for y in ys),
    ) + skirt.flank(-1)
    runs: list[list[Point]] = [pose.many(*arm)] if arm else []
    runs += [right, skirt.hem_points(), left[::-1]]
    runs += [pose.many(*flip(arm))] if arm else []
    runs += [pose.many(*((-x, y) for x, y in run)) for run in neck] + [pose.many(*run[::-1]) for run in reversed(neck)]
    canvas.piece(outline(*runs), cloth, skirt.marks(cloth) + _bust(pose, cut, cloth, top, back))
    trims.skirt(canvas, skirt, cut, cloth, back)


def _bust(pose: Pose, cut: Cut, cloth: Cloth, bottom: float, back: bool) -> str:
    """Shade under the bust, darts, and folds from shoulder and side."""
    chest, waist, _ = cut.ease
    dark: list[str] = []
    bright: list[str] = []
    lines: list[list[Point]] = []
    shaped = cut.fit in {"close", "fitted", "easy"}
    if back:
        dark.append(stroke(pose.many((2, 262), (1, 330), (0, min(bottom - 8, 416))), 7))
        dark += [stroke(pose.many((s * 18, 286), (s * 34, 306), (s * 36, 334)), 5) for s in (-1, 1)]
    else:
        for s in (-1, 1):
            under = (
                ((s * 10, 334), (s * 30, 346), (s * 50, 340), (s * 62, 322))
                if shaped
                else ((s * 18, 340), (s * 36, 350), (s * 58, 344))
            )
            dark.append(stroke(pose.many(*under), (6.5 if cut.fit == "close" else 3.4) if shaped else 2.4))
        if cloth.shiny:
            bright += [
                stroke(pose.many((-52, 306), (-36, 298), (-20, 308)), 8),
                stroke(pose.many((14, 304), (30, 299), (42, 306)), 6),
            ]
        if shaped and cut.neck not in {"cowl", "wrap", "straps"}:
            lines += (
                [pose.many((s * 30, 336), (s * 27, 376), (s * 24, min(bottom, 420) - 2)) for s in (-1, 1)]
                if cut.has("darts")
                else []
            )
    dark += [
        stroke(pose.many((64 + chest, 318), (50 + chest, 360), (40 + waist, min(bottom, 424))), 16, begin=0.3, end=0.5)
    ]
    if cut.sleeve and not shaped:
        dark += [
            stroke(pose.many((s * (60 + chest), 310), (s * 48, 318), (s * 34, 322)), 5, begin=0.8) for s in (-1, 1)
        ]
    if waist > 10 and bottom > 400:
        low = min(bottom - 3, 520)
        runs = ((-0.72, 362, 6), (-0.3, 396, 4), (0.16, 380, 5), (0.55, 356, 8), (0.8, 400, 6))
        dark += [
            stroke(
                pose.many((u * 46, y), (u * 52 - 3, (y + low) / 2), (u * cut.half(min(low, HIP)), low)),
                size + waist / 14,
                end=0.9,
            )
            for u, y, size in runs
        ]
        bright.append(stroke(pose.many((-30, 352), (-35, (352 + low) / 2), (-34, low)), 8, end=0.7))
    elif bottom > 400:
        dark += [
            stroke(pose.many((s * (42 + waist), y), (s * 24, y + 5), (s * 8, y + 3)), 4, begin=0.7)
            for s, y in ((-1, 404), (1, 398), (1, 412))
        ]
    if cloth.shiny:
        bright += [
            stroke(pose.many((-44, 320), (-40, 360), (-30, 400)), 10),
            stroke(pose.many((18, 330), (14, 372), (12, 404)), 6),
        ]
    return folds(cloth, dark, bright) + seams(cloth, *lines, width=1.2, opacity=0.6)
