"""Shopify's product file. Rows that share a handle are one product; its own columns are filled on the first row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from calla.catalogue.importing.cells import Row
from calla.catalogue.importing.colours import swatch
from calla.catalogue.importing.photos import Photos
from calla.catalogue.importing.reading import (
    SAME_OPTION,
    Found,
    Reader,
    Reading,
    choice,
    needed_price,
    price,
    shelf_of,
    tell_foreign,
    whole,
)
from calla.catalogue.types import OptionDraft, PictureDraft, ProductDraft, ValueDraft, VariantDraft

NAME = "shopify"
MOST_ROWS = 2000
REQUIRED = ("Handle", "Title", "Variant Price")
OPTIONS = tuple((f"Option{number} Name", f"Option{number} Value") for number in (1, 2, 3))
USED = frozenset(
    {
        *REQUIRED, "Body (HTML)", "Vendor", "Product Category", "Type", "Tags", "Published", "Status", "Variant SKU",
        "Variant Grams", "Variant Inventory Qty", "Variant Inventory Policy", "Variant Compare At Price", "Gift Card",
        "Variant Barcode", "Image Src", "Image Position", "Image Alt Text", "Variant Image", "SEO Title",
        "SEO Description", *(column for pair in OPTIONS for column in pair),
    }
)  # fmt: skip
YES_NO = {"true": True, "yes": True, "1": True, "": True, "false": False, "no": False, "0": False}


def missing(columns: Sequence[str]) -> list[str]:
    return [column for column in REQUIRED if column not in columns]


def reader(file: Path, photos: Photos) -> Reader:
    return Reader(products, found)


def products(rows: Iterator[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Rows that follow each other and share a handle. A row that cannot be read counts to the product before it."""
    handle, group = "", list[Row]()
    for row in rows:
        own = row["Handle"] or (handle if row.broken else "")
        if group and own != handle:
            yield handle, group
            group = []
        handle = own
        if len(group) < MOST_ROWS:
            group.append(row)
        elif len(group) == MOST_ROWS:
            group.append(replace(row, broken=f"One product has more than {MOST_ROWS} rows. Look at its handle."))
    if group:
        yield handle, group


def found(rows: Sequence[Row], reading: Reading) -> Found:
    for row in rows:
        if not row["Handle"]:
            reading.error(row.line, "The handle is missing. Give every row the handle of its product.")
    shelf = shelf_of(rows[0]["Type"] or rows[0]["Product Category"].rpartition(">")[2].strip())
    return Found(_draft(rows, reading), (shelf,) if shelf.handle else ())


def _draft(rows: Sequence[Row], reading: Reading) -> ProductDraft:
    first = rows[0]
    if not first["Title"]:
        reading.error(first.line, "The title is missing on the first row of this product.")
    if choice(first, "Gift Card", YES_NO | {"": False}, reading):
        reading.error(first.line, "Gift cards are not sold by this shop. Leave this product out.")
    tell_foreign(first, "Body (HTML)", reading)
    names = _option_names(first)
    bought = [row for row in rows if row is first or row["Variant Price"] or row["Option1 Value"]]
    pictures = _pictures(rows, reading)
    places = {picture.source: place for place, picture in enumerate(pictures)}
    variants = tuple(_variant(row, names, places, reading) for row in bought)
    _tell_twins(bought, variants, reading)
    if any(variant.compare_at_minor for variant in variants):
        reading.note(first.line, "Its higher price of before is kept, and shown once this shop’s record proves it.")
    return ProductDraft(
        handle=first["Handle"],
        title=first["Title"],
        description=first["Body (HTML)"],
        made_by=first["Vendor"],
        tags=tuple(dict.fromkeys(tag.strip() for tag in first["Tags"].split(",") if tag.strip())),
        seo_title=first["SEO Title"],
        seo_description=first["SEO Description"],
        options=_options(names, variants),
        variants=variants,
        pictures=pictures,
        published=choice(first, "Published", YES_NO, reading)
        and choice(first, "Status", {"": True, "active": True, "draft": False, "archived": False}, reading),
    )


def _option_names(first: Row) -> list[str]:
    """The options in use; a lone “Title” with “Default Title” is Shopify's way to say that there are none."""
    names = [SAME_OPTION.get(first[name].casefold(), first[name]) for name, value in OPTIONS if first[name]]
    return [] if names == ["Title"] and first["Option1 Value"] == "Default Title" else names


def _options(names: Sequence[str], variants: Sequence[VariantDraft]) -> tuple[OptionDraft, ...]:
    return tuple(
        OptionDraft(
            name,
            tuple(
                ValueDraft(value, swatch(name, value)) for value in dict.fromkeys(one.values[place] for one in variants)
            ),
        )
        for place, name in enumerate(names)
    )


def _variant(row: Row, names: Sequence[str], places: dict[str, int], reading: Reading) -> VariantDraft:
    values = tuple(row[value] for _, value in OPTIONS[: len(names)])
    for name, value, (_, column) in zip(names, values, OPTIONS, strict=False):
        if not value:
            reading.error(row.line, f"“{column}” is empty. Say which {name} this variant is.")
    asked = needed_price(row, "Variant Price", reading)
    return VariantDraft(
        values=values,
        price_minor=asked,
        compare_at_minor=_compare_at(row, asked, reading),
        sku=row["Variant SKU"],
        barcode=row["Variant Barcode"],
        weight_grams=whole(row, "Variant Grams", reading),
        quantity=whole(row, "Variant Inventory Qty", reading),
        backorder=choice(row, "Variant Inventory Policy", {"": False, "deny": False, "continue": True}, reading),
        picture=places.get(row["Variant Image"]),
    )


def _tell_twins(rows: Sequence[Row], variants: Sequence[VariantDraft], reading: Reading) -> None:
    seen: dict[str, int] = {}
    for row, variant in zip(rows, variants, strict=True):
        if variant.title in seen:
            name = f"“{variant.title}”" if variant.title else "a variant without options"
            reading.error(row.line, f"This row is {name}, like line {seen[variant.title]}. Keep one of the two.")
        seen.setdefault(variant.title, row.line)


def _compare_at(row: Row, asked: int, reading: Reading) -> int | None:
    before = price(row, "Variant Compare At Price", reading)
    if before and row["Variant Price"] and before <= asked:
        reading.note(row.line, "The price compared with is not higher than the price, so it is left out.")
    return before if before and before > asked else None


def _pictures(rows: Sequence[Row], reading: Reading) -> tuple[PictureDraft, ...]:
    """Addresses are noted, in their order, and never fetched."""
    found: dict[str, tuple[int, PictureDraft]] = {}
    for row in rows:
        for column, alt in (("Image Src", row["Image Alt Text"]), ("Variant Image", "")):
            if row[column] and not row[column].lower().startswith(("https://", "http://")):
                reading.note(row.line, f"“{column}” is no address of a picture, so it is left out.")
            elif row[column]:
                position = whole(row, "Image Position", reading) if column == "Image Src" else 0
                found.setdefault(row[column], (position or len(found) + 1, PictureDraft(source=row[column], alt=alt)))
    return tuple(picture for _, picture in sorted(found.values(), key=lambda one: one[0]))
