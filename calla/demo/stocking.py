# ruff: noqa: E501  (points and paths read better unbroken)
"""The wardrobe as drafts of products: colours, sizes, prices, what lies on the shelf, and what is told of each piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from calla.catalogue.types import (
    Fact,
    OptionDraft,
    PictureDraft,
    ProductDraft,
    SizeGuide,
    ValueDraft,
    VariantDraft,
)
from calla.demo import pictures, wardrobe
from calla.demo.illustrator import GARMENTS, HEIGHT, WIDTH
from calla.demo.wardrobe import Garment, Line

STOCK_PATTERN = (8, 14, 12, 6, 0, 9, 3, 11, 2, 16, 7)  # some sizes are low, some sold out, as in life
COVER_WIDTH, COVER_HEIGHT = 1920, 1200
MODEL = "Our figure is 178 cm tall with a bust of 84, a waist of 64 and hips of 92 cm, and wears {}."
RESPONSIBLE = "Calladream GmbH, Lilienweg 4, 99084 Erfurt, Germany, hello@calladream.example"


def drafts() -> Iterator[ProductDraft]:
    for number, (line, garment) in enumerate(wardrobe.garments()):
        shown = list(pictures.of(line, garment))
        sizes = sizes_of(garment)
        yield ProductDraft(
            handle=garment.handle,
            title=garment.title,
            description=f"<p>{garment.text}</p>",
            made_by="Calladream",
            category=garment.category,
            tags=("women", garment.fabric, *((garment.print,) if garment.print else ())),
            options=(
                OptionDraft("Colour", tuple(ValueDraft(name, line.palette[name]) for name in garment.colours)),
                OptionDraft("Size", tuple(ValueDraft(size) for size in sizes)),
            ),
            pictures=tuple(PictureDraft(file=one.file, alt=one.alt, width=WIDTH, height=HEIGHT) for one in shown),
            variants=tuple(_variants(garment, sizes, [one.colour for one in shown], number)),
            facts=tuple(_facts(garment)),
        )


def prices(draft: ProductDraft) -> Iterator[ProductDraft]:
    """A reduced piece is sold at its old price first: a reduction is shown only if the shop's records bear it out."""
    if any(variant.compare_at_minor for variant in draft.variants):
        before = tuple(
            replace(variant, price_minor=variant.compare_at_minor or variant.price_minor, compare_at_minor=None)
            for variant in draft.variants
        )
        yield replace(draft, variants=before)
    yield draft


def cover(line: Line) -> PictureDraft:
    return PictureDraft(
        file=pictures.cover_file(line), alt=f"Pieces of the collection {line.title} on a rail",
        width=COVER_WIDTH, height=COVER_HEIGHT,
    )  # fmt: skip


def sizes_of(garment: Garment) -> list[str]:
    told = wardrobe.shop()
    by_category = {one["handle"]: one["sizes"] for one in told["category"]}
    sizes: list[str] = told["sizes"][garment.sizes or by_category[garment.category]]
    return sizes


def size_guide(sizes: str) -> SizeGuide | None:
    told = wardrobe.shop()["guide"].get(sizes)
    if told is None:
        return None
    return SizeGuide(
        measures=tuple(told["measures"]),
        rows=tuple((size, tuple(float(number) for number in numbers)) for size, numbers in told["rows"]),
        how=tuple((name, text) for name, text in told["how"]),
    )


def _facts(garment: Garment) -> Iterator[tuple[Fact, str]]:
    told = wardrobe.shop()
    yield Fact.MATERIAL, garment.material
    if garment.fit:
        yield Fact.FIT, garment.fit
    if garment.shape.kind in GARMENTS:
        yield Fact.MODEL, MODEL.format("a 36" if "36" in sizes_of(garment) else "an S")
    if garment.measures:
        yield Fact.MEASURES, garment.measures
    yield Fact.CARE, told["care"][garment.care]
    yield Fact.ORIGIN, told["origin"][garment.origin]
    yield Fact.RESPONSIBLE, RESPONSIBLE


def _variants(garment: Garment, sizes: list[str], colours: list[str], number: int) -> Iterator[VariantDraft]:
    for colour_number, colour in enumerate(garment.colours):
        for size_number, size in enumerate(sizes):
            yield VariantDraft(
                values=(colour, size),
                price_minor=garment.price,
                compare_at_minor=garment.was or None,
                sku=f"{garment.handle}-{colour}-{size}".upper().replace(" ", "-").replace("/", ""),
                weight_grams=garment.grams,
                quantity=STOCK_PATTERN[(number * 5 + 3 * colour_number + size_number) % len(STOCK_PATTERN)],
                picture=colours.index(colour),
            )
