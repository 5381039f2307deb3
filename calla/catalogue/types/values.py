"""What other apps and pages see of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from calla.kernel.money import Money

# How many of a variant on backorder can be bought at once: there is no number on the shelf to go by.
ON_BACKORDER = 1000
# Why staff may change the stock by hand; the other reasons come with an order or a file.
STAFF_REASONS = frozenset({"corrected", "damaged", "found", "lost", "received", "stocktake"})


class Sort(StrEnum):
    NEWEST = "newest"
    PRICE_DOWN = "price-down"
    PRICE_UP = "price-up"
    RECOMMENDED = "recommended"


class Fact(StrEnum):
    """What is told of a product beside its description. `CARE` may hold codes, which pages draw as symbols."""

    CARE = "care"
    FIT = "fit"
    MATERIAL = "material"
    MEASURES = "measures"
    MODEL = "model"
    ORIGIN = "origin"
    RESPONSIBLE = "responsible"


@dataclass(frozen=True, slots=True)
class SizeGuide:
    """Body measures by size in centimetres, one number for each of `measures`, and how each is taken."""

    measures: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float, ...]], ...]
    how: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Shop:
    name: str
    currency: str
    country: str
    locale: str


@dataclass(frozen=True, slots=True)
class CategoryView:
    """`path` holds the handles from the root of the tree down to this one."""

    handle: str
    title: str
    path: tuple[str, ...]


class Rendition(NamedTuple):
    """One size of a photo in one format: avif, webp or jpeg. A page shows hundreds, hence no dataclass."""

    format: str
    width: int
    address: str


@dataclass(frozen=True, slots=True)
class PictureView:
    """`url` always shows something: without a picture of the shop's own a placeholder (`drawn` is False). `renditions`
    are what a browser may choose from instead, by format and then by width; a drawing has none."""

    url: str
    alt: str
    width: int
    height: int
    drawn: bool = True
    renditions: tuple[Rendition, ...] = ()


@dataclass(frozen=True, slots=True)
class CollectionView:
    id: int
    handle: str
    title: str
    description: str
    cover: PictureView | None = None


@dataclass(frozen=True, slots=True)
class ValueView:
    """One value of one option; `swatch` is #rrggbb or empty."""

    option: str
    value: str
    swatch: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class OptionView:
    name: str
    values: tuple[ValueView, ...]


@dataclass(frozen=True, slots=True)
class VariantView:
    """`available` is how many can be bought now. `compare_at` is there for a reduced price alone, and `lowest` with it:
    the lowest price of the 30 days before the reduction, where the shop knows one."""

    id: int
    product_id: int
    product_handle: str
    product_title: str
    title: str
    sku: str
    price: Money
    compare_at: Money | None
    lowest: Money | None
    available: int
    backorder: bool
    weight_grams: int
    picture: PictureView
    values: tuple[ValueView, ...]
    published: bool

    @property
    def buyable(self) -> bool:
        return self.published and self.available > 0


@dataclass(frozen=True, slots=True)
class ProductView:
    """`description` is HTML that was made safe when it was stored. `related` are the ids of pieces that go with it."""

    id: int
    handle: str
    title: str
    description: str
    made_by: str
    category: CategoryView | None
    tags: tuple[str, ...]
    seo_title: str
    seo_description: str
    created_at: datetime
    pictures: tuple[PictureView, ...]
    options: tuple[OptionView, ...]
    variants: tuple[VariantView, ...]
    facts: tuple[tuple[Fact, str], ...] = ()
    size_guide: SizeGuide | None = None
    related: tuple[int, ...] = ()

    @property
    def available(self) -> bool:
        return any(variant.buyable for variant in self.variants)

    def variant(self, variant_id: int | None) -> VariantView:
        """The one asked for, else the first that can be bought, else the first."""
        by_id = {variant.id: variant for variant in self.variants}
        buyable = next((variant for variant in self.variants if variant.buyable), self.variants[0])
        return by_id.get(variant_id or 0, buyable)


class TileColour(NamedTuple):
    """A colour that a product comes in; `like` is a variant in it."""

    value: str
    swatch: str
    like: int


@dataclass(frozen=True, slots=True)
class TileView:
    """A product in a list. `price` is that of its cheapest variant; `from_price` says that others cost more. `like` is
    the variant whose colour was asked for and is shown, 0 when none was."""

    id: int
    handle: str
    title: str
    made_by: str
    price: Money
    from_price: bool
    compare_at: Money | None
    lowest: Money | None
    available: bool
    picture: PictureView
    second_picture: PictureView | None
    swatches: tuple[TileColour, ...]
    created_at: datetime
    like: int = 0


@dataclass(frozen=True, slots=True)
class Pulse:
    """`epoch` is the database's own sign, None before there is a catalogue. `turns` maps product and variant to whether
    it can be bought now."""

    epoch: UUID | None
    number: int
    oldest: int
    turns: Mapping[tuple[int, int], bool]


@dataclass(frozen=True, slots=True)
class Listing:
    tiles: tuple[TileView, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class StockView:
    """For the office: all the numbers of one variant."""

    variant: VariantView
    on_hand: int
    allocated: int
    held: int
    safety: int


@dataclass(frozen=True, slots=True)
class MovementView:
    at: datetime
    on_hand: int
    allocated: int
    reason: str
    actor: str
    actor_subject: str
    order_id: str


@dataclass(frozen=True, slots=True)
class DocumentVariant:
    id: int
    sku: str
    price_minor: int
    values: tuple[ValueView, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A product as search reads it. `categories` are handle and title from the root down, `collections` map handle to
    the place in it; `published_at` is None for a draft."""

    id: int
    handle: str
    title: str
    text: str
    made_by: str
    tags: tuple[str, ...]
    categories: tuple[tuple[str, str], ...]
    collections: Mapping[str, int]
    variants: tuple[DocumentVariant, ...]
    published_at: datetime | None
    created_at: datetime
    facts: Mapping[str, str]
