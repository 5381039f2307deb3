from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from calla.catalogue.types import VariantView
from calla.kernel.money import Money, total

MOST_PIECES = 99


@dataclass(frozen=True)
class CartLineView:
    """`price_before` is the price when it was put in, if that has changed. `short`: fewer are left than wanted."""

    variant: VariantView
    quantity: int
    price_before: Money | None
    short: bool

    @property
    def total(self) -> Money:
        return self.variant.price * self.quantity


@dataclass(frozen=True)
class CartView:
    """A cart at today's prices. `gone` counts the lines whose piece is no longer sold: they are not among `lines`.
    One that is converted shows none.

    Digest and turn together stand for the one order that can come of it as it is.
    """

    digest: bytes
    turn: int
    state: str
    currency: str
    lines: tuple[CartLineView, ...]
    gone: int
    expires_at: datetime

    @property
    def count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def subtotal(self) -> Money:
        return total((line.total for line in self.lines), self.currency)
