# ruff: noqa: E501  (points and paths read better unbroken)
"""The upper part: necklines, armholes, sides. Laid out upright, right half first, mirrored, then posed."""

from __future__ import annotations

from collections.abc import Callable

from calla.demo.illustrator.body import ARMPIT, BUST, UNDERBUST, Pose, shoulder_line
from calla.demo.illustrator.cut import Cut
from calla.demo.illustrator.geometry import Point, outline

Half = list[Point]


def on_shoulder(x: float) -> Point:
    return x, shoulder_line(x) - 1


# From the shoulder down to the middle, right half: runs with a corner between them.
NECKS: dict[str, Callable[[], list[Half]]] = {
    "crew": lambda: [[on_shoulder(25), (22, 233), (12, 242), (0, 245)]],
    "round": lambda: [[on_shoulder(34), (31, 246), (18, 262), (0, 267)]],
    "scoop": lambda: [[on_shoulder(44), (40, 262), (24, 290), (0, 298)]],
    "boat": lambda: [[on_shoulder(56), (36, 246), (16, 250), (0, 251)]],
    "vee": lambda: [[on_shoulder(29), (22, 258), (11, 290), (0, 316)]],
    "deep vee": lambda: [[on_shoulder(36), (28, 274), (14, 320), (0, 352)]],
    "wrap": lambda: [[on_shoulder(33), (27, 268), (14, 310), (0, 338)]],
    "square": lambda: [[on_shoulder(47), (46, 262), (45, 286)], [(45, 286), (22, 289), (0, 290)]],
    "collar": lambda: [[on_shoulder(25), (20, 236), (10, 250), (0, 262)]],
    "open collar": lambda: [[on_shoulder(27), (21, 250), (10, 282), (0, 306)]],
    "peter pan": lambda: [[on_shoulder(25), (21, 234), (11, 243), (0, 246)]],
    "bow": lambda: [[on_shoulder(23), (19, 231), (10, 239), (0, 243)]],
    "turtle": lambda: [[(20, 226), (14, 233), (0, 236)]],
    "mock": lambda: [[(21, 227), (14, 234), (0, 237)]],
    "funnel": lambda: [[(26, 228), (14, 236), (0, 239)]],
    "cowl": lambda: [[on_shoulder(40), (32, 262), (17, 290), (0, 297)]],
    "keyhole": lambda: [[on_shoulder(25), (22, 233), (12, 242), (0, 245)]],
    "lapel": lambda: [[on_shoulder(27), (23, 262), (12, 330), (0, 396)]],
    "shawl": lambda: [[on_shoulder(27), (23, 262), (12, 330), (0, 404)]],
    "halter": lambda: [[(21, 219), (18, 256), (9, 296), (0, 318)]],
    "sweetheart": lambda: [[(62, 292), (50, 283), (30, 280), (12, 292), (0, 309)]],
    "bandeau": lambda: [[(63, 290), (40, 289), (20, 292), (0, 294)]],
    "straps": lambda: [[(49, 281), (30, 286), (14, 303), (0, 311)]],
    "cami": lambda: [[(48, 284), (28, 290), (12, 292), (0, 293)]],
    "off shoulder": lambda: [[(84, 279), (52, 283), (24, 290), (0, 292)]],
    "asymmetric": lambda: [[on_shoulder(30), (24, 246), (8, 262), (0, 270)]],
}
BARE = {"sweetheart", "bandeau", "straps", "cami", "off shoulder", "halter"}
BACKS: dict[str, list[Half]] = {
    "high": [[on_shoulder(25), (14, 226), (0, 228)]],
    "wide": [[on_shoulder(44), (26, 236), (0, 240)]],
    "vee": [[on_shoulder(34), (22, 262), (10, 300), (0, 328)]],
    "deep": [[on_shoulder(44), (40, 300), (22, 366), (0, 384)]],
    "bare": [[(62, 296), (40, 304), (20, 308), (0, 309)]],
    "straps": [[(48, 292), (28, 308), (12, 316), (0, 318)]],
    "halter": [[(58, 318), (34, 346), (14, 356), (0, 358)]],
}


def back_of(neck: str) -> str:
    return {
        "boat": "wide", "scoop": "wide", "square": "wide", "cowl": "wide", "round": "wide", "deep vee": "vee", "sweetheart": "bare", "bandeau": "bare",
        "straps": "straps", "cami": "straps", "off shoulder": "bare", "halter": "halter",
    }.get(neck, "high")  # fmt: skip


def neck_runs(cut: Cut, *, back: bool) -> list[Half]:
    if back and cut.has("open back"):
        return BACKS["deep"]
    if back and cut.kind in {"knit", "coat", "jacket"} and cut.neck == "deep vee":
        return BACKS["high"]
    return BACKS[back_of(cut.neck)] if back else NECKS[cut.neck]()


def armhole(cut: Cut, start: Point) -> Half:
    """From the end of the neckline over the shoulder to the armpit."""
    chest = cut.ease[0]
    if cut.neck == "halter":
        return [start, (40, 262), (54, 296), (62 + chest, ARMPIT + 8)]
    if cut.neck in BARE:
        return [start, (64 + chest * 0.8, max(ARMPIT - 2, start[1] + 10))]
    if not cut.sleeve:
        edge: float = 60 if cut.neck in {"scoop", "square", "boat", "cowl"} else 64
        edge = max(edge, start[0] + 9)
        return [start, on_shoulder(edge), (edge - 4, 268), (56 + chest, 292), (62 + chest, ARMPIT + 2)]
    drop = {"loose": 6, "boxy": 10, "oversize": 16}.get(cut.fit, 0)
    if cut.sleeve == "cap":
        return [start, on_shoulder(66), on_shoulder(94), (92, 278), (64 + chest, ARMPIT)]
    tip = on_shoulder(74 + drop)
    return [start, tip, (72 + drop, 276), (61 + chest, ARMPIT + drop * 0.8)]


def side(cut: Cut, top: float, bottom: float) -> Half:
    chest = cut.ease[0]
    bust = 6 if cut.fit in {"close", "fitted", "easy"} else 2
    stations: list[tuple[float, float]] = [
        (BUST + 2, bust),
        (UNDERBUST, 0),
        (392, 0),
        (420, 0),
        (446, 0),
        (470, 0),
        (500, 0),
        (530, 0),
    ]
    points = [(cut.half(y) + more - (2 if more else 0), y) for y, more in stations if top + 12 < y < bottom - 8]
    end = cut.half(bottom)
    return [(61 + chest, top), *points, (end, bottom)]


def bodice(
    pose: Pose, cut: Cut, bottom: float, *, back: bool = False, rest: Half | None = None, hem: Half | None = None
) -> str:
    """The whole outline. `rest`: what goes on below `bottom` on the right and `hem` across, already posed by the caller."""
    neck = neck_runs(cut, back=back)
    start = neck[0][0]
    arm = [] if cut.neck in {"sweetheart", "bandeau"} or back_is_bare(cut, back) else armhole(cut, start)
    top = arm[-1][1] if arm else start[1]
    flank = side(cut, top, bottom)
    right = [arm, flank] if arm else [[start, *flank[1:]]]
    middle = [(flank[-1][0] * f, bottom + 5 * (1 - f * f)) for f in (1, 0.5, 0, -0.5, -1)]
    runs: list[list[Point]] = [*(pose.many(*run) for run in right), hem or pose.many(*middle)]
    runs += [pose.many(*flip(run)) for run in reversed(right)]
    runs += [pose.many(*((-x, y) for x, y in run)) for run in neck]
    runs += [pose.many(*run[::-1]) for run in reversed(neck)]
    return outline(*runs)


def back_is_bare(cut: Cut, back: bool) -> bool:
    return back and cut.neck in {"sweetheart", "bandeau"}


def flip(run: Half) -> Half:
    return [(-x, y) for x, y in reversed(run)]
