# ruff: noqa: E501  (points and paths read better unbroken)
"""Sleeves: tubes round the arms, wherever the pose holds them."""

from __future__ import annotations

from calla.demo.illustrator.bodice import on_shoulder
from calla.demo.illustrator.body import ARMPIT, Limb, Pose
from calla.demo.illustrator.canvas import Canvas, folds, seams
from calla.demo.illustrator.cloth import Cloth
from calla.demo.illustrator.cut import Cut
from calla.demo.illustrator.figure import ARM_OUTER, posed
from calla.demo.illustrator.geometry import Point, linear, outline, stroke

ENDS = {"cap": 0.2, "short": 0.5, "elbow": 0.92, "three-quarter": 1.5, "long": 1.95, "overlong": 2.1}
# Ease over the arm along it, outer side; the inner side takes `INSIDE` of it.
SHAPES: dict[str, tuple[Point, ...]] = {
    "close": ((0, 1), (2, 1.5)), "set-in": ((0, 2), (0.3, 4), (2, 4.5)), "straight": ((0, 3), (0.3, 7), (2, 8)),
    "wide": ((0, 3), (0.4, 11), (1, 13), (2, 17)), "dropped": ((0, 5), (0.4, 11), (1, 12), (1.7, 14), (2, 8)),
    "puff": ((0, 2), (0.08, 13), (0.24, 20), (0.42, 15), (0.5, 5), (2, 5)),
    "bishop": ((0, 3), (0.3, 7), (1, 14), (1.5, 25), (1.72, 29), (1.86, 20), (1.9, 3), (2, 3)),
    "bell": ((0, 2), (0.9, 6), (1.3, 14), (2, 36)), "flutter": ((0, 3), (0.25, 16), (0.6, 34), (2, 40)),
    "gathered": ((0, 3), (0.06, 14), (0.2, 19), (0.5, 13), (1, 9), (2, 6)), "kimono": ((0, 4), (0.5, 22), (1, 28), (2, 40)),
    "cape": ((0, 3), (0.4, 22), (2, 44)), "balloon": ((0, 4), (0.5, 16), (1.2, 26), (1.7, 27), (1.88, 12), (1.9, 4), (2, 4)),
}  # fmt: skip
CUFFED = {"bishop", "balloon"}


def end_of(cut: Cut) -> float:
    return ENDS[cut.sleeve_length] if cut.sleeve not in {"cap"} else ENDS["cap"]


def skin_from(cut: Cut) -> float:
    """Where along the arm the skin comes out of the sleeve, with a little to spare inside it."""
    return (
        0.0
        if cut.sleeve in {"", "cap"}
        else {"short": 0.3, "elbow": 0.6, "three-quarter": 1.35}.get(cut.sleeve_length, 1.7)
    )


def sleeve(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, which: int) -> None:
    if not cut.sleeve or cut.sleeve == "cap":
        return
    sign, limb = (-1, 1)[which], posed(pose, pose.arms[which])
    end = end_of(cut)
    cuffed = cut.sleeve in CUFFED or cut.has("cuffs")
    gathered = cut.sleeve in {"puff"} or cut.sleeve in CUFFED
    body_end = end - 0.11 if cuffed and not pose.flat else end - (0.1 if cuffed else 0)
    outer, inner = _edges(cut, limb, sign, body_end, pose)
    d = outline(
        outer,
        [outer[-1], limb.at(body_end, 0) if not gathered else limb.at(body_end + 0.02, 0), inner[-1]],
        inner[::-1],
    )
    canvas.piece(d, cloth, _marks(cut, cloth, limb, sign, body_end), turn="LR"[which])
    canvas.pen(cloth, inner[max(len(inner) - 4, 0) :], width=2)
    if cuffed:
        _cuff(canvas, cut, cloth, limb, sign, body_end, end)
    elif cut.sleeve not in {"flutter", "cape", "kimono", "puff"}:
        t = body_end - (0.06 if end > 1 else 0.05)
        width = _out(cut, t)
        canvas.add(
            seams(cloth, [limb.at(t, -sign * width * 0.8), limb.at(t + 0.012, 0), limb.at(t, sign * width)], width=1)
        )
    if cut.sleeve == "puff":
        _band(canvas, cloth, limb, sign, body_end)


def _out(cut: Cut, t: float) -> float:
    scale = cut.volume if cut.sleeve in {"puff", "bishop", "bell", "flutter", "balloon", "gathered"} else 1
    return linear(ARM_OUTER, min(t, 2)) + linear(SHAPES[cut.sleeve], t) * scale


def _edges(cut: Cut, limb: Limb, sign: int, end: float, pose: Pose) -> tuple[list[Point], list[Point]]:
    chest = cut.ease[0]
    drop = {"loose": 6, "boxy": 10, "oversize": 16}.get(cut.fit, 0)
    tip = pose.at(*(lambda p: (sign * p[0], p[1]))(on_shoulder(72 + drop)))
    pit = pose.at(sign * (58 + chest), ARMPIT + 6 + drop * 0.8 + (14 if cut.sleeve in {"kimono", "dropped"} else 0))
    base = (0.1, 0.22, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.74, 1.84, 1.9)
    rise = 8 if cut.sleeve in {"puff", "gathered"} else 0
    outer = [(tip[0] - sign * 7, tip[1] + 1), (tip[0] + sign * 6, tip[1] + 1 - rise)]
    bent = limb.turn
    if drop:
        outer = [(tip[0] - sign * 4, tip[1] + 1), (tip[0] + sign * 5, tip[1] + 9)]
    for t in base[1:] if drop else base:
        if t >= end - 0.05:
            break
        if bent * sign > 0.45 and 0.8 < t < 1.2 and t != 1.0:
            continue
        outer.append(limb.at(t, sign * _out(cut, t) * (1.16 if t == 1.0 and bent * sign < -0.45 else 1)))
    outer.append(limb.at(end, sign * _out(cut, end)))
    inner = [pit]
    share = {"bell": 0.9, "flutter": 0.5, "kimono": 1.0, "cape": 0.3, "bishop": 0.8, "balloon": 0.8}.get(
        cut.sleeve, 0.55
    )
    for t in base[3:]:
        if t >= end - 0.05:
            break
        if bent * -sign > 0.45 and 0.75 < t < 1.25 and t != 1.0:
            continue
        wide = linear(ARM_OUTER, t) * 0.88 + linear(SHAPES[cut.sleeve], t) * share
        inner.append(limb.at(t, -sign * wide * (1.35 if t == 1.0 and bent * -sign > 0.45 else 1)))
    last = linear(ARM_OUTER, min(end, 2)) * 0.9 + linear(SHAPES[cut.sleeve], end) * share
    inner.append(limb.at(end, -sign * last))
    return outer, inner


def _marks(cut: Cut, cloth: Cloth, limb: Limb, sign: int, end: float) -> str:
    dark: list[str] = []
    bright: list[str] = []
    if end > 1:  # folds break at the elbow
        side = 1 if limb.turn > 0 else -1
        for t, far, width in ((0.9, 1.15, 5), (1.0, 0.78, 4.5), (1.08, 1.34, 4)):
            w = _out(cut, t)
            dark.append(
                stroke(
                    [limb.at(t, side * w), limb.at((t + far) / 2, side * w * 0.2), limb.at(far, -side * w * 0.5)],
                    width,
                    begin=0.7,
                )
            )
    wide = linear(SHAPES[cut.sleeve], end) + linear(SHAPES[cut.sleeve], 0.3) > 22 or cut.sleeve in CUFFED
    if wide:
        for u in (-0.6, -0.15, 0.3, 0.72):
            top, low = max(0.12, end * 0.35), end
            w0, w1 = _out(cut, top), _out(cut, max(low - 0.12, 0.2))
            run = [
                limb.at(top, u * w0 * 0.6),
                limb.at((top + low) / 2, u * (w0 + w1) * 0.45),
                limb.at(low, u * w1 * 0.85),
            ]
            (dark if u > -0.4 else bright).append(stroke(run, w1 * 0.3, end=0.8))
    if cut.sleeve in {"puff", "gathered"}:
        for u in (-0.7, -0.25, 0.25, 0.7):
            dark.append(stroke([limb.at(0.02, u * 12), limb.at(0.14, u * 20), limb.at(0.3, u * 24)], 4.4, begin=0.6))
    lit = [limb.at(t, -_out(cut, t) * 0.45) for t in (0.12, 0.4, 0.75)]
    bright.append(stroke(lit, 6 if cloth.shiny else 4))
    if cloth.shiny and end > 1.3:
        bright.append(stroke([limb.at(t, -_out(cut, t) * 0.4) for t in (1.15, 1.4, min(end - 0.1, 1.8))], 5))
    shadow = [limb.at(t, _out(cut, t) * 0.9) for t in (0.25, 0.6, min(end, 0.95))]
    dark.append(stroke(shadow, 9, end=0.3))
    return folds(cloth, dark, bright)


def _cuff(canvas: Canvas, cut: Cut, cloth: Cloth, limb: Limb, sign: int, start: float, end: float) -> None:
    base = linear(ARM_OUTER, min(end, 1.95))
    width = base + (4.5 if cut.sleeve in CUFFED else 5.5)
    four = (
        [limb.at(start, -sign * width), limb.at(start, sign * width)],
        [limb.at(end, sign * (width - 1)), limb.at(end + 0.02, 0), limb.at(end, -sign * (width - 1))],
    )
    canvas.piece(outline(*four), cloth, turn="LR"[sign > 0])
    if cut.has("ribs"):
        lines = [[limb.at(start, u * width), limb.at(end, u * width)] for u in (-0.6, -0.2, 0.2, 0.6)]
        canvas.add(seams(cloth, *lines, width=1, opacity=0.5))
    else:
        x, y = limb.at((start + end) / 2, sign * width * 0.35)
        canvas.add(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="{cloth.bright}" stroke="{cloth.ink}" stroke-width=".8"/>'
        )


def _band(canvas: Canvas, cloth: Cloth, limb: Limb, sign: int, t: float) -> None:
    width = linear(ARM_OUTER, t) + 4
    band = outline(
        [limb.at(t - 0.02, -sign * width), limb.at(t, 0), limb.at(t - 0.02, sign * width)],
        [limb.at(t + 0.05, sign * (width - 1)), limb.at(t + 0.07, 0), limb.at(t + 0.05, -sign * (width - 1))],
    )
    canvas.piece(band, cloth, turn="LR"[sign > 0])
