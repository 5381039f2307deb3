from __future__ import annotations

from dataclasses import dataclass

from calla.customers.types import Address
from calla.kernel.money import Money


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
