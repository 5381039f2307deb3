"""For whoever keeps something made from the catalogue: what has changed since the last look."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from calla.catalogue.selectors import statements
from calla.catalogue.types import Pulse


def pulse(since: int) -> Pulse:
    """Where the catalogue stands, and the stock that turned in transactions from `since` on, in one question.

    `since` is the `oldest` of the look before; some turns come twice, none is missed. The turns of the last hour are
    there: whoever looked longer ago begins afresh.
    """
    row = statements.read(statements.PULSE, since=since)[0]
    turns = {(product, variant): buyable for product, variant, buyable in row["turns"]}
    return Pulse(UUID(str(row["epoch"])) if row["epoch"] else None, row["number"], row["oldest"], turns)


def sold_out(products: Iterable[int]) -> frozenset[int]:
    """The variants of these products that cannot be bought now."""
    rows = statements.read(statements.SOLD_OUT, products=list(products))
    return frozenset(row["id"] for row in rows)
