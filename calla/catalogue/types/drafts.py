"""What a product should become, as a file, the demo or the office says it; `services.save_product` makes it so."""

from __future__ import annotations

from dataclasses import dataclass

from calla.catalogue.types.values import Fact


@dataclass(frozen=True, slots=True)
class ValueDraft:
    value: str
    swatch: str = ""


@dataclass(frozen=True, slots=True)
class OptionDraft:
    name: str
    values: tuple[ValueDraft, ...]


@dataclass(frozen=True, slots=True)
class PictureDraft:
    """`file` under the media folder, or a photo by the name of its `original`, as `services.keep_photo` gave it.

    `source` is where an import had it from, and knows it again. A draft with nothing else leaves what the shop has.
    """

    file: str = ""
    original: str = ""
    source: str = ""
    alt: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """`values` has one value for each option, in their order. `quantity` counts for a variant that is new."""

    values: tuple[str, ...]
    price_minor: int
    compare_at_minor: int | None = None
    sku: str = ""
    barcode: str = ""
    weight_grams: int = 0
    quantity: int = 0
    backorder: bool = False
    picture: int | None = None

    @property
    def title(self) -> str:
        return " / ".join(self.values)


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """`category` is a handle. Variants the shop has and the draft has not are no longer offered."""

    handle: str
    title: str
    variants: tuple[VariantDraft, ...]
    options: tuple[OptionDraft, ...] = ()
    pictures: tuple[PictureDraft, ...] = ()
    description: str = ""
    made_by: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    seo_title: str = ""
    seo_description: str = ""
    published: bool = True
    facts: tuple[tuple[Fact, str], ...] = ()
