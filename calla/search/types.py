from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from calla.catalogue.types import Sort, TileView


@dataclass(frozen=True, slots=True)
class Query:
    """What a visitor asks for. Several values of one filter are alternatives; different filters must all be met.

    `filters` maps a facet's name (`"colour"`, `"size"`, `"category"`, `"price"`) to chosen values; names that no
    product knows are left out. `collection` and `category` narrow the whole list, as their pages do. With `read` the
    colours and sizes that stand in the text are taken as filters.
    """

    text: str = ""
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sort: Sort = Sort.RECOMMENDED
    page: int = 1
    size: int = 24
    collection: str = ""
    category: str = ""
    read: bool = False


@dataclass(frozen=True, slots=True)
class FacetValue:
    """`count` is how many products there would be with it, given the other filters; of sizes, those in stock."""

    value: str
    label: str
    swatch: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetView:
    """`name` is what stands in the address, `title` what the visitor reads."""

    name: str
    title: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Relief:
    """What to leave out of a list with nothing in it, a filter or a word of the text, and how many there would be."""

    name: str
    total: int
    word: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """What an engine finds: the ids of a page in order and whether each can be bought, how many in all, facets.

    `text` and `filters` are the question as it was understood, `corrected` the words taken instead of mistyped ones.
    """

    products: Mapping[int, bool]
    total: int
    page: int
    facets: tuple[FacetView, ...]
    text: str
    filters: Mapping[str, frozenset[str]]
    corrected: str
    reliefs: tuple[Relief, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """`complete` is False while a large change is still being followed: what is made of it must not be kept."""

    hits: tuple[TileView, ...]
    total: int
    page: int
    pages: int
    facets: tuple[FacetView, ...]
    text: str
    filters: Mapping[str, frozenset[str]]
    corrected: str
    reliefs: tuple[Relief, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`kind` is product, category or collection; `handle` says which."""

    kind: str
    title: str
    handle: str
    tile: TileView | None = None
