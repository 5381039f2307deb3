from __future__ import annotations

import hashlib
from dataclasses import dataclass

from calla.cart.types import CartLineView
from calla.customers.types import Address
from calla.kernel.money import Money


@dataclass(frozen=True)
class ShippingOption:
    """A way of delivery as this order would pay for it. `days_min` and `days_max` are working days."""

    id: int
    name: str
    price: Money
    days_min: int
    days_max: int


@dataclass(frozen=True)
class Way:
    """A way of delivery as the merchant set it; `countries` empty: everywhere."""

    name: str
    price: Money
    free_from: Money | None
    days_min: int
    days_max: int
    countries: tuple[str, ...]


@dataclass(frozen=True)
class Quote:
    """Everything an order will cost, complete before anybody pays. `tax` is contained in `total`."""

    turn: int
    country: str
    lines: tuple[CartLineView, ...]
    method: ShippingOption
    options: tuple[ShippingOption, ...]
    subtotal: Money
    shipping: Money
    tax: Money
    total: Money

    @property
    def pieces(self) -> str:
        """Stands for what is in the bag and which turn of it this is, so that a form can say which bag it showed."""
        said = ".".join(f"{line.variant.id}x{line.quantity}" for line in self.lines)
        return f"{self.turn}-{hashlib.sha256(said.encode()).hexdigest()}"


@dataclass(frozen=True, repr=False)
class PayRequest:
    """What the form carries when somebody presses “Pay”: `shown` is the total on the button's page, and `pieces` what
    stands for the bag there; `order_token` the address of the draft by which they came back to the form."""

    cart_token: str
    name: str
    email: str
    delivery: Address
    billing: Address
    method_id: int
    shown: Money
    pieces: str
    phone: str = ""
    order_token: str = ""

    @property
    def turn(self) -> int:
        """Which turn of the bag the form showed."""
        said = self.pieces.partition("-")[0]
        return int(said) if said.isascii() and said.isdecimal() and len(said) < 5 else 0
