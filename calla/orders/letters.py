"""What the shop writes about an order. Addresses, prices and dates are settled here; templates only set them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from babel.dates import format_date

from calla.catalogue import selectors as catalogue
from calla.customers import addressing
from calla.kernel import links
from calla.orders import selectors
from calla.orders.types import OrderPart
from calla.privacy.letters import Draft, letter


@letter("order_confirmation", purpose="orders")
def confirmation(order_id: UUID) -> Draft | None:
    order, shop = selectors.for_letter(order_id, "name", "delivery_address"), catalogue.shop()
    address = addressing.label_lines(order.details.delivery_address, sent_from=shop.country, locale=shop.locale)
    more = {"name": order.details.name, "address": address}
    return _draft(order, f"Your order {order.number}", "orders/letters/confirmation", **more)


@letter("order_shipped", purpose="orders")
def shipped(fulfilment_id: UUID) -> Draft | None:
    order = selectors.for_parcel_letter(fulfilment_id)
    parcel = next(parcel for parcel in order.parcels if parcel.id == fulfilment_id)
    return _draft(order, f"Your order {order.number} is on its way", "orders/letters/shipped", parcel=parcel)


@letter("order_cancelled", purpose="orders")
def cancelled(order_id: UUID) -> Draft | None:
    order = selectors.for_letter(order_id)
    return _draft(order, f"Your order {order.number} is cancelled", "orders/letters/cancelled")


@letter("order_note", purpose="contact")
def note(note_id: UUID) -> Draft | None:
    return _note(note_id, "About your order {number}", "orders/letters/note")


@letter("order_corrected", purpose="contact")
def corrected(note_id: UUID) -> Draft | None:
    """Without the address: whoever is told may not be whom it is about any more."""
    return _note(note_id, "Your order {number} has a new delivery address", "orders/letters/corrected")


@letter("recall", purpose="contact")
def recalled(note_id: UUID) -> Draft | None:
    return _note(note_id, "Recall: please read this about “{product}”", "orders/letters/recall")


def _note(note_id: UUID, subject: str, template: str) -> Draft | None:
    found = selectors.note_for_letter(note_id)
    if found is None:
        return None
    subject = subject.format(number=found.number, product=found.product)
    context = {
        "number": found.number, "product": found.product,
        "order_url": links.absolute("order", token=found.token),
        "paragraphs": [part.split("\n") for part in found.text.split("\n\n") if part.strip()],
        "text": found.text,
    }  # fmt: skip
    return Draft(to=found.email, subject=subject, template=template, context=context)


def _draft(order: OrderPart, subject: str, template: str, **more: Any) -> Draft:
    locale = catalogue.shop().locale
    context = {
        "number": order.number,
        "order_url": links.absolute("order", token=order.token),
        "lines": [
            {
                "title": line.product_title, "variant": line.variant_title, "quantity": line.quantity,
                "total": line.total.format(locale),
            }
            for line in order.lines
        ],
        "subtotal": order.subtotal.format(locale),
        "shipping": order.shipping.format(locale) if order.shipping else "free",
        "shipping_method": order.shipping_method,
        "tax": order.tax.format(locale) if order.tax else "",
        "total": order.total.format(locale),
        "expected": _expected(order, locale),
    }
    return Draft(to=order.details.email, subject=subject, template=template, context=context | more)


def _expected(order: OrderPart, locale: str) -> str:
    if order.expected is None:
        return ""
    first, last = (format_date(day, "d MMMM", locale=locale) for day in order.expected)
    return f"on {first}" if first == last else f"between {first} and {last}"
