from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from calla.catalogue.importing.cells import Row
from calla.catalogue.importing.colours import swatch
from calla.catalogue.importing.magento.beside import Beside
from calla.catalogue.importing.magento.cells import pairs, several, variations
from calla.catalogue.importing.magento.gallery import Gallery, gallery
from calla.catalogue.importing.magento.prose import with_lists
from calla.catalogue.importing.magento.rows import HIDDEN
from calla.catalogue.importing.photos import Photos
from calla.catalogue.importing.reading import Found, Reading, Shelf, choice, needed_price, price, tell_foreign, whole
from calla.catalogue.types import Fact, OptionDraft, ProductDraft, ValueDraft, VariantDraft
from calla.kernel import clock

YES_NO = {"1": True, "": True, "0": False, "2": False}
NO_BACKORDERS = {"", "0"}
BRANDS = ("manufacturer", "brand")
MATERIALS = ("material", "fabric")
COLOUR = "Colour"
DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%m/%d/%y", "%m/%d/%Y")


@dataclass(frozen=True, slots=True)
class Choice:
    """A variant's row, and what tells it apart: a value for each code of an option."""

    row: Row
    values: Mapping[str, str]


def found(beside: Beside, photos: Photos, rows: Sequence[Row], reading: Reading) -> Found | None:
    first = rows[0]
    if first["store_view_code"]:
        reading.note(first.line, f"Words for the store view “{first['store_view_code']}” are left out.")
        return None
    _check_kind(first, reading)
    choices = _choices(rows, reading) if first["product_type"] == "configurable" else [Choice(first, {})]
    codes = _codes(beside, choices)
    _check_values(beside, choices, codes, reading)
    if reading.failed:
        return None
    choices = _in_order(beside, choices, codes, first["base_image"])
    colours = {one.row["sku"]: one.values[code] for one in choices for code in codes if beside.label(code) == COLOUR}
    shown = [first, *(one.row for one in choices if one.row is not first)]
    pictures = gallery(photos, html.unescape(first["name"]), shown, colours, reading)
    draft = _draft(beside, first, choices, codes, pictures, reading)
    own, others = _shelves(beside, first)
    return Found(draft, own, others, pictures.taken, len(pictures.missing))


def _check_kind(first: Row, reading: Reading) -> None:
    kind = first["product_type"]
    if not first["sku"]:
        reading.error(first.line, "The SKU is missing. Every row has its own.")
    elif not first["name"]:
        reading.error(first.line, "The name is missing.")
    elif kind not in ("configurable", "simple"):
        reading.error(
            first.line,
            f"This shop sells configurable and simple products, none of the type “{kind[:40]}”. Leave it out.",
        )
    elif kind == "simple" and first["visibility"] == HIDDEN:
        reading.error(
            first.line, "This is a variant that no configurable product names. Export its product with it, or show it."
        )


def _choices(rows: Sequence[Row], reading: Reading) -> list[Choice]:
    first, by_sku = rows[0], {row["sku"]: row for row in rows[1:]}
    named = [(one.pop("sku", ""), one) for one in variations(first["configurable_variations"])]
    if not named:
        reading.error(first.line, "“configurable_variations” is empty. Name its variants there, or make it simple.")
    if lacking := [sku for sku, _ in named if sku not in by_sku]:
        reading.error(
            first.line, f"It names {len(lacking)} variants that have no row, the first “{lacking[0][:80]}”. Export all."
        )
    offered = [Choice(by_sku[sku], values) for sku, values in named if sku in by_sku]
    return [one for one in offered if choice(one.row, "product_online", YES_NO, reading)] or offered


def _codes(beside: Beside, choices: Sequence[Choice]) -> list[str]:
    """What can be chosen, the colour first: it is what pictures change with."""
    codes = dict.fromkeys(code for one in choices for code in one.values)
    return sorted(codes, key=lambda code: beside.label(code) != COLOUR)


def _check_values(beside: Beside, choices: Sequence[Choice], codes: Sequence[str], reading: Reading) -> None:
    for one in choices:
        for code in codes:
            if not one.values.get(code):
                reading.error(one.row.line, f"Its product does not say which {beside.label(code)} this variant is.")


def _in_order(beside: Beside, choices: Sequence[Choice], codes: Sequence[str], image: str) -> list[Choice]:
    """Sizes as the shop before had them; colours as in the file, after the one that its own photo shows."""
    places: dict[str, dict[str, tuple[int, int]]] = {}
    for code in codes:
        values = dict.fromkeys(one.values[code] for one in choices)
        shown = {one.values[code] for one in choices if one.row["base_image"] == image}
        places[code] = {
            value: (value not in shown if beside.label(code) == COLOUR else beside.place(code, value), place)
            for place, value in enumerate(values)
        }
    return sorted(choices, key=lambda one: [places[code][one.values[code]] for code in codes])


def _draft(
    beside: Beside, first: Row, choices: Sequence[Choice], codes: Sequence[str], pictures: Gallery, reading: Reading
) -> ProductDraft:
    text = "description" if first["description"] else "short_description"
    tell_foreign(first, text, reading)
    attributes = pairs(first["additional_attributes"])
    return ProductDraft(
        handle=reading.handle,
        title=html.unescape(first["name"]),
        description=with_lists(first[text]),
        made_by=next((attributes[code] for code in BRANDS if code in attributes), ""),
        tags=tuple(dict.fromkeys(_tags(beside, attributes, codes))),
        facts=tuple(
            (Fact.MATERIAL, ", ".join(several(attributes[code]))) for code in MATERIALS if attributes.get(code)
        )[:1],
        seo_title=html.unescape(first["meta_title"]),
        seo_description=html.unescape(first["meta_description"]),
        options=tuple(_option(beside.label(code), [one.values[code] for one in choices]) for code in codes),
        variants=tuple(_variant(one, codes, pictures, reading) for one in choices),
        pictures=tuple(pictures.pictures),
        published=choice(first, "product_online", YES_NO, reading) and first["visibility"] != HIDDEN,
    )


def _tags(beside: Beside, attributes: Mapping[str, str], codes: Sequence[str]) -> Iterator[str]:
    for code, value in attributes.items():
        if beside.is_choice(code) and code not in (*codes, *MATERIALS, *BRANDS):
            yield from several(value)


def _option(name: str, values: Sequence[str]) -> OptionDraft:
    return OptionDraft(name, tuple(ValueDraft(value, swatch(name, value)) for value in dict.fromkeys(values)))


def _variant(one: Choice, codes: Sequence[str], pictures: Gallery, reading: Reading) -> VariantDraft:
    row = one.row
    asked, before = needed_price(row, "price", reading), price(row, "special_price", reading)
    if before is not None and before < asked and _is_special(row, reading):
        asked, before = before, asked
    else:
        before = None
    return VariantDraft(
        values=tuple(one.values[code] for code in codes),
        price_minor=asked,
        compare_at_minor=before,
        sku=row["sku"],
        quantity=whole(row, "qty", reading) if row["is_in_stock"] != "0" else 0,
        backorder=row["allow_backorders"] not in NO_BACKORDERS and row["use_config_backorders"] == "0",
        picture=pictures.places.get(row["base_image"]),
    )


def _is_special(row: Row, reading: Reading) -> bool:
    now = clock.now()
    begins, ends = (_date(row, f"special_price_{end}_date", reading) for end in ("from", "to"))
    return (begins is None or begins <= now) and (ends is None or now < ends)


def _date(row: Row, column: str, reading: Reading) -> datetime | None:
    for form in DATES if row[column] else ():
        try:
            return datetime.strptime(row[column], form).replace(tzinfo=UTC)
        except ValueError:
            continue
    if row[column]:
        reading.error(row.line, f"“{column}” is “{row[column][:40]}”. Write a date like 2026-11-30.")
    return None


def _shelves(beside: Beside, first: Row) -> tuple[tuple[Shelf, ...], tuple[Shelf, ...]]:
    """The deepest place in the tree is what kind of thing it is; its other places are collections it is shown in."""
    paths = [tuple(part.strip() for part in path.split("/")[1:]) for path in first["categories"].split(",")]
    paths = [path for path in dict.fromkeys(paths) if path and all(path)]
    if not paths:
        return (), ()
    own = max(paths, key=len)
    others = [path for path in paths if path != own[: len(path)]]
    return beside.branch(own), tuple(dict.fromkeys(beside.shelf(path) for path in others))
