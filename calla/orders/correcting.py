"""What buyers may correct of their orders by themselves, until when, and what to do afterwards.

What goes with the parcel can be corrected until it is packed: label, slip and letters are made from it as they are
needed. What stands on a bill stays as the law wants it. Packing and correcting lock the same order, so one of them
comes first, and the other sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from calla.customers import addressing
from calla.customers.types import Address
from calla.orders import services, writing
from calla.orders.models import Order, OrderEvent
from calla.orders.states import Event, FulfilmentState, OrderState
from calla.policy import enforces
from calla.privacy import index
from calla.privacy import services as privacy
from calla.privacy.errors import CorrectionRefused
from calla.privacy.types import CORRECTION, Corrections, Offer

UNTIL_PACKED = "until the parcel is packed"
BILL_TOO = f"{UNTIL_PACKED}; the bill goes to the same address, and changes with it"
AS_LONG_AS_KEPT = "as long as we keep the order"
PAYING = "You are paying for this order just now. Choose “Change something” on its page instead."
CANCELLED = "This order is cancelled, and nothing of it will be sent."
GONE: Mapping[str, str] = {
    FulfilmentState.PACKED: "The parcel is packed and bears this address. Write to us at once: as long as it is here, "
    "we can hold it back.",
    FulfilmentState.SHIPPED: "The parcel left with this address, and we cannot call it back. Ask the carrier to "
    "redirect it. Should it come back to us, you can correct the address here.",
    FulfilmentState.DELIVERED: "The parcel has arrived. This is the address it went to.",
}
BILLED = "It stands on the bill, and bills are kept as they were written{law}. Write to us for a corrected one."
ANOTHER_COUNTRY = "Another country has another price and another tax. Write to us, or cancel the order and order anew."


def offers(order: Order) -> Iterator[Offer]:
    """What the policy lets people correct, as far as it is there."""
    there = {category: value for _name, category, value in order.details.open(CORRECTION).opened()}
    books = {category: value for _name, category, value in order.accounting.details.open(CORRECTION).opened()}
    shut, states = _gone(order), {parcel.state for parcel in order.fulfilments.all()}
    if "delivery_address" in there:
        both = there["delivery_address"] == books.get("billing_address") and states == {FulfilmentState.PENDING}
        until = BILL_TOO if both else UNTIL_PACKED
        yield Offer("delivery_address", "delivery_address", "Delivery address", there["delivery_address"], until, shut)
    if there.get("phone"):
        yield Offer("phone", "phone", "Phone number", there["phone"], UNTIL_PACKED, shut)
    if "billing_address" in books:
        billed = shut if order.state in {OrderState.DRAFT, OrderState.CANCELLED} else _billed(order, states)
        yield Offer(
            "billing_address", "billing_address", "Billing address", books["billing_address"], UNTIL_PACKED, billed
        )
    if "email" in there:
        paying = PAYING if order.state == OrderState.DRAFT else ""
        yield Offer("email", "email", "E-mail address", there["email"], AS_LONG_AS_KEPT, paying)


def _gone(order: Order) -> str:
    """Why the parcel's address can no longer be corrected. One that came back is packed anew."""
    if order.state == OrderState.DRAFT:
        return PAYING
    if order.state == OrderState.CANCELLED:
        return CANCELLED
    return next((GONE[parcel.state] for parcel in order.fulfilments.all() if parcel.state in GONE), "")


def _billed(order: Order, states: set[str]) -> str:
    """The bill goes with the first parcel, whatever becomes of that."""
    laws = [hold.law for hold in privacy.bound_by(order).holds.values() if hold.of == "orders"]
    said = f" ({', '.join(laws)})" if laws else ""
    return "" if states == {FulfilmentState.PENDING} else BILLED.format(law=said)


@enforces("own_data_can_be_corrected")
@transaction.atomic
def correct(order_id: UUID, name: str, value: Any) -> None:
    """Raises NoSuchOrder, CorrectionRefused."""
    order = services.lock(order_id)
    offer = next((one for one in offers(order) if one.name == name), None)
    if offer is None or offer.shut:
        raise CorrectionRefused(offer.shut if offer else CANCELLED)
    WRITE[name](order, value, offer)
    order.save(update_fields=["details", "email_index"])
    order.accounting.save(update_fields=["details"])
    OrderEvent.objects.create(order=order, kind=Event.ORDER_CORRECT, actor="customer", actor_subject=order.subject_id)


def _delivery(order: Order, value: Address, offer: Offer) -> None:
    """Whoever it is delivered to is whom the order is about, as at the checkout."""
    if value.country != offer.value.country:
        raise CorrectionRefused(ANOTHER_COUNTRY)
    _refuse_unfit(value)
    order.details.change(delivery_address=value, name=value.name)
    if order.fulfilments.filter(state=FulfilmentState.PENDING).exists():
        also = {"billing_address": value} if offer.until == BILL_TOO else {}
        order.accounting.details.change(name=value.name, **also)
    if value != offer.value:
        writing.tell_corrected(order)


def _billing(order: Order, value: Address, _offer: Offer) -> None:
    _refuse_unfit(value)
    order.accounting.details.change(billing_address=value)


def _email(order: Order, value: str, _offer: Offer) -> None:
    order.details.change(email=value)
    order.email_index = index.of_email("order", value)


def _phone(order: Order, value: str, _offer: Offer) -> None:
    order.details.change(phone=value)


def _refuse_unfit(address: Address) -> None:
    for problem in addressing.check(address).problems.values():
        raise CorrectionRefused(problem)


WRITE: Mapping[str, Callable[[Order, Any, Offer], None]] = {
    "delivery_address": _delivery, "billing_address": _billing, "email": _email, "phone": _phone,
}  # fmt: skip
CORRECTIONS = Corrections(offers, correct, one=("accounting__subject",), many=("fulfilments",))
