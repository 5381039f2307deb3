# ruff: noqa: E501  (points and paths read better unbroken)
"""Trousers: two tubes that follow the legs, from a waist laid out on the trunk."""

from __future__ import annotations

from calla.demo.illustrator.body import CROTCH, HIP, WAIST, Limb, Pose, trunk
from calla.demo.illustrator.canvas import Canvas, folds, seams
from calla.demo.illustrator.cloth import Cloth
from calla.demo.illustrator.cut import Cut
from calla.demo.illustrator.figure import INNER, OUTER
from calla.demo.illustrator.geometry import Point, linear, outline, stroke

# Ease over the leg along it, and where it ends.
LEGS: dict[str, tuple[tuple[Point, ...], float]] = {
    "slim": (((0, 2), (1, 5), (1.3, 4), (1.6, 7), (2, 6)), 1.88), "straight": (((0, 3), (0.5, 8), (1, 15), (1.3, 13), (2, 22)), 1.95),
    "wide": (((0, 4), (0.4, 14), (1, 27), (2, 46)), 2.06), "palazzo": (((0, 5), (0.4, 17), (1, 36), (2, 80)), 2.07),
    "flare": (((0, 1), (0.8, 3), (1.05, 6), (2, 42)), 2.06), "tapered": (((0, 7), (0.4, 15), (1, 17), (2, 6)), 1.86),
    "barrel": (((0, 5), (0.5, 20), (1, 32), (1.5, 26), (2, 10)), 1.88), "culottes": (((0, 5), (0.4, 22), (1, 42), (2, 60)), 1.36),
    "cropped": (((0, 3), (0.5, 9), (1, 16), (2, 27)), 1.72), "shorts": (((0, 5), (0.4, 17), (1, 26)), 0.46),
    "bermuda": (((0, 4), (0.4, 12), (1, 18)), 0.86), "cuffed": (((0, 7), (0.5, 17), (1.2, 20), (1.8, 15), (1.9, 4), (2, 3)), 1.9),
    "tucked": (((0, 2), (1, 5), (1.3, 4), (1.7, 0)), 1.76),  # into boots
    "leggings": (((0, 0.6), (2, 0.8)), 1.9), "briefs": (((0, 1), (2, 1)), 0.1),
}  # fmt: skip
INSIDE = {"straight": 0.95, "cropped": 0.95, "culottes": 0.3, "palazzo": 0.56}  # of the ease: wide legs must not close to a skirt
STATIONS = (0.14, 0.35, 0.6, 0.85, 1.0, 1.15, 1.35, 1.6, 1.8)


def trousers(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, *, back: bool = False, top: float = WAIST - 4) -> None:
    order = (1 - pose.front_leg, pose.front_leg)
    for which in order:
        _leg(canvas, pose, cut, cloth, which, top, back, near=which == pose.front_leg)
    _waist(canvas, pose, cut, cloth, top, back)


def _leg(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, which: int, top: float, back: bool, *, near: bool) -> None:
    sign, limb = (-1, 1)[which], pose.legs[which]
    ease, end = LEGS[cut.legs]
    inside = INSIDE.get(cut.legs, 0.72)
    outer = [pose.at(sign * (trunk(y) + 2 + (linear(ease, 0) if y > 480 else 0)), y) for y in (top, 440, 470, 500)]
    outer += [limb.at(t, sign * (linear(OUTER, t) + linear(ease, t))) for t in STATIONS if t < end - 0.06]
    foot_out = limb.at(end, sign * (linear(OUTER, min(end, 1.9)) + linear(ease, end)))
    outer.append(foot_out)
    crotch = pose.at(0, CROTCH + 10)
    inner = [limb.at(t, -sign * (linear(INNER, t) + linear(ease, t) * inside)) for t in STATIONS[1:] if t < end - 0.06]
    foot_in = limb.at(end, -sign * (linear(INNER, min(end, 1.9)) + linear(ease, end) * inside))
    overlap = pose.at(-sign * 1.5, CROTCH - 30), pose.at(-sign * 1.5, top)
    low = ((foot_out[0] + foot_in[0]) / 2, max(foot_out[1], foot_in[1]) + (9 if linear(ease, end) > 15 else 4))
    d = outline(
        outer, [foot_out, low, foot_in], [foot_in, *inner[::-1], crotch], [crotch, *overlap], [overlap[-1], outer[0]]
    )
    canvas.piece(d, cloth, _marks(cut, cloth, pose, limb, sign, end, back), deep=0 if near else 0.14, pen=1.7)
    canvas.pen(cloth, outer[3:], width=1.8)
    if near and linear(ease, min(end, 1)) > 10:
        canvas.pen(cloth, [crotch, *inner, foot_in], width=3)
    if cut.legs == "cuffed" or cut.has("turn-ups"):
        t0 = end - (0.07 if cut.has("turn-ups") else 0.05)
        width = linear(OUTER, min(end, 1.9)) + linear(ease, end)
        band = outline(
            [limb.at(t0, -sign * width * 0.95), limb.at(t0 + 0.01, 0), limb.at(t0, sign * width)],
            [limb.at(end, sign * width), limb.at(end + 0.012, 0), limb.at(end, -sign * width * 0.95)],
        )
        canvas.piece(band, cloth)


def _marks(cut: Cut, cloth: Cloth, pose: Pose, limb: Limb, sign: int, end: float, back: bool) -> str:
    ease, _ = LEGS[cut.legs]
    dark, bright, lines = [], [], []

    def across(t: float, u: float) -> Point:
        width = linear(OUTER, min(t, 1.9)) + linear(ease, t)
        return limb.at(t, u * width)

    if cut.legs == "briefs":
        return ""
    loose = linear(ease, 1) > 12
    if end > 1.2:
        if not loose:
            for t, far, u in ((0.9, 0.98, 0.9), (1.0, 1.06, 0.9), (0.94, 1.0, -0.9), (1.05, 1.12, -0.8)):
                dark.append(stroke([across(t, u), across((t + far) / 2, u * 0.45), across(far, 0)], 4.4, begin=0.6))
        for t, far, u in ((end - 0.05, end - 0.1, 0.85), (end - 0.14, end - 0.17, -0.85)):
            if linear(ease, end) < 12:
                dark.append(stroke([across(t, u), across((t + far) / 2, 0), across(far, -u * 0.4)], 4, begin=0.6))
    for t, far, u in ((0.02, 0.2, -sign), (0.05, 0.34, -sign * 0.95)):  # pulling from the crotch
        dark.append(
            stroke([across(t + 0.04, u * 0.9), across((t + far) / 2, u * 0.3), across(far, -u * 0.35)], 5, begin=0.5)
        )
    if cut.has("crease") or (loose and cut.legs not in {"cuffed", "barrel"}):
        run = [across(t, 0.06) for t in (0.05, 0.6, 1.0, 1.5, end) if t <= end]
        lines.append(run)
        dark.append(stroke([across(t, 0.2) for t in (0.1, 0.6, 1.0, 1.5, end) if t <= end], 10, end=0.9))
        bright.append(stroke([across(t, -0.14) for t in (0.12, 0.6, 1.0, 1.5, end) if t <= end], 7, end=0.6))
    if loose and end > 1:
        for u in (-0.55, 0.62):
            dark.append(stroke([across(0.5, u * 0.8), across((0.5 + end) / 2, u), across(end, u)], 13, end=0.9))
    bright.append(stroke([across(t, -0.5) for t in (0.2, 0.5, min(0.9, end))], 9 if cloth.shiny else 6))
    if end > 1.3:
        bright.append(stroke([across(t, -0.45) for t in (1.1, 1.35, min(1.7, end))], 6))
    dark.append(stroke([across(t, 0.92) for t in (0.1, 0.5, min(1.0, end), end)], 12, end=0.7))
    side = [across(t, sign * 0.9) for t in (0.15, 0.6, 1.0, 1.5, end - 0.05) if t <= end]
    stitched = seams(cloth, side, width=1, dash="3 2", opacity=0.6) if cloth.fabric == "denim" and len(side) > 1 else ""
    return folds(cloth, dark, bright) + seams(cloth, *lines, width=1.2, opacity=0.6) + stitched


def _waist(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, top: float, back: bool) -> None:
    if cut.legs == "briefs" or cut.kind in {"jumpsuit", "swim"}:
        return
    low, w0 = top + 18, trunk(top) + 3
    w1 = trunk(low) + 3
    elastic = cut.waist == "elastic"
    band = outline(pose.many((-w0, top), (0, top + 4), (w0, top)), pose.many((w1, low), (0, low + 4), (-w1, low)))
    gathers = [pose.many((u, top + 2), (u * 1.04, low + 3)) for u in range(-40, 44, 8)] if elastic else []
    canvas.piece(band, cloth, seams(cloth, *gathers, width=1, opacity=0.55))
    if back:
        lines = [pose.many((0, low + 2), (0, HIP), (1, CROTCH + 6))]
        pockets = [pose.many((s * 20, 496), (s * 48, 492)) for s in (-1, 1)] if not elastic else []
        if cloth.fabric == "denim":
            pockets = [
                pose.many((s * 18, 486), (s * 52, 480), (s * 52, 520), (s * 36, 532), (s * 20, 524), (s * 18, 486))
                for s in (-1, 1)
            ]
            lines.append(pose.many((-56, 452), (0, 466), (56, 452)))
        canvas.add(seams(cloth, *lines, *pockets))
        return
    lines = [pose.many((0, low + 2), (1, HIP - 10), (3, CROTCH + 4))]
    if not elastic:
        lines.append(pose.many((1, HIP - 4), (10, HIP - 14), (12, HIP - 50), (12, low + 4)))
        x, y = pose.at(3, top + 11)
        canvas.add(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{cloth.bright}" stroke="{cloth.ink}" stroke-width="1"/>'
        )
    for s in (-1, 1):
        if cloth.fabric == "denim":
            lines.append(pose.many((s * 22, low + 4), (s * 26, 462), (s * 44, 474), (s * 60, 476)))
        elif not cut.has("no pockets"):
            lines.append(pose.many((s * 34, low + 3), (s * 50, 470), (s * 63, 498)))
    if cut.has("pleats"):
        lines += [
            pose.many((s * x, low + 4), (s * (x + 2), 480), (s * (x + 3), 516)) for s in (-1, 1) for x in (18, 27)
        ]
    canvas.add(seams(cloth, *lines))
    if elastic or cut.has("drawstring"):
        canvas.pen(
            cloth,
            pose.many((2, top + 12), (-8, 456), (-12, 492)),
            pose.many((2, top + 12), (10, 454), (11, 486)),
            width=3,
        )
