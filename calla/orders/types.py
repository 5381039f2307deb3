from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from calla.customers.types import Address
from calla.kernel.money import Money
from calla.orders.states import CancelReason as CancelReason
from calla.orders.states import FulfilmentState as FulfilmentState
from calla.orders.states import OrderState as OrderState
from calla.privacy.types import Personal, personal


def _address(plain: dict[str, Any]) -> Address:
    return Address.load(plain)


class OrderDetails(Personal):
    """What it takes to send an order and to write about it."""

    name: str = personal("name")
    email: str = personal("email")
    delivery_address: Address = personal("delivery_address", load=_address)
    phone: str = personal("phone", default="")


class AccountingDetails(Personal):
    """What the books need: who bought what, and where the bill goes. `purchases` is one text line a piece."""

    name: str = personal("name")
    billing_address: Address = personal("billing_address", load=_address)
    purchases: list[str] = personal("purchases")


class NoteDetails(Personal):
    """What the shop wrote to one person about their order."""

    text: str = personal("letter_text", default="")


@dataclass(frozen=True)
class DraftLine:
    variant_id: int
    quantity: int
    price: Money
    product_title: str
    product_handle: str
    variant_title: str
    sku: str


@dataclass(frozen=True, repr=False)
class DraftRequest:
    """Everything an order needs at the moment of “Pay”. Totals are the server's own.

    `order_token`: the secret address by which the buyer came back to an earlier draft, if they did.
    """

    cart_digest: bytes
    name: str
    email: str
    delivery: Address
    billing: Address
    lines: Sequence[DraftLine]
    shipping: Money
    tax: Money
    shipping_method: str
    days: tuple[int, int]
    held_until: datetime
    phone: str = ""
    cart_turn: int = 0
    order_token: str = ""


@dataclass(frozen=True)
class Placed:
    """What a higher app is told as an order is placed: of which cart, and which variants how often."""

    order: UUID
    cart_digest: bytes
    cart_turn: int
    pieces: Mapping[int, int]


@dataclass(frozen=True)
class LineView:
    product_title: str
    product_handle: str
    variant_title: str
    sku: str
    variant_id: int | None
    quantity: int
    price: Money
    total: Money


@dataclass(frozen=True)
class ParcelView:
    id: UUID
    state: str
    carrier: str
    tracking_number: str
    shipped_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True)
class EventView:
    kind: str
    label: str
    at: datetime
    actor: str


@dataclass(frozen=True, repr=False)
class OrderFacts:
    """What an order is without anybody's name: its pieces, its money, its days and its secret address."""

    id: UUID
    subject: UUID
    number: str
    token: str
    state: str
    fulfilment_status: str
    lines: tuple[LineView, ...]
    subtotal: Money
    shipping: Money
    tax: Money
    total: Money
    shipping_method: str
    expected: tuple[date, date] | None
    placed_at: datetime | None
    held_until: datetime
    parcels: tuple[ParcelView, ...]


@dataclass(frozen=True, repr=False)
class OrderPart(OrderFacts):
    """An order opened for one step: a letter, a parcel. What the step has no need of, `details` do not give."""

    details: OrderDetails


@dataclass(frozen=True, repr=False)
class OrderView(OrderFacts):
    """A whole order opened for a page. Never stored, never logged.

    `visible` is what of it whoever holds its secret address may be shown.
    """

    name: str
    email: str
    phone: str
    delivery: Address
    billing: Address | None
    events: tuple[EventView, ...]
    cancel_reason: str
    cart_digest: bytes
    visible: frozenset[str]


@dataclass(frozen=True)
class Standing:
    """Where an order stands, for somebody who has shown no right to see more: opens nothing, names nobody."""

    id: UUID
    number: str
    state: str
    held_until: datetime
    cart_digest: bytes


@dataclass(frozen=True, repr=False)
class NoteView:
    """A necessary letter, opened to be sent. `product` is what is called back, if anything."""

    email: str
    number: str
    token: str
    text: str
    product: str


@dataclass(frozen=True)
class RecallView:
    """How far a recall is: of `people` so many have a letter, and `unreached` may not be written to."""

    id: UUID
    product_title: str
    product_handle: str
    text: str
    people: int
    begun_at: datetime
    written: int
    unreached: int


@dataclass(frozen=True)
class OrderRow:
    """A line of the office's queue: nothing personal."""

    id: UUID
    number: str
    state: str
    fulfilment_status: str
    placed_at: datetime
    country: str
    total: Money
    pieces: int
