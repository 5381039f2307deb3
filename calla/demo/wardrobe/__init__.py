"""What the demo shop sells, as its designers wrote it down: one file a collection, and one for the shop."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from calla.demo.illustrator import Cut

HERE = Path(__file__).parent


@dataclass(frozen=True, eq=False)
class Line:
    """A collection: its palette, its paper, the tones of what is worn with its pieces, and the pieces."""

    handle: str
    title: str
    description: str
    paper: str
    ground: str
    light: str
    dark: str
    palette: dict[str, str]
    garments: tuple[Garment, ...]


@dataclass(frozen=True, eq=False)
class Garment:
    handle: str
    title: str
    category: str
    cut: str
    fabric: str
    price: int
    grams: int
    colours: tuple[str, ...]
    text: str
    material: str
    care: str
    origin: str
    look: str
    fit: str = ""
    measures: str = ""
    print: str = ""
    accents: tuple[str, ...] = ()
    was: int = 0
    sizes: str = ""

    @property
    def shape(self) -> Cut:
        return _cut(self.cut)


@cache
def shop() -> dict[str, Any]:
    """Tax, ways to send, categories, sizes, and the words for care and origin."""
    return tomllib.loads((HERE / "shop.toml").read_text(encoding="utf-8"))


@cache
def lines() -> tuple[Line, ...]:
    files = sorted(HERE.glob("[0-9]*.toml"))
    return tuple(_line(tomllib.loads(file.read_text(encoding="utf-8"))) for file in files)


def garments() -> Iterator[tuple[Line, Garment]]:
    """In the order in which they came into the shop: from each line in turn, what leads a line last."""
    places = range(max(len(line.garments) for line in lines()))
    return (
        (line, line.garments[place])
        for place in reversed(places) for line in reversed(lines()) if place < len(line.garments)
    )  # fmt: skip


def _line(told: dict[str, Any]) -> Line:
    pieces = tuple(
        Garment(**(one | {name: tuple(one[name]) for name in ("colours", "accents") if name in one}))
        for one in told.pop("garment")
    )
    return Line(**told, garments=pieces)


@cache
def _cut(told: str) -> Cut:
    """From `dress neck=deep_vee trims=tie,pockets`; in a word of a value `_` stands for a space."""
    kind, *parts = told.split()
    values: dict[str, Any] = {}
    for part in parts:
        name, _, value = part.partition("=")
        value = value.replace("_", " ")
        values[name] = tuple(value.split(",")) if name == "trims" else float(value) if name == "volume" else value
    return Cut(kind, **values)
