"""How a draft order is written, and written over while its buyer still changes things."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from calla.kernel import tokens
from calla.kernel.money import Money, total
from calla.orders.errors import AnotherBuyers
from calla.orders.models import Accounting, Order, OrderLine
from calla.orders.states import OrderState
from calla.orders.types import AccountingDetails, DraftRequest, OrderDetails
from calla.privacy import index
from calla.privacy import services as privacy
from calla.privacy.known_limits import known

known(
    "Whoever has the address of a bag and knows the e-mail address of its buyer can change its order until it is paid.",
    reviewed="2026-11-26",
)


def new(request: DraftRequest, key: UUID, accounting_key: UUID) -> Order:
    subject = privacy.new_subject(country=request.delivery.country)
    order = Order(
        subject=subject, key=key, cart_digest=request.cart_digest, cart_turn=request.cart_turn,
        token_digest=tokens.digest(privacy.secret_link(key, "order")), **_columns(request),
    )
    order.details.seal(_details(request))
    order.save(force_insert=True)
    books = Accounting(order=order, subject=subject, key=accounting_key)
    books.details.seal(_books(request))
    books.save(force_insert=True)
    _write_lines(order, request)
    return order


def changed(order: Order, request: DraftRequest) -> Order:
    """The draft with what the buyer says now; an order that is no draft any more stays as it is.

    The address of a cart may be passed on. Whoever else has it must not write over what its buyer is paying for, so
    another e-mail address needs the secret address of the order. Raises AnotherBuyers.
    """
    if order.state != OrderState.DRAFT:
        return order
    same = bytes(order.email_index) == index.of_email("order", request.email)
    if not same and bytes(order.token_digest) != tokens.digest(request.order_token):
        raise AnotherBuyers(order.held_until)
    for column, value in _columns(request).items():
        setattr(order, column, value)
    order.subject.country = request.delivery.country
    order.subject.save(update_fields=["country"])
    privacy.used_the_shop(order.subject_id)
    order.subject.refresh_from_db()
    order.details.seal(_details(request))
    order.save()
    order.accounting.details.seal(_books(request))
    order.accounting.save()
    order.lines.all().delete()
    _write_lines(order, request)
    return order


def _columns(request: DraftRequest) -> dict[str, Any]:
    subtotal = _subtotal(request)
    return {
        "email_index": index.of_email("order", request.email),
        "country": request.delivery.country,
        "currency": subtotal.currency,
        "subtotal_minor": subtotal.minor,
        "shipping_minor": request.shipping.minor,
        "tax_minor": request.tax.minor,
        "total_minor": (subtotal + request.shipping).minor,
        "shipping_method": request.shipping_method,
        "days_min": request.days[0],
        "days_max": request.days[1],
        "held_until": request.held_until,
    }


def _subtotal(request: DraftRequest) -> Money:
    return total((line.price * line.quantity for line in request.lines), request.shipping.currency)


def _details(request: DraftRequest) -> OrderDetails:
    return OrderDetails(name=request.name, email=request.email, delivery_address=request.delivery, phone=request.phone)


def _books(request: DraftRequest) -> AccountingDetails:
    purchases = [f"{line.quantity} × {line.product_title} {line.variant_title}".strip() for line in request.lines]
    return AccountingDetails(name=request.name, billing_address=request.billing, purchases=purchases)


def _write_lines(order: Order, request: DraftRequest) -> None:
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, subject_id=order.subject_id, position=position, variant_id=line.variant_id,
            product_title=line.product_title, product_handle=line.product_handle, variant_title=line.variant_title,
            sku=line.sku, quantity=line.quantity, price_minor=line.price.minor,
        )
        for position, line in enumerate(request.lines, 1)
    )
