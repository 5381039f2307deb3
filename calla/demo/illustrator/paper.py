# ruff: noqa: E501  (points and paths read better unbroken)
"""The ground she stands on: tinted paper with one quiet shape, a shadow, a hanger."""

from __future__ import annotations

from collections.abc import Callable

from calla.demo.illustrator.body import GROUND, MIDDLE, Pose
from calla.demo.illustrator.colour import lit, mix, shaded
from calla.demo.illustrator.cut import Cut
from calla.demo.illustrator.geometry import number

FULL = '<rect width="900" height="1200" fill="{}"/>'


def shade(ground: str) -> str:
    return shaded(ground, 0.5)


def background(name: str, ground: str) -> str:
    low = mix(ground, "#6b5a4a", 0.1)
    gradient = (
        f'<defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{lit(ground, 0.45)}"/>'
        f'<stop offset=".72" stop-color="{ground}"/><stop offset="1" stop-color="{low}"/></linearGradient></defs>'
    )
    return gradient + FULL.format("url(#g)") + PAPERS[name](ground)


def wide(name: str, ground: str, width: int, height: int) -> str:
    """The same paper for a wide picture: the shape stands in its middle."""
    low, floor = mix(ground, "#6b5a4a", 0.1), mix(ground, "#6b5a4a", 0.16)
    return (
        f'<rect width="{width}" height="{height}" fill="{lit(ground, 0.3)}"/><g transform="translate({(width - 900) / 2:.0f} 0)">{PAPERS[name](ground) if name in CENTRED else ""}</g>'
        f'<rect y="{height - 130}" width="{width}" height="130" fill="{low}"/><rect y="{height - 130}" width="{width}" height="3" fill="{floor}"/>'
    )


def sheet(ground: str, view: tuple[float, float, float, float]) -> str:
    """Paper under something seen from near."""
    x, y, width, height = (number(value) for value in view)
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{lit(ground, 0.3)}"/>'


def _plain(ground: str) -> str:
    return ""


def _arch(ground: str) -> str:
    return f'<path d="M196 1200V430C196 250 300 150 450 150S704 250 704 430V1200Z" fill="{mix(ground, "#ffffff", 0.42)}" opacity=".7"/>'


def _sun(ground: str) -> str:
    return f'<circle cx="590" cy="390" r="262" fill="{mix(ground, "#ffffff", 0.5)}" opacity=".6"/>'


def _window(ground: str) -> str:
    """Light that falls through a tall window."""
    light = mix(ground, "#fffaf0", 0.6)
    panes = "".join(f"M{150 + x} {y}l240 -60v250l-240 60z" for x in (0, 262) for y in (190, 460, 730))
    return f'<path d="{panes}" fill="{light}" opacity=".5"/>'


def _hills(ground: str) -> str:
    far, near = mix(ground, "#5f6b58", 0.09), mix(ground, "#5f6b58", 0.16)
    return (f'<path d="M0 800C180 700 320 720 470 790S760 850 900 740V1200H0Z" fill="{far}"/>'
            f'<path d="M0 930C220 860 420 900 560 940S800 960 900 900V1200H0Z" fill="{near}"/>')  # fmt: skip


def _sea(ground: str) -> str:
    line, water = mix(ground, "#ffffff", 0.5), mix(ground, "#4f7f8c", 0.16)
    return f'<rect y="760" width="900" height="440" fill="{water}"/><path d="M90 830H330M520 800H820M240 900H420M600 930H860M40 1010H260M420 1040H640" stroke="{line}" stroke-width="3" opacity=".6"/>'


def _leaf(ground: str) -> str:
    tone = mix(ground, "#5d6e4c", 0.14)
    return (f'<path d="M780 1200C700 900 690 560 820 180C930 420 930 800 780 1200Z" fill="{tone}"/>'
            f'<path d="M60 1200C-30 1000 -20 760 90 520C190 720 190 980 60 1200Z" fill="{tone}"/>'
            f'<path d="M780 1200C800 900 800 600 820 180M60 1200C70 980 76 760 90 520" stroke="{lit(ground, .3)}" stroke-width="3" fill="none"/>')  # fmt: skip


def _curtain(ground: str) -> str:
    tone = mix(ground, "#2c2030", 0.12)
    folds = "".join(
        f"M{x} 0C{x + 14} 400 {x - 16} 800 {x + 6} 1200H{x + 46}C{x + 30} 800 {x + 52} 400 {x + 36} 0Z"
        for x in (20, 110, 200, 640, 730, 820)
    )
    return f'<path d="{folds}" fill="{tone}" opacity=".5"/>'


def _band(ground: str) -> str:
    return f'<rect x="250" width="400" height="1200" fill="{mix(ground, "#ffffff", 0.34)}" opacity=".7"/>'


PAPERS: dict[str, Callable[[str], str]] = {
    "arch": _arch, "band": _band, "curtain": _curtain, "hills": _hills, "leaf": _leaf, "plain": _plain, "sea": _sea, "sun": _sun,
    "window": _window,
}  # fmt: skip


CENTRED = {"arch", "band", "sun", "window"}


def shadow(pose: Pose, ground: str, spread: float) -> str:
    x = sum(leg.end[0] for leg in pose.legs) / 2
    tone = shaded(ground, 0.55)
    return (
        f'<defs><radialGradient id="s"><stop offset="0" stop-color="{tone}" stop-opacity=".42"/><stop offset=".6" stop-color="{tone}" stop-opacity=".16"/>'
        f'<stop offset="1" stop-color="{tone}" stop-opacity="0"/></radialGradient></defs>'
        f'<ellipse cx="{number(x + spread * 0.35)}" cy="{GROUND - 6}" rx="{number(spread * 1.7)}" ry="{number(16 + spread * 0.1)}" fill="url(#s)"/>'
    )


def hanger(cut: Cut, top: float) -> str:
    wood, ink = "#c9a779", "#6a4a2c"
    if cut.kind in {"trousers", "skirt"}:
        y = top - 8
        clips = "".join(
            f'<rect x="{MIDDLE + s * 34 - 6:.0f}" y="{y - 5:.0f}" width="12" height="20" rx="3" fill="#b6ada0" stroke="{ink}" stroke-width="1"/>'
            for s in (-1, 1)
        )
        return (f'<path d="M450 {y - 8:.0f}v-16c0 -10 15 -10 15 -22a14 14 0 0 0 -28 -2" fill="none" stroke="#8d8478" stroke-width="3.4" stroke-linecap="round"/>'
                f'<rect x="404" y="{y - 9:.0f}" width="92" height="6" rx="3" fill="{wood}" stroke="{ink}" stroke-width="1"/>{clips}')  # fmt: skip
    hook = '<path d="M450 222v-22c0 -10 15 -10 15 -22a14 14 0 0 0 -28 -2" fill="none" stroke="#8d8478" stroke-width="3.4" stroke-linecap="round"/>'
    if cut.neck in {"turtle", "mock", "funnel"}:  # a high collar covers the shoulders of the hanger
        return hook
    return (
        f"{hook}"
        f'<path d="M450 214C474 214 500 236 524 250C530 254 528 262 520 260C500 252 470 236 450 236S400 252 380 260C372 262 370 254 376 250C400 236 426 214 450 214Z" fill="{wood}" stroke="{ink}" stroke-width="1.4"/>'
    )
