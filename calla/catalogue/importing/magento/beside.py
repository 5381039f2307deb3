"""The files that Magento keeps beside its products: what attributes and categories are called."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from calla.catalogue.importing.cells import Row, opened
from calla.catalogue.importing.reading import SAME_OPTION, Shelf, handle_of, shelf_of

TAGGED = frozenset({"multiselect", "select"})
DEEPEST = 3  # as the shop's own tree


@dataclass(slots=True)
class Beside:
    labels: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    order: dict[str, list[str]] = field(default_factory=dict)
    shelves: dict[str, Shelf] = field(default_factory=dict)

    def label(self, code: str) -> str:
        name = self.labels.get(code) or code.replace("_", " ").capitalize()
        return SAME_OPTION.get(name.casefold(), name)

    def is_choice(self, code: str) -> bool:
        """Whether its values are words to find a product by, rather than yes and no or numbers."""
        return self.kinds.get(code) in TAGGED

    def place(self, code: str, value: str) -> int:
        """Where the value comes among those of its attribute; unknown ones come last, as the file has them."""
        known = self.order.get(code, [])
        return known.index(value) if value in known else len(known)

    def shelf(self, path: tuple[str, ...]) -> Shelf:
        """Categories of one name stand under different parents, so a handle made for one names them all."""
        return self.shelves.get("/".join(path)) or shelf_of(path[-1], handle_of(" ".join(reversed(path))))

    def branch(self, path: tuple[str, ...]) -> tuple[Shelf, ...]:
        """The shelves from the root of the tree to that one; of a tree too deep the lowest branch is kept."""
        whole = [self.shelf(path[: depth + 1]) for depth in range(len(path))]
        return tuple(whole if len(whole) <= DEEPEST else [*whole[: DEEPEST - 1], whole[-1]])


def lie_beside(file: Path) -> Beside:
    beside = Beside()
    for row in _rows(file, "attributes*.csv"):
        _note_attribute(beside, row)
    for position, row in enumerate(_rows(file, "categories*.csv")):
        if row["name"]:
            path = "/".join(part for part in (row["path"], row["name"]) if part)
            beside.shelves[path] = shelf_of(row["name"], row["url_key"], position)
    return beside


def _rows(file: Path, pattern: str) -> Iterator[Row]:
    for path in sorted(file.parent.glob(pattern)):
        with opened(path) as (_, rows):
            yield from rows


def _note_attribute(beside: Beside, row: Row) -> None:
    """Labels have a line for the office and one for the shop; options one for each value."""
    code = row["attribute_code"]
    if code and row["frontend_label"]:
        beside.labels[code] = html.unescape(row["frontend_label"].splitlines()[-1].strip())
        beside.kinds[code] = row["frontend_input"]
        beside.order.setdefault(code, []).extend(html.unescape(one.strip()) for one in row["option"].splitlines())
