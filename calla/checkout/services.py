"""“Pay”: the moment a visitor becomes a person, a cart becomes an order, and the bank's page opens."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from calla.cart import selectors as carts
from calla.cart import services as cart_services
from calla.cart.errors import CartClosed, NoSuchCart
from calla.cart.types import CartView
from calla.checkout import selectors
from calla.checkout.errors import BagChanged, EmptyCart, PriceChanged
from calla.checkout.models import ShippingMethod, TaxRate
from calla.checkout.types import PayRequest, Quote
from calla.kernel import clock, links, pagestore, tokens
from calla.orders import selectors as order_selectors
from calla.orders import services as orders
from calla.orders.types import DraftLine, DraftRequest, Placed
from calla.payments import services as payments
from calla.payments.errors import WaitsForAgreement

HELD_FOR = timedelta(minutes=30)


def pay(request: PayRequest) -> str:
    """Make the cart's one order and start its payment. Pressed twice, it is the same order and the same payment.

    Returns where to go next: the payment page, or the order's own when it is placed or cannot be paid today.

    Raises EmptyCart, NoSuchCart, CartClosed, PriceChanged, BagChanged, AnotherBuyers (nothing was stored), OutOfStock
    (nothing is held), ProviderDown (the draft and its hold stay, pressing again goes on from there).
    """
    try:
        order_id = _drafted(request)
    except (CartClosed, NoSuchCart):  # ordered: by an earlier press, in another tab, or at this very moment
        digest = tokens.digest(request.cart_token)
        ordered = order_selectors.placed_of_cart(digest, request.turn, request.email)
        if ordered is None:
            raise
        return links.absolute("order", token=ordered)
    return start(order_id)


def _drafted(request: PayRequest) -> UUID:
    cart = carts.cart(request.cart_token)
    if cart.state == "converted" or request.turn < cart.turn:
        raise CartClosed
    if not cart.lines:
        raise EmptyCart
    quote = selectors.quote(cart, request.delivery.country, request.method_id)
    if quote.pieces != request.pieces:
        raise BagChanged(quote)
    if quote.total != request.shown:
        raise PriceChanged(quote)
    order = orders.draft(_draft_request(request, cart, quote))
    cart_services.begin_checkout(request.cart_token, cart.turn, held_until=order.held_until)
    return order.id


def start(order_id: UUID) -> str:
    """Open the payment page for a draft, again if need be; else the order's own, which says that it is placed, or that
    it is kept because nothing can be paid today."""
    with suppress(WaitsForAgreement):
        if pay_page := payments.start(order_id):
            return pay_page
    return links.absolute("order", token=order_selectors.token_of(order_id))


@transaction.atomic
def reopen(order_id: UUID) -> str:
    """A bag with what a draft holds, for a buyer who came back without theirs; its token.

    The draft is the new bag's from now on and the pieces leave the old one, so that it stays one order whichever of the
    two pages “Pay” is pressed on. Raises NoSuchOrder for one that is placed.
    """
    order, pieces = orders.pieces_of_draft(order_id)
    cart_services.convert(bytes(order.cart_digest), order.cart_turn, pieces)
    token = cart_services.open_holding(pieces, held_until=order.held_until)
    orders.belong_to(order, tokens.digest(token))
    return token


def close_cart(placed: Placed) -> None:
    """Called as the order is placed: its cart is done, but for what was put in meanwhile."""
    cart_services.convert(placed.cart_digest, placed.cart_turn, placed.pieces)


def _draft_request(request: PayRequest, cart: CartView, quote: Quote) -> DraftRequest:
    return DraftRequest(
        cart_digest=cart.digest, cart_turn=cart.turn, order_token=request.order_token, name=request.name,
        email=request.email, phone=request.phone, delivery=request.delivery, billing=request.billing,
        shipping=quote.shipping, tax=quote.tax, shipping_method=quote.method.name,
        days=(quote.method.days_min, quote.method.days_max), held_until=clock.now() + HELD_FOR,
        lines=[
            DraftLine(
                variant_id=line.variant.id, quantity=line.quantity, price=line.variant.price,
                product_title=line.variant.product_title, product_handle=line.variant.product_handle,
                variant_title=line.variant.title, sku=line.variant.sku,
            )
            for line in cart.lines
        ],
    )


def save_shipping_method(name: str, *, price_minor: int, **terms: Any) -> None:
    """Make or change the way to send that has this name; `terms` are the other columns of ShippingMethod."""
    with transaction.atomic():
        ShippingMethod.objects.update_or_create(name=name, defaults={"price_minor": price_minor, **terms})
        pagestore.touched("delivery")


def set_tax_rate(country: str, rate: Decimal) -> None:
    """The sales tax contained in prices for `country`, 0.19 for 19 %."""
    TaxRate.objects.update_or_create(country=country, defaults={"rate": rate})
