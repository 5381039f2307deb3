from __future__ import annotations

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
class Quote:
    """Everything an order will cost, complete before anybody pays. `tax` is contained in `total`."""

    country: str
    lines: tuple[CartLineView, ...]
    method: ShippingOption
    options: tuple[ShippingOption, ...]
    subtotal: Money
    shipping: Money
    tax: Money
    total: Money


@dataclass(frozen=True, repr=False)
class PayRequest:
    """What the form carries when somebody presses “Pay”. `shown` is the total they saw on the button's page."""

    cart_token: str
    name: str
    email: str
    delivery: Address
    billing: Address
    method_id: int
    shown: Money
    phone: str = ""


@dataclass(frozen=True, repr=False)
class PayStarted:
    """Where to go next: the provider's page, or the order's own when it is paid already."""

    order_token: str
    pay_url: str
