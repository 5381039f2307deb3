"""Shopify's product file. Rows that share a handle are one product; its own columns are filled on the first row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from calla.catalogue.html import UNPRINTABLE
from calla.catalogue.importing.cells import Row
from calla.catalogue.importing.problems import Problem
from calla.catalogue.services.checks import MOST_MINOR, MOST_PIECES
from calla.catalogue.types import OptionDraft, PictureDraft, ProductDraft, ValueDraft, VariantDraft
from calla.kernel import money

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
FORMULA = re.compile(r"[=@]|[+-].*[|(!]")
FOREIGN = re.compile(r"<(a|img|iframe|script|video|audio|embed|object|form|link)\b", re.IGNORECASE)
SAME_OPTION = {"color": "Colour", "colour": "Colour"}
YES_NO = {"true": True, "yes": True, "1": True, "": True, "false": False, "no": False, "0": False}


@dataclass(slots=True)
class Reading:
    """One product while its rows are read: what is found wrong is gathered, so that all is told at once."""

    handle: str
    currency: str
    problems: list[Problem] = field(default_factory=list)

    def error(self, line: int, message: str) -> None:
        self.problems.append(Problem(line, self.handle, message))

    def note(self, line: int, message: str) -> None:
        self.problems.append(Problem(line, self.handle, message, is_error=False))

    @property
    def failed(self) -> bool:
        return any(problem.is_error for problem in self.problems)


def missing(columns: Sequence[str]) -> list[str]:
    return [column for column in REQUIRED if column not in columns]


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


def draft(handle: str, rows: Sequence[Row], currency: str) -> tuple[ProductDraft | None, list[Problem]]:
    """The product these rows describe, or None and why not. Its category is the title of one, not yet a handle."""
    reading = Reading(handle, currency)
    for row in rows:
        _check_cells(row, reading)
    if not reading.failed:
        made = _draft(rows, reading)
        if not reading.failed:
            return made, reading.problems
    return None, reading.problems


def _check_cells(row: Row, reading: Reading) -> None:
    if row.broken:
        reading.error(row.line, row.broken)
        return
    if not row["Handle"]:
        reading.error(row.line, "The handle is missing. Give every row the handle of its product.")
    for column, cell in row.cells.items():
        if column in USED and UNPRINTABLE.search(cell):
            reading.error(row.line, f"“{column}” holds a character that cannot be printed. Type the cell anew.")
        elif column in USED and FORMULA.match(cell):
            reading.error(row.line, f"“{column}” begins like a formula of a spreadsheet. Write its result instead.")


def _draft(rows: Sequence[Row], reading: Reading) -> ProductDraft:
    first = rows[0]
    if not first["Title"]:
        reading.error(first.line, "The title is missing on the first row of this product.")
    if _choice(first, "Gift Card", YES_NO | {"": False}, reading):
        reading.error(first.line, "Gift cards are not sold by this shop. Leave this product out.")
    if FOREIGN.search(first["Body (HTML)"]):
        reading.note(first.line, "Links, pictures and programs in the description are left out: it keeps words alone.")
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
        category=first["Type"] or first["Product Category"].rpartition(">")[2].strip(),
        tags=tuple(dict.fromkeys(tag.strip() for tag in first["Tags"].split(",") if tag.strip())),
        seo_title=first["SEO Title"],
        seo_description=first["SEO Description"],
        options=_options(names, variants),
        variants=variants,
        pictures=pictures,
        published=_choice(first, "Published", YES_NO, reading)
        and _choice(first, "Status", {"": True, "active": True, "draft": False, "archived": False}, reading),
    )


def _option_names(first: Row) -> list[str]:
    """The options in use; a lone “Title” with “Default Title” is Shopify's way to say that there are none."""
    names = [SAME_OPTION.get(first[name].casefold(), first[name]) for name, value in OPTIONS if first[name]]
    return [] if names == ["Title"] and first["Option1 Value"] == "Default Title" else names


def _options(names: Sequence[str], variants: Sequence[VariantDraft]) -> tuple[OptionDraft, ...]:
    return tuple(
        OptionDraft(name, tuple(ValueDraft(value) for value in dict.fromkeys(one.values[place] for one in variants)))
        for place, name in enumerate(names)
    )


def _variant(row: Row, names: Sequence[str], places: dict[str, int], reading: Reading) -> VariantDraft:
    values = tuple(row[value] for _, value in OPTIONS[: len(names)])
    for name, value, (_, column) in zip(names, values, OPTIONS, strict=False):
        if not value:
            reading.error(row.line, f"“{column}” is empty. Say which {name} this variant is.")
    price = _price(row, "Variant Price", reading)
    if price is None and not row["Variant Price"]:
        reading.error(row.line, "“Variant Price” is empty. Write what this variant costs, such as 49.90.")
    return VariantDraft(
        values=values,
        price_minor=price or 0,
        compare_at_minor=_compare_at(row, price, reading),
        sku=row["Variant SKU"],
        barcode=row["Variant Barcode"],
        weight_grams=_whole(row, "Variant Grams", reading),
        quantity=_whole(row, "Variant Inventory Qty", reading),
        backorder=_choice(row, "Variant Inventory Policy", {"": False, "deny": False, "continue": True}, reading),
        picture=places.get(row["Variant Image"]),
    )


def _tell_twins(rows: Sequence[Row], variants: Sequence[VariantDraft], reading: Reading) -> None:
    seen: dict[str, int] = {}
    for row, variant in zip(rows, variants, strict=True):
        if variant.title in seen:
            name = f"“{variant.title}”" if variant.title else "a variant without options"
            reading.error(row.line, f"This row is {name}, like line {seen[variant.title]}. Keep one of the two.")
        seen.setdefault(variant.title, row.line)


def _price(row: Row, column: str, reading: Reading) -> int | None:
    if not row[column]:
        return None
    try:
        minor = money.parse(row[column], reading.currency).minor
    except ValueError as error:
        reading.error(row.line, f"“{column}”: {error}")
        return None
    if not 0 <= minor <= MOST_MINOR:
        reading.error(row.line, f"“{column}” is {row[column]}: a price is not negative and not more than ten million.")
    return minor


def _compare_at(row: Row, price: int | None, reading: Reading) -> int | None:
    before = _price(row, "Variant Compare At Price", reading)
    if before and price is not None and before <= price:
        reading.note(row.line, "The price compared with is not higher than the price, so it is left out.")
    return before if before and price is not None and before > price else None


def _whole(row: Row, column: str, reading: Reading) -> int:
    try:
        number = Decimal(row[column] or 0)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number != number.to_integral_value() or number > MOST_PIECES:
        reading.error(row.line, f"“{column}” is “{row[column][:40]}”. Write a whole number from 0 to a million.")
        return 0
    if number < 0:
        reading.note(row.line, f"“{column}” is below zero and was taken as 0.")
    return max(int(number), 0)


def _choice(row: Row, column: str, words: dict[str, bool], reading: Reading) -> bool:
    if row[column].lower() not in words:
        known = ", ".join(word for word in words if word)
        reading.error(row.line, f"“{column}” is “{row[column][:40]}”. Write one of: {known}.")
    return words.get(row[column].lower(), False)


def _pictures(rows: Sequence[Row], reading: Reading) -> tuple[PictureDraft, ...]:
    """Addresses are noted, in their order, and never fetched."""
    found: dict[str, tuple[int, PictureDraft]] = {}
    for row in rows:
        for column, alt in (("Image Src", row["Image Alt Text"]), ("Variant Image", "")):
            if row[column] and not row[column].lower().startswith(("https://", "http://")):
                reading.note(row.line, f"“{column}” is no address of a picture, so it is left out.")
            elif row[column]:
                position = _whole(row, "Image Position", reading) if column == "Image Src" else 0
                found.setdefault(row[column], (position or len(found) + 1, PictureDraft(source=row[column], alt=alt)))
    return tuple(picture for _, picture in sorted(found.values(), key=lambda one: one[0]))


def handle_of(title: str) -> str:
    """A handle for a category that the file names by its title."""
    plain = unicodedata.normalize("NFKD", title.casefold().replace("ß", "ss"))
    return re.sub(r"[\W_]+", "-", "".join(sign for sign in plain if not unicodedata.combining(sign))).strip("-")
