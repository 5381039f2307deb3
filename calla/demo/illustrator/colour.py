"""Colours as the cloth takes them: lit, in shade."""

from __future__ import annotations

from functools import cache


@cache
def mix(first: str, second: str, share: float) -> str:
    """`first` with `share` (0 to 1) of `second` in it; both `#rrggbb`."""
    pairs = zip(_parts(first), _parts(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def lit(colour: str, share: float = 0.18) -> str:
    return mix(colour, "#fff6e6", share)


def shaded(colour: str, share: float = 0.28) -> str:
    return mix(colour, "#1a1024", share)


@cache
def lightness(colour: str) -> float:
    """How light a colour looks, 0 to 1."""
    r, g, b = _parts(colour)
    return (0.299 * r + 0.587 * g + 0.114 * b) / 255


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
