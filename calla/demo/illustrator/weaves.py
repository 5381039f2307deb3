# ruff: noqa: E501  (points and paths read better unbroken)
"""What the fabric itself looks like from near: twill, ribs, cables, tweed, cord, lace, tulle, sequins."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from calla.demo.illustrator.colour import lightness, lit, mix, shaded
from calla.demo.illustrator.tiles import Tile

if TYPE_CHECKING:
    from calla.demo.illustrator.cloth import Cloth


def tile(cloth: Cloth) -> Tile:
    return WEAVES[cloth.fabric](cloth)


def _denim(cloth: Cloth) -> Tile:
    light = lit(cloth.colour, 0.35)
    return Tile(5, 5, f'<path d="M0 1.2H5" stroke="{light}" stroke-width=".9" opacity=".55"/>'
                f'<path d="M0 3.6H5" stroke="{shaded(cloth.colour, .4)}" stroke-width=".8" opacity=".35"/>', -45)  # fmt: skip


def _twill(cloth: Cloth) -> Tile:
    return Tile(4, 4, f'<path d="M0 1H4" stroke="{shaded(cloth.colour, 0.35)}" stroke-width=".8" opacity=".35"/>', -50)


def _linen(cloth: Cloth) -> Tile:
    dark, light = shaded(cloth.colour, 0.3), lit(cloth.colour, 0.5)
    return Tile(14, 12, f'<path d="M0 2H9M5 8H14M2 5H4" stroke="{dark}" stroke-width=".7" opacity=".35"/>'
                f'<path d="M3 0V7M10 4V12" stroke="{light}" stroke-width=".7" opacity=".45"/>')  # fmt: skip


def _knit(cloth: Cloth) -> Tile:
    dark = shaded(cloth.colour, 0.42)
    return Tile(8, 7, f'<path d="M0 1.5L4 5L8 1.5" fill="none" stroke="{dark}" stroke-width="1.1" opacity=".32"/>')


def _cable(cloth: Cloth) -> Tile:
    dark, light = shaded(cloth.colour, 0.45), lit(cloth.colour, 0.4)
    return Tile(46, 36,
        f'<path d="M3 0V36M31 0V36" stroke="{dark}" stroke-width="1.6" opacity=".45"/>'
        f'<path d="M8 0C8 12 26 10 26 22C26 30 22 33 18 36M26 0C26 5 22 9 19 12M14 20C10 24 8 28 8 36" fill="none" stroke="{dark}" stroke-width="2" opacity=".5"/>'
        f'<path d="M11 0C12 10 28 12 28 22" fill="none" stroke="{light}" stroke-width="1.6" opacity=".5"/>'
        f'<path d="M36 4L39 7L42 4M36 13L39 16L42 13M36 22L39 25L42 22M36 31L39 34L42 31" fill="none" stroke="{dark}" stroke-width="1" opacity=".35"/>')  # fmt: skip


def _tweed(cloth: Cloth) -> Tile:
    chance = Random(f"{cloth.seed}tweed")  # noqa: S311  (a pattern, not a secret)
    flecks = [lit(cloth.colour, 0.5), shaded(cloth.colour, 0.45), *cloth.accents]
    weave = f'<path d="M0 6L6 0L12 6L18 0L24 6L30 0L36 6M0 18L6 12L12 18L18 12L24 18L30 12L36 18M0 30L6 24L12 30L18 24L24 30L30 24L36 30" fill="none" stroke="{shaded(cloth.colour, 0.35)}" stroke-width="1.2" opacity=".4"/>'
    by_colour: dict[str, str] = {}
    for _ in range(34):
        x, y = chance.uniform(0, 36), chance.uniform(0, 36)
        colour = chance.choice(flecks)
        by_colour[colour] = (
            by_colour.get(colour, "") + f"M{x:.0f} {y:.0f}l{chance.uniform(1, 3.4):.1f} {chance.uniform(-2.4, 2.4):.1f}"
        )
    return Tile(
        36,
        36,
        weave
        + "".join(
            f'<path d="{d}" stroke="{colour}" stroke-width="1.4" opacity=".75"/>' for colour, d in by_colour.items()
        ),
    )


def _corduroy(cloth: Cloth) -> Tile:
    return Tile(5, 10, f'<path d="M1 0V10" stroke="{shaded(cloth.colour, .5)}" stroke-width="1.2" opacity=".42"/>'
                f'<path d="M3.2 0V10" stroke="{lit(cloth.colour, .4)}" stroke-width=".9" opacity=".4"/>')  # fmt: skip


def _lace(cloth: Cloth) -> Tile:
    thread = shaded(cloth.colour, 0.42) if lightness(cloth.colour) > 0.4 else lit(cloth.colour, 0.4)
    petals = "".join(f'<ellipse cx="{15 + 6.4 * x:.1f}" cy="{15 + 6.4 * y:.1f}" rx="4" ry="4.6"/>'
                     for x, y in ((0, -1), (.95, -.31), (.59, .81), (-.59, .81), (-.95, -.31)))  # fmt: skip
    return Tile(30, 30,
        f'<g fill="none" stroke="{thread}" stroke-width=".9" opacity=".6"><path d="M0 0L30 30M30 0L0 30M15 0L30 15L15 30L0 15Z" opacity=".5" stroke-width=".6"/>'
        f'<g fill="{lit(cloth.colour, .3)}">{petals}</g><circle cx="15" cy="15" r="2.2" fill="{thread}"/>'
        f'<circle cx="0" cy="0" r="3.4"/><circle cx="30" cy="30" r="3.4"/><circle cx="30" cy="0" r="3.4"/><circle cx="0" cy="30" r="3.4"/></g>')  # fmt: skip


def _sequin(cloth: Cloth) -> Tile:
    dark, light = shaded(cloth.colour, 0.4), lit(cloth.colour, 0.75)
    return Tile(10, 10,
        f'<g fill="none" stroke="{dark}" stroke-width=".8" opacity=".5"><circle cx="2.5" cy="2.5" r="2.4"/><circle cx="7.5" cy="7.5" r="2.4"/></g>'
        f'<path d="M1.4 1.6a1.4 1.4 0 0 1 1.6-.8M6.4 6.6a1.4 1.4 0 0 1 1.6-.8" fill="none" stroke="{light}" stroke-width="1" opacity=".9"/>')  # fmt: skip


def _velvet(cloth: Cloth) -> Tile:
    return Tile(
        7, 7, f'<path d="M0 3.5H7" stroke="{mix(cloth.colour, "#000000", 0.3)}" stroke-width=".6" opacity=".25"/>', 8
    )


WEAVES: dict[str, Callable[[Cloth], Tile]] = {
    "cable": _cable, "corduroy": _corduroy, "denim": _denim, "knit": _knit, "lace": _lace, "linen": _linen,
    "sequin": _sequin, "tweed": _tweed, "twill": _twill, "velvet": _velvet,
}  # fmt: skip
