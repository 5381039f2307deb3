"""Orders as the office lists them: by state, number, mailbox or SKU. Shows nothing personal and opens nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet, Sum

from calla.orders.errors import NoSuchOrder
from calla.orders.models import Fulfilment, Order, OrderLine
from calla.orders.states import FulfilmentState, OrderState
from calla.orders.types import OrderRow
from calla.privacy import index

ROWS = 50
HEX = re.compile(r"[0-9a-f]{64}")
NARROWED: Mapping[str, Callable[[str], Q]] = MappingProxyType({
    "number": lambda number: Q(number=plain(number)),
    "mailbox": lambda digest: Q(email_index=bytes.fromhex(digest) if HEX.fullmatch(digest) else b"none"),
    "sku": lambda sku: Q(pk__in=OrderLine.objects.filter(sku__iexact=sku).values("order")),
})
"""Ways to narrow the list down. A mailbox is named by its index, which says nothing to whoever reads the address."""


def plain(number: str) -> str:
    """An order's number as it is stored, however it was typed."""
    return number.strip().upper().lstrip("#")


def find(words: str) -> tuple[str, str] | None:
    """Which narrowing finds orders by what was typed: an order's number, an e-mail address, a SKU; none, where none."""
    words = words.replace("\0", "").strip()
    mailbox = ("mailbox", index.of_email("order", words).hex())
    ways = [mailbox] if "@" in words else [("number", words), ("sku", words)]
    return next((way for way in ways if words and _placed().filter(NARROWED[way[0]](way[1])).exists()), None)


def queue(
    state: str = "", *, only: Mapping[str, str] = MappingProxyType({}), page: int = 1
) -> tuple[list[OrderRow], int]:
    """One page of placed orders, newest first, and how many there are. `only` narrows it down as NARROWED says."""
    orders = _placed().filter(*(NARROWED[name](value) for name, value in only.items()))
    if state in OrderState.values:
        orders = orders.filter(state=state)
    elif state in FulfilmentState.values:
        orders = orders.filter(state=OrderState.PLACED, fulfilments__state=state)
    count = orders.count()
    rows = (
        orders.annotate(pieces=Sum("lines__quantity")).order_by("-placed_at", "pk")
        .prefetch_related(Prefetch("fulfilments", Fulfilment.objects.only("state", "order_id")))
        .defer("details")[(page - 1) * ROWS : page * ROWS]
    )
    return [_row(order) for order in rows], count


def summary(order_id: UUID) -> OrderRow:
    """What the queue says of one order. Opens nothing. Raises NoSuchOrder."""
    orders = _placed().filter(pk=order_id)
    order = orders.annotate(pieces=Sum("lines__quantity")).prefetch_related("fulfilments").defer("details").first()
    if order is None:
        raise NoSuchOrder
    return _row(order)


def waiting() -> dict[str, int]:
    """How many parcels wait to be packed and to be sent, for the office's front page."""
    placed = Fulfilment.objects.filter(order__state=OrderState.PLACED)
    return {
        "to_pack": placed.filter(state=FulfilmentState.PENDING).count(),
        "to_ship": placed.filter(state=FulfilmentState.PACKED).count(),
        "on_hold": Order.objects.filter(state=OrderState.ON_HOLD).count(),
    }


def fulfilment_status(order: Order) -> str:
    """Derived from the parcels, never typed in: unfulfilled, packed, fulfilled, delivered, cancelled."""
    states = {parcel.state for parcel in order.fulfilments.all()}
    for named, status in ((FulfilmentState.PENDING, "unfulfilled"), (FulfilmentState.FAILED, "failed"),
                          (FulfilmentState.PACKED, "packed"), (FulfilmentState.SHIPPED, "fulfilled"),
                          (FulfilmentState.DELIVERED, "delivered"), (FulfilmentState.CANCELLED, "cancelled")):
        if named in states:
            return status
    return "unfulfilled"


def _row(order: Order) -> OrderRow:
    return OrderRow(
        order.id, order.number or "", order.state, fulfilment_status(order), order.placed_at or order.drafted_at,
        order.country, order.total, getattr(order, "pieces", 0) or 0,
    )


def _placed() -> QuerySet[Order]:
    return Order.objects.exclude(state=OrderState.DRAFT)
