"""What is printed on the cloth: patterns that repeat, made by chance from a seed that stays the same."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from calla.demo.illustrator.first_colour import lit, mix, shaded

SIZE = 96


def pattern(name: str, colour: str, chance: Random) -> str:
    if not name:
        return ""
    drawn = PRINTS[name](colour, chance)
    return f'<pattern id="p" width="{SIZE}" height="{SIZE}" patternUnits="userSpaceOnUse">{drawn}</pattern>'


def stripes(colour: str, chance: Random) -> str:
    return "".join(
        f'<rect x="0" y="{y}" width="{SIZE}" height="9" fill="{mix(colour, "#fbf6ea", 0.78)}" opacity=".9"/>'
        for y in range(6, SIZE, 32)
    )


def dots(colour: str, chance: Random) -> str:
    white = mix(colour, "#fffaf0", 0.85)
    return "".join(
        f'<circle cx="{x + (12 if row % 2 else 36)}" cy="{24 * row + 12}" r="5" fill="{white}"/>'
        for row in range(4) for x in (0, 48)
    )


def check(colour: str, chance: Random) -> str:
    dark, light = shaded(colour, 0.35), lit(colour, 0.6)
    return (
        f'<path d="M0 12h96M12 0v96" stroke="{dark}" stroke-width="14" opacity=".3"/>'
        f'<path d="M0 52h96M52 0v96" stroke="{light}" stroke-width="4" opacity=".55"/>'
    )


def floral(colour: str, chance: Random) -> str:
    petal, heart, leaf = lit(colour, 0.72), "#d8a53a", mix(colour, "#2f5d46", 0.55)
    drawn = []
    for x, y in ((24, 26), (72, 70)):
        x, y = x + chance.randint(-6, 6), y + chance.randint(-6, 6)
        turned = chance.randint(0, 71)
        petals = "".join(
            f'<ellipse cx="0" cy="-8" rx="5" ry="9" transform="rotate({turned + 72 * i})"/>' for i in range(5)
        )
        drawn.append(
            f'<g transform="translate({x} {y})" fill="{petal}"><path d="M4 6q14 4 18 16q-16 0-18-16z" fill="{leaf}"/>'
            f'{petals}<circle r="4" fill="{heart}"/></g>'
        )
    return "".join(drawn)


def ribs(colour: str, chance: Random) -> str:
    dark = shaded(colour, 0.3)
    ribs = "".join(f"M{x} 0v{SIZE}" for x in range(4, SIZE, 8))
    return f'<path d="{ribs}" stroke="{dark}" stroke-width="3" opacity=".22"/>'


def tweed(colour: str, chance: Random) -> str:
    flecks = (lit(colour, 0.5), shaded(colour, 0.4), mix(colour, "#b9823f", 0.5))
    return "".join(
        f'<path d="M{chance.randint(0, SIZE)} {chance.randint(0, SIZE)}'
        f'l{chance.randint(2, 6)} {chance.randint(-3, 3)}" '
        f'stroke="{chance.choice(flecks)}" stroke-width="2.4" opacity=".6"/>'
        for _ in range(150)
    )


PRINTS: dict[str, Callable[[str, Random], str]] = {
    "check": check, "dots": dots, "floral": floral, "ribs": ribs, "stripes": stripes, "tweed": tweed,
}
