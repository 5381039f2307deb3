from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from calla.catalogue.types import Sort, TileView


@dataclass(frozen=True, slots=True)
class Query:
    """What a visitor asks for. Several values of one filter are alternatives; different filters must all be met.

    `filters` maps a facet's name (`"colour"`, `"size"`, `"category"`) to chosen values. `collection` and `category`
    narrow the whole list, as their pages do; prices are in minor units of the shop's currency.
    """

    text: str = ""
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sort: Sort = Sort.RECOMMENDED
    page: int = 1
    size: int = 24
    collection: str = ""
    category: str = ""
    price_from: int | None = None
    price_to: int | None = None


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
class Hits:
    """What an engine finds: the ids of a page in order, how many in all, facets, the words it took instead."""

    products: tuple[int, ...]
    total: int
    page: int
    facets: tuple[FacetView, ...]
    corrected: str


@dataclass(frozen=True, slots=True)
class Result:
    hits: tuple[TileView, ...]
    total: int
    page: int
    pages: int
    facets: tuple[FacetView, ...]
    corrected: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`kind` is product, category or collection; `handle` says which."""

    kind: str
    title: str
    handle: str
