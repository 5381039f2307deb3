# ruff: noqa: E501  (points and paths read better unbroken)
"""Hair: what falls behind the shoulders, and what lies round the face."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from calla.demo.illustrator.body import Pose
from calla.demo.illustrator.colour import mix
from calla.demo.illustrator.geometry import Point, blob, outline, stroke
from calla.demo.illustrator.head import Place, placer
from calla.demo.illustrator.skin import Tone

STYLES = ("bun", "bob", "waves", "crop", "curls", "knot", "straight")


def _cap(place: Place, side: float, low: float) -> str:
    """Hair drawn close round the skull from a parting, down to `low` at the temples."""
    p = side
    return outline(
        place((-37, low), (-39.5, -8), (-37, -34), (-26, -54), (0, -64), (26, -54), (37, -34), (39.5, -8), (37, low)),
        place((35, -2), (32, -20), (24, -34), (p + 8, -44), (p, -49)),
        place((p - 8, -43), (-25, -34), (-32, -20), (-35, -2), (-37, low)),
    )


@cache
def back(pose: Pose, tone: Tone, style: str) -> str:
    place = placer(pose)
    dark = mix(tone.hair, "#120a08", 0.28)
    shape = {
        "bun": lambda: blob(place((-13, 40), (-26, 56), (-22, 72), (0, 78), (22, 72), (26, 56), (13, 40))),
        "bob": lambda: outline(
            place((-38, -20), (-46, 20), (-46, 52), (-40, 66)),
            place((0, 60), (40, 66)),
            place((46, 52), (46, 20), (38, -20)),
        ),
        "waves": lambda: outline(
            place((-38, -24), (-50, 20), (-46, 60), (-62, 110), (-52, 160), (-34, 178)),
            place((0, 150), (34, 178)),
            place((54, 156), (60, 112), (47, 62), (50, 20), (38, -24)),
        ),
        "straight": lambda: outline(
            place((-38, -24), (-46, 20), (-46, 80), (-50, 170)),
            place((-40, 186), (0, 170), (40, 186), (50, 170)),
            place((46, 80), (46, 20), (38, -24)),
        ),
        "curls": lambda: blob(
            place(
                (0, -92),
                (34, -88),
                (62, -66),
                (74, -32),
                (72, 6),
                (58, 38),
                (36, 54),
                (0, 50),
                (-36, 54),
                (-58, 38),
                (-72, 6),
                (-74, -32),
                (-62, -66),
                (-34, -88),
            )
        ),
        "knot": lambda: blob(
            place((0, -98), (17, -93), (24, -78), (17, -62), (0, -56), (-17, -62), (-24, -78), (-17, -93))
        ),
    }.get(style)
    return f'<path d="{shape()}" fill="{dark}"/>' if shape else ""


@cache
def front(pose: Pose, tone: Tone, style: str) -> str:
    place, ink = placer(pose), mix(tone.hair, "#120a08", 0.5)
    shine = mix(tone.hair, "#fff0d8", 0.3)
    masses, strands, glints = FRONTS[style](place)
    return (
        "".join(f'<path d="{mass}" fill="{tone.hair}"/>' for mass in masses.split("|"))
        + f'<path d="{strands}" fill="{ink}" opacity=".55"/>'
        f'<path d="{glints}" fill="{shine}" opacity=".5"/>'
    )


def _strokes(place: Place, width: float, *lines: tuple[Point, ...]) -> str:
    return "".join(stroke(place(*points), width) for points in lines)


def _bun(place: Place) -> tuple[str, str, str]:
    strands = _strokes(
        place,
        2,
        ((-2, -48), (-18, -42), (-30, -26), (-36, -4)),
        ((3, -48), (20, -44), (32, -26), (36, -4)),
        ((-4, -56), (-24, -48), (-36, -26)),
        ((6, -57), (26, -48), (37, -26)),
    )
    return _cap(place, 0, 4), strands, _strokes(place, 4.5, ((-8, -54), (-22, -46), (-32, -30)))


def _bob(place: Place) -> tuple[str, str, str]:
    left = outline(
        place((-10, -63), (-30, -54), (-42, -24), (-47, 16), (-46, 50), (-42, 68)),
        place((-28, 64), (-24, 52), (-31, 24), (-32, -6), (-22, -34), (-10, -48)),
        place((-10, -63)),
    )
    right = outline(
        place((-12, -62), (10, -65), (32, -52), (43, -22), (47, 16), (46, 50), (42, 68)),
        place((28, 64), (24, 52), (31, 26), (33, -4), (26, -30), (4, -44), (-12, -49)),
        place((-12, -62)),
    )
    strands = _strokes(
        place,
        2,
        ((-12, -56), (-32, -38), (-40, 4), (-38, 56)),
        ((-8, -56), (20, -52), (38, -14), (40, 50)),
        ((-6, -52), (22, -42), (35, -6), (34, 50)),
    )
    return (
        left + "|" + right,
        strands,
        _strokes(place, 6, ((-22, -50), (-36, -26), (-42, 10)), ((14, -56), (32, -40), (39, -16))),
    )


def _waves(place: Place) -> tuple[str, str, str]:
    left = outline(
        place((6, -64), (-24, -58), (-42, -26), (-44, 10), (-54, 44), (-48, 82), (-62, 118), (-50, 158)),
        place((-36, 166), (-30, 130), (-42, 96), (-32, 62), (-38, 24), (-34, -8), (-20, -36), (6, -50)),
        place((6, -64)),
    )
    right = outline(
        place((4, -64), (28, -56), (42, -26), (45, 10), (54, 44), (47, 84), (58, 118), (48, 156)),
        place((34, 160), (32, 128), (40, 96), (31, 60), (37, 22), (35, -8), (28, -32), (6, -49)),
        place((4, -64)),
    )
    strands = _strokes(
        place,
        2.2,
        ((2, -58), (-28, -44), (-40, 0), (-46, 40), (-42, 80), (-52, 116), (-44, 150)),
        ((8, -56), (32, -38), (41, 6), (46, 46), (42, 86), (48, 118)),
    )
    return (
        left + "|" + right,
        strands,
        _strokes(place, 5, ((-16, -56), (-34, -38), (-42, -10)), ((20, -56), (36, -34), (41, -8))),
    )


def _straight(place: Place) -> tuple[str, str, str]:
    left = outline(
        place((0, -64), (-26, -56), (-41, -24), (-43, 20), (-46, 90), (-50, 172)),
        place((-30, 178), (-27, 90), (-34, 30), (-34, -8), (-22, -36), (0, -50)),
        place((0, -64)),
    )
    right = outline(
        place((0, -64), (26, -56), (41, -24), (43, 20), (46, 90), (50, 172)),
        place((30, 178), (27, 90), (34, 30), (34, -8), (22, -36), (0, -50)),
        place((0, -64)),
    )
    strands = _strokes(
        place,
        1.8,
        ((-3, -58), (-30, -40), (-39, 10), (-40, 90), (-42, 160)),
        ((3, -58), (30, -40), (39, 10), (40, 90), (42, 160)),
        ((4, -54), (26, -34), (36, 10), (34, 90), (36, 150)),
    )
    return (
        left + "|" + right,
        strands,
        _strokes(place, 5, ((-14, -57), (-33, -38), (-40, -8)), ((14, -57), (33, -38), (40, -8))),
    )


def _crop(place: Place) -> tuple[str, str, str]:
    mass = outline(
        place((-38, 12), (-41, -14), (-36, -46), (-16, -66), (14, -68), (36, -48), (41, -16), (38, 10)),
        place((36, -6), (33, -22), (26, -30)),
        place((10, -34), (-10, -46)),
        place((-22, -34), (-33, -16), (-35, -2), (-38, 12)),
    )
    strands = _strokes(
        place,
        2,
        ((-12, -52), (8, -42), (30, -32)),
        ((-10, -58), (14, -54), (36, -34)),
        ((-14, -56), (-30, -38), (-37, -8)),
    )
    return mass, strands, _strokes(place, 5, ((-4, -60), (16, -56), (32, -42)))


def _curls(place: Place) -> tuple[str, str, str]:
    around = [
        (-38, 16),
        (-50, 8),
        (-52, -8),
        (-60, -22),
        (-52, -38),
        (-52, -56),
        (-38, -64),
        (-28, -78),
        (-10, -76),
        (4, -84),
        (20, -76),
        (36, -72),
        (44, -58),
        (56, -48),
        (54, -32),
        (60, -16),
        (52, -4),
        (50, 10),
        (38, 16),
    ]
    inner = [
        (34, 0),
        (36, -14),
        (27, -22),
        (26, -34),
        (12, -34),
        (2, -42),
        (-10, -35),
        (-22, -36),
        (-27, -24),
        (-36, -16),
        (-34, 0),
        (-38, 16),
    ]
    strands = "".join(
        blob_ring(place, x, y, r)
        for x, y, r in (
            (-44, -22, 7),
            (-30, -52, 8),
            (0, -62, 8),
            (30, -54, 7),
            (46, -24, 7),
            (-14, -50, 6),
            (16, -46, 6),
            (40, -2, 6),
            (-42, 2, 6),
            (60, -30, 6),
            (-62, -6, 6),
        )
    )
    return outline(place(*around), place(*inner)), strands, ""


def blob_ring(place: Place, x: float, y: float, r: float) -> str:
    return stroke(
        place(
            (x - r, y),
            (x - r * 0.5, y - r * 0.9),
            (x + r * 0.6, y - r * 0.8),
            (x + r, y + r * 0.2),
            (x + r * 0.2, y + r * 0.9),
        ),
        2,
    )


def _knot(place: Place) -> tuple[str, str, str]:
    strands = _strokes(
        place,
        1.8,
        ((-34, -10), (-30, -36), (-10, -58)),
        ((34, -10), (30, -36), (10, -58)),
        ((-20, -38), (-12, -52), (-4, -60)),
        ((18, -40), (12, -52), (4, -60)),
        ((-16, -76), (0, -70), (14, -78)),
    )
    cap = outline(
        place((-37, 4), (-39, -10), (-36, -36), (-24, -54), (0, -63), (24, -54), (36, -36), (39, -10), (37, 4)),
        place((34, -10), (28, -30), (14, -42), (0, -45), (-14, -42), (-28, -30), (-34, -10), (-37, 4)),
    )
    return (
        cap + blob(place((0, -96), (15, -91), (21, -78), (15, -64), (0, -58), (-15, -64), (-21, -78), (-15, -91))),
        strands,
        _strokes(place, 4.5, ((-12, -58), (-26, -46), (-34, -26)), ((-12, -86), (-2, -91), (10, -87))),
    )


FRONTS: dict[str, Callable[[Place], tuple[str, str, str]]] = {
    "bun": _bun, "bob": _bob, "waves": _waves, "straight": _straight, "crop": _crop, "curls": _curls, "knot": _knot,
}  # fmt: skip


@cache
def behind(pose: Pose, tone: Tone, style: str) -> str:
    """The back of the head."""
    place, ink = placer(pose), mix(tone.hair, "#120a08", 0.5)
    skull = blob(
        place(
            (0, -64),
            (22, -58),
            (37, -38),
            (40, -12),
            (37, 14),
            (26, 34),
            (0, 42),
            (-26, 34),
            (-37, 14),
            (-40, -12),
            (-37, -38),
            (-22, -58),
        )
    )
    low = {
        "bun": lambda: blob(place((0, 14), (18, 18), (26, 34), (20, 52), (0, 58), (-20, 52), (-26, 34), (-18, 18))),
        "knot": lambda: blob(place((0, -98), (17, -93), (24, -78), (17, -62), (0, -56), (-17, -62), (-24, -78), (-17, -93))),
        "bob": lambda: outline(place((-40, -20), (-46, 16), (-45, 52), (-40, 66)), place((0, 72), (40, 66)), place((45, 52), (46, 16), (40, -20)), place((0, -50), (-40, -20))),
        "waves": lambda: outline(place((-40, -20), (-48, 30), (-46, 80), (-56, 120), (-44, 168)), place((-14, 184), (12, 178), (42, 170)), place((56, 124), (46, 82), (48, 30), (40, -20)), place((0, -50), (-40, -20))),
        "straight": lambda: outline(place((-40, -20), (-46, 30), (-47, 100), (-48, 178)), place((0, 190), (48, 178)), place((47, 100), (46, 30), (40, -20)), place((0, -50), (-40, -20))),
        "curls": lambda: blob(place((0, -92), (34, -88), (62, -66), (74, -32), (72, 6), (58, 38), (30, 56), (0, 60), (-30, 56), (-58, 38), (-72, 6), (-74, -32), (-62, -66), (-34, -88))),
    }.get(style, lambda: "")()  # fmt: skip
    long = style in {"waves", "straight"}
    end = 160 if long else 56 if style == "bob" else 26
    strands = _strokes(
        place, 2.2, *(((x * 0.3, -56), (x, -20), (x * 1.06, end * 0.5), (x * 1.02, end)) for x in (-30, -16, 4, 20, 33))
    )
    return (
        f'<path d="{skull}" fill="{tone.hair}"/><path d="{low}" fill="{tone.hair}" stroke="{ink}" stroke-width="1"/><path d="{strands}" fill="{ink}" opacity=".45"/>'
        f'<path d="{_strokes(place, 6, ((-14, -50), (-27, -30), (-32, -4)))}" fill="{mix(tone.hair, "#fff0d8", 0.3)}" opacity=".5"/>'
    )
