# ruff: noqa: E501  (points and paths read better unbroken)
"""Waists, buttons, pockets, plackets, belts, slits: what is sewn on."""

from __future__ import annotations

from collections.abc import Sequence

from calla.demo.illustrator.body import HIP, Pose
from calla.demo.illustrator.canvas import Canvas, folds, seams
from calla.demo.illustrator.cloth import Cloth
from calla.demo.illustrator.cut import Cut
from calla.demo.illustrator.geometry import Point, blob, outline, stroke
from calla.demo.illustrator.skirts import Skirt


def band(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, top: float, low: float, *, marks: str = "") -> None:
    w0, w1 = cut.half(top) + 1.5, cut.half(low) + 1.5
    canvas.piece(
        outline(pose.many((-w0, top), (0, top + 5), (w0, top)), pose.many((w1, low), (0, low + 5), (-w1, low))),
        cloth,
        marks,
    )


def waist(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, back: bool) -> None:
    y = cut.waistline
    if cut.has("belt") or cut.has("leather belt"):
        leather = Cloth("#5b3a29", "leather") if cut.has("leather belt") else cloth
        band(canvas, pose, cut, leather, y - 8, y + 8)
        if not back:
            _buckle(canvas, pose, y, leather)
    elif cut.has("tie") or cut.has("sash"):
        deep = 13 if cut.has("sash") else 8
        band(
            canvas,
            pose,
            cut,
            cloth,
            y - deep,
            y + deep,
            marks=folds(cloth, [stroke(pose.many((-44, y - 2), (0, y + 6), (44, y - 3)), 4)], []),
        )
        _knot(canvas, pose, cut, cloth, y, 2 if back else -24 if cut.neck == "wrap" else -14)
    elif cut.has("elastic"):
        lines = [
            pose.many((u * cut.half(y) * 0.95, y - 7), (u * cut.half(y), y + 8))
            for u in (-0.9, -0.72, -0.54, -0.36, -0.18, 0, 0.18, 0.36, 0.54, 0.72, 0.9)
        ]
        canvas.add(seams(cloth, *lines, width=1.1, opacity=0.55))
    elif cut.kind in {"dress", "jumpsuit"} and cut.skirt not in {"slip", "column", "straight", "trapeze", "coat"}:
        half = cut.half(y)
        canvas.add(seams(cloth, pose.many((-half, y), (0, y + 5), (half, y)), width=1.7))


def _buckle(canvas: Canvas, pose: Pose, y: float, cloth: Cloth) -> None:
    d = outline(pose.many((-11, y - 8), (11, y - 8)), pose.many((11, y + 14), (-11, y + 14)))
    canvas.add(f'<path d="{d}" fill="none" stroke="#b89a5a" stroke-width="3" stroke-linejoin="round"/>')


def _knot(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, y: float, x: float) -> None:
    for lean, fall in ((-14, 104), (10, 82)):
        tail = outline(
            pose.many((x - 2, y + 4), (x + lean * 0.4 - 4, y + fall * 0.5), (x + lean - 8, y + fall)),
            pose.many((x + lean + 7, y + fall - 4)),
            pose.many((x + lean + 7, y + fall - 4), (x + lean * 0.4 + 8, y + fall * 0.5), (x + 5, y + 4)),
        )
        canvas.piece(
            tail,
            cloth,
            folds(
                cloth,
                [stroke(pose.many((x, y + 8), (x + lean * 0.5, y + fall * 0.5), (x + lean, y + fall)), 5, end=0.6)],
                [],
            ),
            pen=1.4,
        )
    for s in (-1, 1):
        loop = blob(pose.many(*((x + s * a, y + b) for a, b in ((2, 0), (16, -13), (33, -9), (34, 5), (20, 9)))))
        canvas.piece(
            loop,
            cloth,
            folds(
                cloth, [stroke(pose.many((x + s * 3, y), (x + s * 14, y - 2), (x + s * 26, y - 1)), 5, begin=0.5)], []
            ),
            pen=1.4,
        )
    canvas.piece(blob(pose.many((x - 6, y - 6), (x + 6, y - 6), (x + 7, y + 6), (x - 6, y + 7))), cloth, pen=1.4)


def front(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, back: bool) -> None:
    if back:
        return _behind(canvas, pose, cut, cloth)
    low = cut.hem - 4 if cut.kind in {"top", "knit", "coat", "jacket"} or cut.has("buttons to hem") else cut.waistline
    start = {"collar": 262, "open collar": 306, "vee": 318, "deep vee": 354, "lapel": 398, "shawl": 406, "peter pan": 248, "funnel": 242, "mock": 240,
             "round": 268, "crew": 246, "bow": 258, "cami": 294, "square": 292, "straps": 312, "scoop": 300}.get(cut.neck, 262)  # fmt: skip
    if cut.has("double-breasted"):
        canvas.add(seams(cloth, pose.many((-2, start), (-24, start + 26), (-25, low)), width=1.6))
        _buttons(
            canvas,
            pose,
            cut,
            cloth,
            [(s * 17 - 4, start + 26 + i * 44) for i in range(3) for s in (-1, 1) if start + 26 + i * 44 < low - 20],
            4.6,
        )
    elif cut.has("buttons") or cut.has("buttons to hem"):
        plain = cut.kind in {"coat", "jacket"}
        lines = [pose.many((-6, start), (-6, low))] + ([] if plain else [pose.many((6, start - 2), (6, low))])
        canvas.add(seams(cloth, *lines, width=1.2, opacity=0.65))
        step = 62 if plain else 33
        count = 3 if plain and low < 640 else 4 if plain else 40
        _buttons(
            canvas,
            pose,
            cut,
            cloth,
            [(0, y) for y in range(int(start) + 14, int(low) - 8, step)][:count],
            4.4 if plain else 2.6,
        )
    elif cut.has("open"):
        canvas.add(seams(cloth, pose.many((0, start), (-3, low - 30), (-8, low)), width=1.8))
    elif cut.has("zip"):
        canvas.add(
            seams(cloth, pose.many((0, start - 8), (0, low)), width=3, opacity=0.9),
            seams(cloth, pose.many((0, start - 8), (0, low)), width=1.2, dash="1.5 2", opacity=1),
        )
    if cut.has("pockets"):
        y = HIP - 14 if cut.hem > 560 else 440
        _welts(canvas, pose, cloth, cut, y)
    if cut.has("patch pockets"):
        _patches(canvas, pose, cloth, cut)
    if cut.has("breast pocket"):
        d = outline(pose.many((20, 306), (48, 303)), pose.many((48, 334), (34, 341), (20, 336)), pose.many((20, 306)))
        canvas.add(f'<path d="{d}" fill="none" stroke="{cloth.ink}" stroke-width="1.3" opacity=".75"/>')
    if cut.has("raglan"):
        canvas.add(seams(cloth, *(pose.many((s * 27, 228), (s * 46, 262), (s * 62, 304)) for s in (-1, 1)), width=1.3))
    if cut.has("yoke"):
        canvas.add(seams(cloth, pose.many((-72, 276), (-36, 284), (0, 287), (36, 284), (72, 276)), width=1.2))
    if cut.has("pintucks"):
        lines = [pose.many((s * x, 262), (s * x, 352)) for s in (-1, 1) for x in (14, 20, 26, 32)]
        canvas.add(seams(cloth, *lines, width=0.9, opacity=0.55))
    if cut.has("smocked"):
        lines = [pose.many((-cut.half(y), y), (-20, y + 3), (20, y + 3), (cut.half(y), y)) for y in range(306, 414, 9)]
        canvas.add(seams(cloth, *lines, width=1, dash="3 3", opacity=0.6))
    if cut.has("fair isle"):
        _yoke_band(canvas, pose, cut, cloth)
    return None


def _buttons(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, places: Sequence[Point], radius: float) -> None:
    if {"tie", "sash", "belt"} & set(cut.trims):  # none under the knot
        places = [(x, y) for x, y in places if abs(y - cut.waistline) > 20]
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>' for x, y in pose.many(*places))
    canvas.add(f'<g fill="{cloth.bright}" stroke="{cloth.ink}" stroke-width="1">{dots}</g>')


def _welts(canvas: Canvas, pose: Pose, cloth: Cloth, cut: Cut, y: float) -> None:
    for s in (-1, 1):
        half = cut.half(min(y, HIP))
        welt = outline(
            pose.many((s * (half - 38), y), (s * (half - 10), y - 7)),
            pose.many((s * (half - 9), y + 3), (s * (half - 37), y + 10)),
        )
        canvas.piece(welt, cloth, pen=1.3)


def _patches(canvas: Canvas, pose: Pose, cloth: Cloth, cut: Cut) -> None:
    y = min(cut.hem - 70, HIP - 28) if cut.hem < 620 else HIP - 20
    half = cut.half(min(y, HIP))
    for s in (-1, 1):
        a, b = s * (half - 56), s * (half - 10)
        pocket = outline(
            pose.many((a, y), (b, y - 2)), pose.many((b, y + 50), ((a + b) / 2, y + 58), (a, y + 52)), pose.many((a, y))
        )
        canvas.piece(pocket, cloth, seams(cloth, pose.many((a, y + 9), (b, y + 7)), width=1), pen=1.4)


def _yoke_band(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    tones = cloth.accents or (cloth.bright, cloth.deep)
    for row, (y, size) in enumerate(((262, 4), (274, 6), (289, 4), (302, 5))):
        reach, parts = 70 - row * 2, []
        for x in range(-reach, reach + 1, 12):
            px, py = pose.at(x, y - abs(x) * 0.06 + 4)
            parts.append(f"M{px - size:.1f} {py:.1f}l{size} {-size}l{size} {size}l{-size} {size}z")
        canvas.add(f'<path d="{"".join(parts)}" fill="{tones[row % len(tones)]}"/>')


def _behind(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    low = (
        cut.hem - 6
        if cut.skirt in {"slip", "column", "straight", "trapeze", "coat"} or not cut.skirt
        else cut.waistline
    )
    if cut.has("open back") or cut.neck in {"halter"}:
        return
    if cut.has("yoke") or cut.neck in {"collar", "open collar"}:
        canvas.add(seams(cloth, pose.many((-72, 272), (0, 280), (72, 272)), width=1.3))
        canvas.add(
            seams(cloth, *(pose.many((x, 282), (x * 1.3, min(low, 420))) for x in (-5, 5)), width=1, opacity=0.5)
        )
    elif cut.kind in {"dress", "jumpsuit"} and cut.fit in {"close", "fitted"}:
        top = {"bare": 310, "straps": 320}.get(
            "bare"
            if cut.neck in {"sweetheart", "bandeau", "off shoulder"}
            else "straps"
            if cut.neck in {"straps", "cami"}
            else "",
            240,
        )
        canvas.add(seams(cloth, pose.many((0, top), (0, 380), (1, min(low + 60, cut.hem - 8))), width=1.6))
    elif cut.kind in {"coat", "jacket"}:
        canvas.add(seams(cloth, pose.many((0, 250), (1, 420), (1, cut.hem - 6)), width=1.5))


def skirt(canvas: Canvas, skirt: Skirt, cut: Cut, cloth: Cloth, back: bool) -> None:
    if cut.has("slit") and not back:
        run = [skirt.across(0.42, v) for v in (0.52, 0.75, 1.0)]
        canvas.pen(cloth, run, width=4)
    if cut.has("vent") and back:
        canvas.pen(cloth, [skirt.across(0.02, v) for v in (0.72, 0.86, 1.0)], width=4)
    if back and cut.kind == "skirt" and cut.skirt not in {"pleated", "gathered", "tiered"}:
        canvas.add(seams(cloth, [skirt.across(0, v) for v in (0, 0.2, 0.4)], width=1.5))
    if (cut.skirt == "wrap" or cut.neck == "wrap") and not back:
        edge = [
            skirt.across(u, v)
            for u, v in (
                (-0.7 if cut.neck == "wrap" else 0.5, 0.02),
                (0.0 if cut.neck == "wrap" else 0.42, 0.45),
                (0.2, 0.75),
                (0.12, 0.99),
            )
        ]
        canvas.pen(cloth, edge, width=3.4)
    if cut.has("tulip"):
        canvas.pen(cloth, [skirt.across(u, v) for u, v in ((0.5, 0), (0.2, 0.5), (-0.25, 1))], width=3)
    if cut.has("buttons to hem") and not back:
        canvas.add(
            seams(cloth, *([skirt.across(u, v) for v in (0, 0.5, 1)] for u in (-0.05, 0.05)), width=1.2, opacity=0.6)
        )
        dots = "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.8"/>' for x, y in (skirt.across(0, v / 10) for v in range(1, 10))
        )
        canvas.add(f'<g fill="{cloth.bright}" stroke="{cloth.ink}" stroke-width="1">{dots}</g>')
    if cut.has("ruffle hem"):
        _frill(canvas, skirt, cloth)
    if cut.has("lace hem"):
        lace = Cloth(cloth.bright, "lace")
        top = [skirt.across(u, 0.955) for u in (-1, -0.5, 0, 0.5, 1)]
        low = [skirt.across(u, 1.0 if i % 2 else 1.018) for i, u in enumerate(1 - j / 9 for j in range(19))]
        canvas.piece(outline(top, low), lace, pen=1)
    if cut.kind == "skirt" and cut.has("pockets") and not back:
        canvas.add(
            seams(
                cloth,
                [skirt.across(-0.72, 0.03), skirt.across(-0.86, 0.16)],
                [skirt.across(0.72, 0.03), skirt.across(0.86, 0.16)],
                width=1.5,
            )
        )
    if cloth.fabric == "denim" or cut.has("topstitch"):
        canvas.add(
            seams(
                cloth, [skirt.across(u, 0.965) for u in (-0.99, -0.5, 0, 0.5, 0.99)], width=1, dash="4 3", opacity=0.8
            )
        )


def _frill(canvas: Canvas, skirt: Skirt, cloth: Cloth) -> None:
    n = 15
    top = [skirt.across(u, 0.84) for u in (-1, -0.5, 0, 0.5, 1)]
    low: list[Point] = []
    for i in range(2 * n + 1):
        x, y = skirt.across(1.06 * (1 - i / n), 1.0)
        low.append((x, y + (6 if i % 2 else -5)))
    gathers = [
        [skirt.across((1 - i / n), 0.845), skirt.across(1.03 * (1 - i / n), 0.9 + (i % 3) * 0.025)]
        for i in range(1, 2 * n)
    ]
    canvas.piece(outline(top, low), cloth, seams(cloth, *gathers, width=1.5, opacity=0.45))


def ribs(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, bottom: float) -> None:
    top = bottom - 24
    w0, w1 = cut.half(top), cut.half(bottom) - 2
    lines = [pose.many((u / 12 * w0, top + 3), (u / 12 * w1, bottom + 3)) for u in range(-11, 12)]
    d = outline(pose.many((-w0, top), (0, top + 5), (w0, top)), pose.many((w1, bottom), (0, bottom + 5), (-w1, bottom)))
    canvas.piece(d, cloth, seams(cloth, *lines, width=1.1, opacity=0.5))
