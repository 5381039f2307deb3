# ruff: noqa: E501  (points and paths read better unbroken)
"""What finishes a neckline: collars, lapels, bands, bows, straps, ruffles."""

from __future__ import annotations

from collections.abc import Callable

from calla.demo.illustrator.bodice import NECKS, on_shoulder
from calla.demo.illustrator.body import Pose
from calla.demo.illustrator.canvas import Canvas, folds, seams
from calla.demo.illustrator.cloth import Cloth
from calla.demo.illustrator.cut import Cut
from calla.demo.illustrator.geometry import Point, blob, outline, stroke

Runs = tuple[tuple[Point, ...], ...]


def _mirrored(pose: Pose, side: int, *runs: tuple[Point, ...]) -> str:
    return outline(*(pose.many(*((side * x, y) for x, y in run)) for run in runs))


def _pair(canvas: Canvas, pose: Pose, cloth: Cloth, *runs: tuple[Point, ...], marks: str = "") -> None:
    for side in (-1, 1):
        canvas.piece(_mirrored(pose, side, *runs), cloth, marks, turn="LR"[side > 0])


def behind(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    """What is seen of the neck's back from the front; on a hanger the inside of the back as well."""
    if pose.flat and cut.neck not in {"sweetheart", "bandeau", "straps", "cami", "off shoulder", "halter"}:
        x = {"boat": 56, "scoop": 44, "square": 47, "cowl": 40}.get(cut.neck, 33)
        low = {
            "deep vee": 352,
            "wrap": 340,
            "lapel": 400,
            "shawl": 404,
            "vee": 318,
            "open collar": 308,
            "square": 292,
        }.get(cut.neck, 300)
        inside = outline(
            pose.many(on_shoulder(-x), (-x * 0.4, 229), (x * 0.4, 229), on_shoulder(x)),
            pose.many((x * 0.9, low - 20), (0, low + 20), (-x * 0.9, low - 20)),
        )
        canvas.piece(inside, cloth, deep=0.34)
        a, b = pose.at(-9, 235)
        canvas.add(
            f'<rect x="{a:.1f}" y="{b:.1f}" width="18" height="9" rx="1" fill="#f6f0e2"/>'
            f'<path d="M{a + 4:.1f} {b + 4.5:.1f}h10" stroke="#6f7c5a" stroke-width="1.2"/>'
        )
    if cut.neck in {"collar", "open collar"}:
        stand = outline(pose.many((-22, 205), (0, 199), (22, 205)), pose.many((27, 224), (0, 232), (-27, 224)))
        canvas.piece(stand, cloth, deep=0.3)
    if cut.neck in {"lapel", "shawl"}:
        stand = outline(pose.many((-25, 207), (0, 201), (25, 207)), pose.many((30, 226), (0, 234), (-30, 226)))
        canvas.piece(stand, cloth, deep=0.3)


def neck(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth, *, back: bool) -> None:
    if back:
        return _from_behind(canvas, pose, cut, cloth)
    finish = FINISHES.get(cut.neck)
    if finish:
        finish(canvas, pose, cut, cloth)
    if cut.has("ruffle neck"):
        _ruffle(canvas, pose, cut, cloth)
    return None


def _shirt(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    _pair(
        canvas,
        pose,
        cloth,
        ((23, 203), (25, 214), (27, 224), (14, 240), (2, 252)),
        ((2, 252), (16, 274), (24, 278)),
        ((24, 278), (38, 258), (41, 236)),
        ((41, 236), (34, 216), (23, 203)),
    )


def _open_shirt(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    _pair(
        canvas,
        pose,
        cloth,
        ((23, 205), (27, 226), (20, 262), (4, 300)),
        ((4, 300), (30, 296), (44, 288)),
        ((44, 288), (50, 262), (44, 238)),
        ((44, 238), (34, 218), (23, 205)),
    )


def _peter_pan(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    pale = Cloth("#f4ecdc", "cotton") if cut.has("white collar") else cloth
    _pair(
        canvas,
        pose,
        pale,
        ((26, 222), (20, 235), (10, 244), (1, 247)),
        ((1, 247), (3, 266), (20, 278), (42, 270), (53, 250), (47, 236)),
        ((47, 236), (36, 230), (26, 222)),
    )


def _tube(top: float, low: float, flare: float) -> Callable[[Canvas, Pose, Cut, Cloth], None]:
    def draw(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
        d = outline(
            pose.many((-17 - flare, top), (0, top + 6), (17 + flare, top)),
            pose.many((20 + flare, low - 16), (28 + flare, low)),
            pose.many((14, low + 9), (0, low + 12), (-14, low + 9)),
            pose.many((-28 - flare, low), (-20 - flare, low - 16), (-17 - flare, top)),
        )
        lines = [
            pose.many((u * (17 + flare), top + 3), (u * (19 + flare), (top + low) / 2), (u * (26 + flare), low + 8))
            for u in (-0.75, -0.45, -0.15, 0.15, 0.45, 0.75)
        ]
        ribbed = seams(cloth, *lines, width=1, opacity=0.5) if cloth.fabric in {"knit", "cable"} else ""
        fold = seams(cloth, pose.many((-19, top + 16), (0, top + 22), (19, top + 15)), width=1.5) if top < 196 else ""
        canvas.piece(d, cloth, ribbed + fold)

    return draw


def _band(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    """A rib or binding along a round neckline."""
    runs = NECKS[cut.neck]()
    half = [point for run in runs for point in run]
    width = 9 if cloth.fabric in {"knit", "cable", "jersey"} else 3.5
    line = [*((-x, y) for x, y in half), *half[::-1][1:]]
    low = [(x * 1.0 + (width * (0.7 if x > 0 else -0.7) if abs(x) > 2 else 0), y + width * 0.9) for x, y in line]
    canvas.add(seams(cloth, pose.many(*low), width=1.2))
    if width > 5:
        ribs = [pose.many(a, b) for a, b in zip(line, low, strict=True)]
        canvas.add(seams(cloth, *ribs, width=0.8, opacity=0.5))


def _bow(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    stand = outline(
        pose.many((-21, 210), (0, 217), (21, 210)), pose.many((26, 226), (12, 242), (0, 246), (-12, 242), (-26, 226))
    )
    canvas.piece(stand, cloth)
    tails = (
        (((2, 246), (-10, 300), (-24, 356)), ((-24, 356), (-2, 362)), ((-2, 362), (4, 300), (8, 248))),
        (((2, 246), (14, 290), (16, 334)), ((16, 334), (36, 328)), ((36, 328), (24, 284), (10, 246))),
    )
    for tail in tails:
        canvas.piece(
            outline(*(pose.many(*run) for run in tail)),
            cloth,
            folds(cloth, [stroke(pose.many((3, 250), tail[0][1], tail[1][0]), 6, end=0.6)], []),
        )
    for side, drop in ((-1, 5), (1, -3)):
        loop = blob(
            pose.many(
                *(
                    (side * x + 3, y + drop)
                    for x, y in ((2, 243), (20, 224), (46, 226), (52, 244), (42, 260), (18, 256))
                )
            )
        )
        inner = stroke(
            pose.many(*((side * x + 3, y + drop) for x, y in ((4, 244), (22, 242), (40, 246)))), 7, begin=0.4
        )
        canvas.piece(loop, cloth, folds(cloth, [inner], []))
    canvas.piece(blob(pose.many((-5, 238), (10, 236), (13, 246), (8, 255), (-5, 253), (-8, 245))), cloth)


def _lapels(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    low = 396
    _pair(
        canvas,
        pose,
        cloth,
        ((24, 206), (29, 228), (24, 270), (0, low)),
        ((0, low), (30, 350), (52, 292)),
        ((52, 292), (38, 282), (52, 268)),
        ((52, 268), (47, 240), (37, 217), (24, 206)),
    )
    canvas.add(seams(cloth, *(pose.many((s * 27, 236), (s * 40, 283)) for s in (-1, 1)), width=1.2))


def _shawl(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    _pair(
        canvas,
        pose,
        cloth,
        ((24, 205), (30, 228), (26, 272), (0, 404)),
        ((0, 404), (34, 350), (52, 296), (54, 262), (46, 236), (36, 216), (24, 205)),
    )


def _cowl(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    shades = [
        stroke(
            pose.many(
                (-42, 244 + i * 6),
                (-26 + i, 282 + i * 18),
                (2, 304 + i * 22),
                (26 - i, 284 + i * 18),
                (42, 243 + i * 6),
            ),
            7 - i,
            begin=0.2,
        )
        for i in range(3)
    ]
    lights = [stroke(pose.many((-40, 250), (-22, 292), (2, 314), (24, 292), (40, 249)), 4)]
    canvas.add(folds(cloth, shades, lights))


def _strap(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    x, y = (49, 281) if cut.neck == "straps" else (48, 284)
    wide = 6.5 if cut.has("wide straps") else 2.6
    for side in (-1, 1):
        top = on_shoulder(43)
        line = pose.many((side * top[0], top[1]), (side * 46.5, 262), (side * x * 0.985, y + 2))
        d = "".join((stroke(line, wide, begin=0.9, end=0.9),))
        canvas.add(f'<path d="{d}" fill="{cloth.colour}" stroke="{cloth.ink}" stroke-width="1"/>')
    if cut.has("lace edge"):
        edge = (
            [(62, 294), (49, 283), (30, 287), (14, 304), (0, 312), (-14, 304), (-30, 287), (-49, 283), (-62, 294)]
            if cut.neck == "straps"
            else [(61, 294), (48, 286), (24, 293), (0, 295), (-24, 293), (-48, 286), (-61, 294)]
        )
        low = [(x * 1.0, y + 15) for x, y in edge]
        canvas.piece(outline(pose.many(*edge), pose.many(*low[::-1])), Cloth(cloth.bright, "lace"), pen=1)


def _halter(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    canvas.piece(outline(pose.many((-20, 208), (0, 214), (20, 208)), pose.many((23, 222), (0, 231), (-23, 222))), cloth)


def _wrap(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    end = (-48, 414) if cut.waistline > 400 else (-50, 366)
    canvas.add(seams(cloth, pose.many((33, 232), (27, 268), (12, 318), (-18, 380), end), width=2))
    shade = stroke(pose.many((14, 318), (-14, 376), end), 8, end=0.4)
    canvas.add(folds(cloth, [shade], []))


def _keyhole(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    _band(canvas, pose, cut, cloth)
    hole = outline(pose.many((0, 250), (-10, 268), (0, 288)), pose.many((10, 268), (0, 250)))
    canvas.add(f'<path d="{hole}" fill="{cloth.deep}" opacity=".55" stroke="{cloth.ink}" stroke-width="1.3"/>')


def _off_shoulder(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    frill = [
        (u * 96, 288 + 34 * (1 - u * u) ** 0.5 + (6 if i % 2 else -4))
        for i, u in enumerate([-1 + j / 9 for j in range(19)])
    ]
    top = [(88, 277), (52, 283), (24, 291), (0, 293), (-24, 291), (-52, 283), (-88, 277)]
    gathers = [pose.many((x * 0.9, 290), (x, y - 6)) for x, y in frill[1:-1]]
    canvas.piece(outline(pose.many(*top), pose.many(*frill)), cloth, seams(cloth, *gathers, width=1.4, opacity=0.45))


def _ruffle(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    for side in (-1, 1):
        edge = [(side * (6 + (7 if i % 2 else 15) + i * 0.4), 258 + i * 13) for i in range(9)]
        inside = [(side * 3, 254), (side * 3, 310), (side * 3, 366)]
        gathers = [pose.many((side * 4, y - 3), (x, y)) for x, y in edge]
        canvas.piece(
            outline(pose.many(*inside), pose.many(*edge[::-1])), cloth, seams(cloth, *gathers, width=1, opacity=0.5)
        )


def _from_behind(canvas: Canvas, pose: Pose, cut: Cut, cloth: Cloth) -> None:
    if cut.neck in {"collar", "open collar", "lapel", "shawl", "bow"}:
        d = outline(
            pose.many((-23, 206), (0, 200), (23, 206)),
            pose.many((34, 222), (40, 238)),
            pose.many((0, 250), (-40, 238)),
            pose.many((-34, 222), (-23, 206)),
        )
        canvas.piece(d, cloth)
    elif cut.neck in {"turtle", "mock", "funnel"}:
        _tube({"turtle": 190, "mock": 208, "funnel": 204}[cut.neck], 226, 6 if cut.neck == "funnel" else 0)(
            canvas, pose, cut, cloth
        )
    elif cut.neck == "peter pan":
        _pair(
            canvas,
            pose,
            cloth,
            ((25, 220), (12, 226), (1, 228)),
            ((1, 228), (2, 254), (24, 260), (46, 248), (46, 236)),
            ((46, 236), (36, 230), (25, 220)),
        )
    elif cut.neck in {"straps", "cami"}:
        for side in (-1, 1):
            line = pose.many((side * 43, 234), (side * 46, 262), (side * 46, 294))
            canvas.add(
                f'<path d="{stroke(line, 2.6, begin=0.9, end=0.9)}" fill="{cloth.colour}" stroke="{cloth.ink}" stroke-width="1"/>'
            )
    elif cut.neck == "halter":
        canvas.piece(
            outline(pose.many((-20, 208), (0, 204), (20, 208)), pose.many((22, 220), (0, 218), (-22, 220))), cloth
        )
    elif cut.neck == "off shoulder":
        _off_shoulder(canvas, pose, cut, cloth)
    if cut.has("open back"):
        canvas.pen(cloth, pose.many((-44, 250), (0, 256), (44, 250)), width=2.4)


FINISHES: dict[str, Callable[[Canvas, Pose, Cut, Cloth], None]] = {
    "collar": _shirt, "open collar": _open_shirt, "peter pan": _peter_pan, "turtle": _tube(184, 226, 0), "mock": _tube(205, 227, 0),
    "funnel": _tube(198, 228, 8), "crew": _band, "round": _band, "scoop": _band, "boat": _band, "vee": _band, "deep vee": _band, "keyhole": _keyhole,
    "bow": _bow, "lapel": _lapels, "shawl": _shawl, "cowl": _cowl, "straps": _strap, "cami": _strap, "halter": _halter,
    "wrap": _wrap, "off shoulder": _off_shoulder, "square": _band, "asymmetric": _band,
}  # fmt: skip
