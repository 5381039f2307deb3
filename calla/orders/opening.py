"""An order, opened: whole for the pages of its buyer and the office, or for one step that needs less."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import prefetch_related_objects

from calla.kernel.money import Money
from calla.orders.models import Fulfilment, Order, OrderLine
from calla.orders.rows import fulfilment_status
from calla.orders.states import Event
from calla.orders.types import EventView, LineView, OrderDetails, OrderPart, OrderView, ParcelView
from calla.policy import enforces
from calla.privacy import services as privacy
from calla.privacy.types import Actor

PURPOSE, CARRIER = "orders", "orders.carrier"


def view(order: Order, *, by: Actor | None = None) -> OrderView:
    prefetch_related_objects([order], "lines", "fulfilments", "events")
    privacy.fetch_keys([order.key, order.accounting.key])
    order.accounting.order = order
    details = order.details.open(PURPOSE, by=by)
    billing = order.accounting.details.open(PURPOSE, only={"billing_address"}).billing_address
    return OrderView(
        **_facts(order), name=details.name, email=details.email, phone=details.phone,
        delivery=details.delivery_address, billing=None if billing == details.delivery_address else billing,
        events=tuple(EventView(e.kind, Event(e.kind).label, e.at, e.actor) for e in order.events.all()),
        cancel_reason=order.cancellation.reason if hasattr(order, "cancellation") else "",
        cart_digest=bytes(order.cart_digest), visible=_visible(order),
    )  # fmt: skip


def letter(order: Order, *shown: str) -> OrderPart:
    """For a letter: the address it goes to, and those categories that it shows."""
    return _part(order, order.details.open(PURPOSE, only={"email", *shown}))


def parcel(order: Order, *, by: Actor) -> OrderPart:
    """What goes with the parcel, and so past the carrier: opened as what the carrier may see."""
    return _part(order, order.details.open(CARRIER, by=by))


def _part(order: Order, details: OrderDetails) -> OrderPart:
    prefetch_related_objects([order], "lines", "fulfilments")
    return OrderPart(**_facts(order), details=details)


def _facts(order: Order) -> dict[str, Any]:
    """The fields of OrderFacts. Opens nothing."""
    return {
        "id": order.id, "subject": order.subject_id, "number": order.number or "",
        "token": privacy.secret_link(order.key, "order"), "state": order.state,
        "fulfilment_status": fulfilment_status(order), "lines": tuple(_line(order, one) for one in order.lines.all()),
        "subtotal": order.money(order.subtotal_minor), "shipping": order.money(order.shipping_minor),
        "tax": order.money(order.tax_minor), "total": order.total, "shipping_method": order.shipping_method,
        "expected": _expected(order), "placed_at": order.placed_at, "held_until": order.held_until,
        "parcels": tuple(_parcel(one) for one in order.fulfilments.all()),
    }  # fmt: skip


@enforces("visible.order_link")
def _visible(order: Order) -> frozenset[str]:
    """What anybody may be shown who knows the secret address of this order."""
    return privacy.seen_by_others(order.subject, "order_link")


def _line(order: Order, line: OrderLine) -> LineView:
    price = Money(line.price_minor, order.currency)
    return LineView(
        line.product_title, line.product_handle, line.variant_title, line.sku, line.variant_id, line.quantity, price,
        price * line.quantity,
    )  # fmt: skip


def _parcel(parcel: Fulfilment) -> ParcelView:
    return ParcelView(
        parcel.id, parcel.state, parcel.carrier, parcel.tracking_number, parcel.shipped_at, parcel.delivered_at
    )


def _expected(order: Order) -> tuple[date, date] | None:
    if order.placed_at is None:
        return None
    return working_days_after(order.placed_at, order.days_min), working_days_after(order.placed_at, order.days_max)


def working_days_after(start: datetime, days: int) -> date:
    """The day `days` working days after `start`; parcels rest on Saturdays and Sundays."""
    day = start.date()
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day
