"""Colours as the cloth takes them: lit, in shade, and on which ground."""

from __future__ import annotations

import colorsys


def mix(first: str, second: str, share: float) -> str:
    """`first` with `share` (0 to 1) of `second` in it; both `#rrggbb`."""
    pairs = zip(_parts(first), _parts(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def lit(colour: str, share: float = 0.18) -> str:
    return mix(colour, "#fff6e6", share)


def shaded(colour: str, share: float = 0.28) -> str:
    return mix(colour, "#1a1420", share)


def ground(colour: str) -> tuple[str, str]:
    """A quiet ground for cloth of this colour: warm paper, a touch of the cloth's opposite, darker below."""
    hue, _, depth = colorsys.rgb_to_hls(*(part / 255 for part in _parts(colour)))
    r, g, b = colorsys.hls_to_rgb((hue + 0.5) % 1, 0.86, min(depth, 0.25))
    opposite = f"#{round(r * 255):02x}{round(g * 255):02x}{round(b * 255):02x}"
    return mix("#f6f1e6", opposite, 0.22), mix("#e6dfcf", opposite, 0.34)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
