"""From a shape and a colour to one SVG file: ground, shadow, cloth, print, folds and seams, in that order."""

from __future__ import annotations

import random
from collections.abc import Iterable

from calla.demo.illustrator import first_prints as prints
from calla.demo.illustrator.first_colour import ground, lit, shaded
from calla.demo.illustrator.shapes import SHAPES, Path, Shape

WIDTH, HEIGHT = 900, 1200
MIDDLE = WIDTH / 2


def draw(shape: str, colour: str, *, print_name: str = "", seed: str = "") -> str:
    """The garment `shape` (one of SHAPES) in `colour` (#rrggbb), with a print of that name if one is given."""
    cut, chance = SHAPES[shape](), random.Random(f"{shape}|{seed}")  # noqa: S311  (a pattern, not a secret)
    above, below = ground(colour)
    outline, sleeves = _closed(cut.body), _both(cut.sleeve)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">',
        "<defs>",
        _gradient("g", 0, 0, 0, 1, (above, below)),
        _gradient("c", 0, 0, 1, 0.25, (shaded(colour, 0.16), lit(colour), colour, shaded(colour, 0.22))),
        _gradient("s", 0, 0, 1, 0.4, (shaded(colour, 0.26), lit(colour, 0.06), shaded(colour, 0.3))),
        f'<clipPath id="b"><path d="{outline}"/></clipPath><clipPath id="a"><path d="{sleeves}"/></clipPath>',
        '<filter id="f" x="-20%" y="-20%" width="140%" height="150%"><feGaussianBlur stdDeviation="16"/></filter>',
        prints.pattern(print_name, colour, chance),
        "</defs>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#g)"/>',
        f'<g transform="{_placed(cut)}">',
        f'<g transform="translate(18 24)" fill="{shaded(below, 0.5)}" opacity=".42" filter="url(#f)">'
        f'<path d="{outline}"/><path d="{sleeves}"/></g>',
        _cloth(sleeves, "s", "a", colour, bool(print_name)),
        _lines([cut.back_of_neck], shaded(colour, 0.45), 9, 0.9),
        _cloth(outline, "c", "b", colour, bool(print_name)),
        f'<g clip-path="url(#b)">{_folds(cut, colour)}</g>',
        _lines(cut.seams, shaded(colour, 0.5), 2.2, 0.7),
        _lines(cut.whole, shaded(colour, 0.6), 4, 0.8, mirrored=False),
        "</g></svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _placed(cut: Shape) -> str:
    """Bring the garment to the middle of the picture, as large as leaves it air on all sides."""
    numbers = [_numbers(step) for path in (cut.body, cut.sleeve) for step in path]
    xs, ys = [x for row in numbers for x in row[::2]], [y for row in numbers for y in row[1::2]]
    size = min(0.8 * HEIGHT / (max(ys) - min(ys)), 0.43 * WIDTH / max(xs), 1.4)
    middle = (max(ys) + min(ys)) / 2
    return f"translate({MIDDLE * (1 - size):.1f} {HEIGHT / 2 - middle * size:.1f}) scale({size:.3f})"


def _cloth(outline: str, fill: str, clip: str, colour: str, printed: bool) -> str:
    if not outline:
        return ""
    over = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#p)" clip-path="url(#{clip})"/>' if printed else ""
    pen = f'stroke="{shaded(colour, 0.55)}" stroke-width="2.4" stroke-linejoin="round" opacity=".75"'
    edge = f'<path d="{outline}" fill="none" {pen}/>'
    return f'<path d="{outline}" fill="url(#{fill})"/>{over}{edge}'


def _folds(cut: Shape, colour: str) -> str:
    dark = _lines(cut.folds, shaded(colour, 0.5), 7, 0.26)
    light = _lines([tuple(_moved(step, 7) for step in fold) for fold in cut.folds], lit(colour, 0.6), 4, 0.2)
    return dark + light


def _lines(paths: Iterable[Path], colour: str, width: float, opacity: float, *, mirrored: bool = True) -> str:
    sides = (1, -1) if mirrored else (1,)
    drawn = "".join(_described(path, side) for path in paths if path for side in sides)
    if not drawn:
        return ""
    pen = f'stroke="{colour}" stroke-width="{width}" stroke-linecap="round" opacity="{opacity}"'
    return f'<path d="{drawn}" fill="none" {pen}/>'


def _moved(step: tuple[str | float, ...], by: float) -> tuple[str | float, ...]:
    return step[0], *(value + by if place % 2 == 0 else value for place, value in enumerate(_numbers(step)))


def _numbers(step: tuple[str | float, ...]) -> list[float]:
    return [float(value) for value in step[1:]]


def _closed(half: Path) -> str:
    """The right half and, run backwards, the left: one outline without a seam down the middle."""
    return _described(half, 1) + _backwards(half) + "Z"


def _both(half: Path) -> str:
    return f"{_described(half, 1)}Z{_described(half, -1)}Z" if half else ""


def _described(path: Path, side: int) -> str:
    return "".join(str(step[0]) + _points(_numbers(step), side) for step in path)


def _points(numbers: list[float], side: int) -> str:
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return " ".join(f"{MIDDLE + side * x:.0f} {y:.0f}" for x, y in pairs)


def _backwards(half: Path) -> str:
    """The mirror image from the last point to the first."""
    flat = [(str(step[0]), _numbers(step)) for step in half]
    drawn = []
    for (kind, numbers), (_, before) in zip(reversed(flat[1:]), reversed(flat[:-1]), strict=True):
        end = before[-2:]
        points = [*numbers[2:4], *numbers[0:2], *end] if kind == "C" else end
        drawn.append(kind + _points(points, -1))
    return "".join(drawn)


def _gradient(name: str, x1: float, y1: float, x2: float, y2: float, colours: Iterable[str]) -> str:
    stops = list(colours)
    inner = "".join(
        f'<stop offset="{place / (len(stops) - 1):.2f}" stop-color="{colour}"/>' for place, colour in enumerate(stops)
    )
    return f'<linearGradient id="{name}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}">{inner}</linearGradient>'
