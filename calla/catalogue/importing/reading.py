"""What every format shares: a product while its rows are read, and cells that say a price, a number or yes and no."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from calla.catalogue.html import UNPRINTABLE
from calla.catalogue.importing.cells import Row
from calla.catalogue.importing.problems import Problem
from calla.catalogue.services.checks import MOST_MINOR, MOST_PIECES
from calla.catalogue.types import ProductDraft
from calla.kernel import money

FORMULA = re.compile(r"[=@]|[+-].*[|(!]")
FOREIGN = re.compile(r"<(a|img|iframe|script|video|audio|embed|object|form|link)\b", re.IGNORECASE)
LONGEST = 120
SAME_OPTION = {"color": "Colour", "colour": "Colour"}


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category or a collection as a file names it."""

    handle: str
    title: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A product as its file describes it. `categories` lead from the root down to its own, which need not exist yet."""

    product: ProductDraft
    categories: tuple[Shelf, ...] = ()
    collections: tuple[Shelf, ...] = ()
    photos: int = 0
    photos_missing: int = 0


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


@dataclass(frozen=True, slots=True)
class Reader:
    """How the rows of one file become products: those of one after the other, then what they say together."""

    products: Callable[[Iterator[Row]], Iterator[tuple[str, list[Row]]]]
    found: Callable[[Sequence[Row], Reading], Found | None]

    def read(self, rows: Sequence[Row], reading: Reading, used: Collection[str]) -> Found | None:
        """None when anything about it is wrong; `reading` tells what."""
        for row in rows:
            check_cells(row, used, reading)
        found = None if reading.failed else self.found(rows, reading)
        return None if reading.failed else found


def check_cells(row: Row, used: Collection[str], reading: Reading) -> None:
    if row.broken:
        reading.error(row.line, row.broken)
        return
    for column, cell in row.cells.items():
        if column in used and UNPRINTABLE.search(cell):
            reading.error(row.line, f"“{column}” holds a character that cannot be printed. Type the cell anew.")
        elif column in used and FORMULA.match(cell):
            reading.error(row.line, f"“{column}” begins like a formula of a spreadsheet. Write its result instead.")


def price(row: Row, column: str, reading: Reading) -> int | None:
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


def needed_price(row: Row, column: str, reading: Reading) -> int:
    if not row[column]:
        reading.error(row.line, f"“{column}” is empty. Write what this variant costs, such as 49.90.")
    return price(row, column, reading) or 0


def whole(row: Row, column: str, reading: Reading) -> int:
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


def choice(row: Row, column: str, words: Mapping[str, bool], reading: Reading) -> bool:
    if row[column].lower() not in words:
        known = ", ".join(word for word in words if word)
        reading.error(row.line, f"“{column}” is “{row[column][:40]}”. Write one of: {known}.")
    return words.get(row[column].lower(), False)


def tell_foreign(row: Row, column: str, reading: Reading) -> None:
    if FOREIGN.search(row[column]):
        reading.note(row.line, "Links, pictures and programs in the description are left out: it keeps words alone.")


def shelf_of(title: str, handle: str = "", position: int = 0) -> Shelf:
    return Shelf((handle or handle_of(title))[:LONGEST].strip("-"), title[:LONGEST], position)


def handle_of(title: str) -> str:
    """A handle for what a file names by its title alone."""
    plain = unicodedata.normalize("NFKD", title.casefold().replace("ß", "ss"))
    return re.sub(r"[\W_]+", "-", "".join(sign for sign in plain if not unicodedata.combining(sign))).strip("-")
