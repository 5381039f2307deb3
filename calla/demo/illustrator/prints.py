# ruff: noqa: E501  (points and paths read better unbroken)
"""What is printed or woven in colour: the same seed gives the same flowers."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin
from random import Random
from typing import TYPE_CHECKING

from calla.demo.illustrator.colour import lightness, lit, mix, shaded
from calla.demo.illustrator.geometry import number, stroke
from calla.demo.illustrator.tiles import Tile

if TYPE_CHECKING:
    from calla.demo.illustrator.cloth import Cloth


def tile(cloth: Cloth) -> Tile:
    return PRINTS[cloth.print_name](cloth, Random(f"{cloth.seed}|{cloth.print_name}"))  # noqa: S311


def _on(cloth: Cloth, share: float = 0.72) -> str:
    """A tone of the cloth itself that stands out on it."""
    return lit(cloth.colour, share) if lightness(cloth.colour) < 0.55 else shaded(cloth.colour, share * 0.72)


def _tones(cloth: Cloth) -> list[str]:
    return list(cloth.accents) or [_on(cloth, 0.7), _on(cloth, 0.5)]


def _around(x: float, y: float, size: float, draw: Callable[[float, float], str], reach: float) -> str:
    """A motif, and again wherever it runs over the tile's edge."""
    return "".join(
        draw(x + dx, y + dy)
        for dx in (-size, 0, size) for dy in (-size, 0, size)
        if -reach < x + dx < size + reach and -reach < y + dy < size + reach
    )  # fmt: skip


def flower(x: float, y: float, radius: float, petals: int, turn: float, colour: str, heart: str) -> str:
    """Round petals are dots of a broad pen."""
    angles = [turn + i * 2 * pi / petals for i in range(petals)]
    dots = "".join(f"M{number(x + radius * 0.56 * cos(a))} {number(y + radius * 0.56 * sin(a))}h0" for a in angles)
    return (
        f'<path d="{dots}" stroke="{colour}" stroke-width="{number(radius * 0.86)}" stroke-linecap="round"/>'
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius * 0.26)}" fill="{heart}"/>'
    )


def leaf(x: float, y: float, length: float, angle: float, colour: str) -> str:
    ax, ay = x + length * cos(angle), y + length * sin(angle)
    mx, my = (x + ax) / 2, (y + ay) / 2
    return f'<path d="{stroke(((x, y), (mx, my), (ax, ay)), length * 0.42)}" fill="{colour}"/>'


def floral(cloth: Cloth, chance: Random) -> Tile:
    """Small flowers, thrown."""
    tones, size, parts = _tones(cloth), 84, []
    green = mix(_on(cloth, 0.5), "#6f8255", 0.55)
    places = ((14, 16), (56, 10), (36, 44), (74, 50), (14, 68), (52, 76))
    for i, (x, y) in enumerate(places):
        turn, radius = chance.uniform(0, pi), chance.uniform(6.5, 9.5) * (1 if i % 2 else 0.72)
        colour, heart = tones[i % len(tones)], lit(tones[(i + 1) % len(tones)], 0.4)

        def one(
            px: float, py: float, turn: float = turn, radius: float = radius, colour: str = colour, heart: str = heart
        ) -> str:
            return (leaf(px, py, radius * 1.9, turn, green) + leaf(px, py, radius * 1.7, turn + 2.4, green)
                    + flower(px, py, radius, 5, turn, colour, heart))  # fmt: skip

        parts.append(_around(x, y, size, one, 16))
    return Tile(size, size, "".join(parts))


def bloom(cloth: Cloth, chance: Random) -> Tile:
    """Large flowers with air between."""
    tones, size, parts = _tones(cloth), 168, []
    green = mix(_on(cloth, 0.5), "#5f7550", 0.6)
    for i, (x, y) in enumerate(((40, 44), (122, 30), (84, 112), (18, 138))):
        turn, radius = chance.uniform(0, pi), (25, 17, 28, 15)[i]
        colour = tones[i % len(tones)]

        def one(px: float, py: float, turn: float = turn, radius: float = radius, colour: str = colour) -> str:
            leaves = "".join(leaf(px, py, radius * 1.75, turn + a, green) for a in (0.5, 2.5, 4.4))
            return (leaves + flower(px, py, radius, 6, turn, colour, shaded(colour, 0.2))
                    + flower(px, py, radius * 0.6, 5, turn + 0.4, lit(colour, 0.35), mix(colour, "#e8c25a", 0.6)))  # fmt: skip

        parts.append(_around(x, y, size, one, 50))
    return Tile(size, size, "".join(parts))


def botanical(cloth: Cloth, chance: Random) -> Tile:
    """Sprigs: a stem with leaves on both sides."""
    tones, size, parts = _tones(cloth), 120, []
    for i, (x, y, lean) in enumerate(((30, 58, -0.25), (90, 118, 0.3), (92, 40, -0.5))):
        colour, tall = tones[i % len(tones)], chance.uniform(48, 56)

        def one(px: float, py: float, lean: float = lean, colour: str = colour, tall: float = tall) -> str:
            top = (px + lean * tall, py - tall)
            stem = stroke(((px, py), ((px + top[0]) / 2 + 3, (py + top[1]) / 2), top), 2, begin=0.4)
            leaves = "".join(
                leaf(px + lean * tall * t + 2, py - tall * t, 15 * (1.2 - t * 0.6), -pi / 2 + side * 0.9 + lean, colour)
                for t in (0.2, 0.42, 0.64, 0.84)
                for side in (-1, 1)
            )
            return f'<path d="{stem}" fill="{colour}"/>{leaves}'

        parts.append(_around(x, y, size, one, 60))
    return Tile(size, size, "".join(parts))


def dots(cloth: Cloth, chance: Random) -> Tile:
    colour = _tones(cloth)[0]
    return Tile(
        26, 26, f'<g fill="{colour}"><circle cx="6.5" cy="6.5" r="3.1"/><circle cx="19.5" cy="19.5" r="3.1"/></g>'
    )


def pin_dots(cloth: Cloth, chance: Random) -> Tile:
    colour = _tones(cloth)[0]
    return Tile(13, 13, f'<g fill="{colour}"><circle cx="3" cy="3" r="1.3"/><circle cx="9.5" cy="9.5" r="1.3"/></g>')


def stripes(cloth: Cloth, chance: Random) -> Tile:
    return Tile(20, 22, f'<path d="M0 5H20" stroke="{_tones(cloth)[0]}" stroke-width="8"/>')


def fine_stripes(cloth: Cloth, chance: Random) -> Tile:
    return Tile(11, 20, f'<path d="M3 0V20" stroke="{_tones(cloth)[0]}" stroke-width="2.2"/>')


def pinstripes(cloth: Cloth, chance: Random) -> Tile:
    return Tile(17, 20, f'<path d="M4 0V20" stroke="{_on(cloth, 0.6)}" stroke-width="1.1" opacity=".7"/>')


def awning(cloth: Cloth, chance: Random) -> Tile:
    first, *rest = _tones(cloth)
    second = rest[0] if rest else first
    return Tile(
        52,
        20,
        f'<path d="M9 0V20" stroke="{first}" stroke-width="15"/><path d="M34 0V20" stroke="{second}" stroke-width="3"/>',
    )


def gingham(cloth: Cloth, chance: Random) -> Tile:
    colour = _tones(cloth)[0]
    return Tile(
        24,
        24,
        f'<path d="M6 0V24" stroke="{colour}" stroke-width="12" opacity=".5"/><path d="M0 6H24" stroke="{colour}" stroke-width="12" opacity=".5"/>',
    )


def check(cloth: Cloth, chance: Random) -> Tile:
    first, *rest = _tones(cloth)
    second, dark = rest[0] if rest else first, shaded(cloth.colour, 0.4)
    return Tile(64, 64,
        f'<path d="M16 0V64M0 16H64" stroke="{dark}" stroke-width="16" opacity=".3"/>'
        f'<path d="M40 0V64M0 40H64" stroke="{first}" stroke-width="3" opacity=".8"/><path d="M56 0V64M0 56H64" stroke="{second}" stroke-width="1.6" opacity=".8"/>')  # fmt: skip


def glen(cloth: Cloth, chance: Random) -> Tile:
    """A quiet suiting check of fine lines."""
    tone = _on(cloth, 0.55)
    lines = "M3 0V48M7 0V48M11 0V48M15 0V48M0 3H48M0 7H48M0 11H48M0 15H48"
    return Tile(48, 48, f'<path d="{lines}" stroke="{tone}" stroke-width="1.5" opacity=".5"/>'
                f'<path d="M32 0V48M0 32H48" stroke="{_tones(cloth)[-1]}" stroke-width="1.3" opacity=".7"/>')  # fmt: skip


def herringbone(cloth: Cloth, chance: Random) -> Tile:
    tone = _on(cloth, 0.55)
    return Tile(
        24,
        8,
        f'<path d="M0 8L12 -4M0 16L12 4M4 16L12 8M12 0L24 12M12 -8L24 4M12 8L20 16M0 0L4 -4" fill="none" stroke="{tone}" stroke-width="1.5" opacity=".6"/>',
    )


def waves(cloth: Cloth, chance: Random) -> Tile:
    first, *rest = _tones(cloth)
    second = rest[0] if rest else first
    return Tile(60, 44,
        f'<path d="M0 10C10 0 20 0 30 10S50 20 60 10" fill="none" stroke="{first}" stroke-width="5"/>'
        f'<path d="M0 32C10 22 20 22 30 32S50 42 60 32" fill="none" stroke="{second}" stroke-width="2.4"/>')  # fmt: skip


def brush(cloth: Cloth, chance: Random) -> Tile:
    """Short strokes of a loaded brush."""
    tones, size, parts = _tones(cloth), 90, []
    for i, (x, y) in enumerate(((14, 20), (46, 10), (74, 34), (30, 50), (60, 66), (16, 78), (80, 80))):
        angle, length, colour = chance.uniform(-0.5, 0.5) - 0.7, chance.uniform(18, 26), tones[i % len(tones)]

        def one(px: float, py: float, angle: float = angle, length: float = length, colour: str = colour) -> str:
            return leaf(px, py, length, angle, colour)

        parts.append(_around(x, y, size, one, 28))
    return Tile(size, size, "".join(parts))


PRINTS: dict[str, Callable[[Cloth, Random], Tile]] = {
    "awning": awning, "bloom": bloom, "botanical": botanical, "brush": brush, "check": check, "dots": dots,
    "fine stripes": fine_stripes, "floral": floral, "gingham": gingham, "glen": glen, "herringbone": herringbone,
    "pin dots": pin_dots, "pinstripes": pinstripes, "stripes": stripes, "waves": waves,
}  # fmt: skip
