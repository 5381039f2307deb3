"""An order at its secret address: true at every moment, kept by no cache, found by no search engine."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calla.cart import selectors as carts
from calla.catalogue import selectors as catalogue
from calla.checkout import services as checkout
from calla.customers.addressing import clean, label_lines
from calla.customers.types import Address
from calla.enquiries import selectors as enquiries
from calla.kernel import callers, clock, links, tokens
from calla.kernel.errors import Missing
from calla.orders import selectors
from calla.orders.errors import NoSuchOrder
from calla.orders.types import OrderView, Standing
from calla.payments import selectors as payment_selectors
from calla.payments import services as payments
from calla.payments.selectors import PaymentView
from calla.payments.types import Look
from calla.policy import enforces
from calla.privacy import mail, versions
from calla.privacy.card_numbers import masked
from calla.privacy.fields import asks
from calla.privacy.registry import NOT_PERSONAL
from calla.storefront import bag, limits, menu, shown
from calla.storefront.frame import page
from calla.storefront.redirects import see_other

LOOKUPS = limits.LOOKUPS


class NoLookup(Missing):
    def __init__(self) -> None:
        super().__init__("This shop looks up no orders. The letter about your order holds the way to it.")


ANOTHER = "This is not the e-mail address of this order. Nothing was changed; please try again."
TOO_MANY = "Too many tries. Please wait ten minutes and try again."
# Order state, and where it matters the parcels' or payments', to what the page says of it.
SAID = {
    "waiting": (
        "Waiting for word of the payment",
        "The payment service does not answer just now. If you have paid, your order is safe: look here again soon.",
    ),
    "draft": ("Not paid yet", "Your pieces are set aside for you until {until} UTC. Nothing has been charged."),
    "kept": (
        "Kept for you",
        "We cannot take payments today: our agreement with the payment service has ended, and without one it gets "
        "nothing. Your pieces are set aside until {until} UTC, and nothing has been charged. We write to you as soon "
        "as you can pay.",
    ),
    "lapsed": ("Not paid", "The time to pay is over and your pieces are free again. Nothing has been charged."),
    "placed": ("Thank you, your order is placed", "We have written to you, and pack it next."),
    "on_hold": ("Held back", "We are looking into something about this order and will write to you."),
    "packed": ("Packed", "Your parcel is ready and leaves soon."),
    "fulfilled": ("On its way", "Your parcel has left us."),
    "delivered": ("Delivered", "Your parcel has arrived."),
    "completed": ("Delivered", "Your parcel has arrived."),
    "failed": ("Could not be delivered", "The carrier brought the parcel back. We will write to you."),
    "cancelled": ("Cancelled", "This order was cancelled, and nothing of it will be sent."),
}
PAYABLE = {"draft", "lapsed"}
UNPAID = PAYABLE | {"kept"}
GOES = {"delivered": "Went to", "completed": "Went to", "cancelled": "Was to go to"}
RELEASING = "The amount is being released and will not be taken."
RELEASED = "The amount was released and not taken."
PAID_BACK = "We paid back {amount}, the way you paid."
ON_ITS_WAY = "{amount} is on its way back to you, the way you paid; banks take a few days."


@require_safe
def order(request: HttpRequest, token: str) -> HttpResponse:
    looks: list[Look] = []

    def ask(order_id: UUID) -> bool:
        looks.append(payments.refresh(order_id))
        return Look.MOVED in looks

    found = selectors.by_token(token, ask=ask)
    response = _page(request, token, found, waiting=Look.SILENT in looks)
    _forget_ordered(request, response, found)
    return response


def _page(request: HttpRequest, token: str, order: OrderView, *, waiting: bool) -> HttpResponse:
    word = standing(order, waiting=waiting)
    heading, said = SAID[word]
    home = catalogue.shop().country
    letters = [one for one in reversed(mail.written_to(order.subject)) if one.sent]
    return page(
        request,
        "order",
        f"Order {order.number}" if order.number else "Your order",
        private=True,
        token=token,
        heading=heading,
        said=said.format(until=until(order.held_until)),
        goes=GOES.get(word, "Goes to"),
        money=_money(payment_selectors.of_order(order.id)) if order.state != "draft" else "",
        number=order.number,
        lines=_lines(order) if "purchases" in order.visible else [],
        events=[_event(event) for event in order.events],
        letters=[_letter(one) for one in letters],
        unreached=bool(letters) and letters[-1].came_back,
        subtotal=shown.price(order.subtotal),
        shipping=shown.price(order.shipping) if order.shipping else "free",
        tax=shown.price(order.tax) if order.tax else "",
        total=shown.price(order.total),
        method=order.shipping_method,
        delivery=_label(order.delivery, order.visible, "delivery_address", home),
        parcels=[_parcel(parcel) for parcel in order.parcels],
        billing=_label(order.billing, order.visible, "billing_address", home) if order.billing else [],
        email=order.email if "email" in order.visible else "",
        expected=_expected(order),
        unpaid=word in UNPAID,
        pay=word in PAYABLE,
        change=_change(request, token, order),
        ask=to_ask(order),
        **_second_thoughts(token, order),
    )


def _money(attempts: Iterable[PaymentView]) -> str:
    """What of the order's money went back or is on its way; nothing while it stays with the shop."""
    placed_by = next((one for one in attempts if one.placed), None)
    if placed_by is None:
        return ""
    if placed_by.state in {"voided", "expired"}:
        return RELEASED
    if placed_by.state == "authorised" and placed_by.goes_back:
        return RELEASING
    steps = {PAID_BACK: placed_by.refunded, ON_ITS_WAY: placed_by.on_its_way}
    return " ".join(said.format(amount=shown.price(amount)) for said, amount in steps.items() if amount.minor)


def _label(address: Address, visible: Container[str], category: str, home: str) -> Sequence[str]:
    """As far as whoever holds the secret address may see it: a name only with the address that it belongs to."""
    if category not in visible:
        return []
    return label_lines(address if "name" in visible else replace(address, name=""), sent_from=home)


def until(held: datetime) -> str:
    """An hour of today, or a day as well: an order that waits for more than its buyer is kept longer."""
    return f"{held:%H:%M}" if held.date() == clock.today() else f"{held:%-d %B, %H:%M}"


def standing(order: OrderView | Standing, *, waiting: bool) -> str:
    """One word for where the order stands, worked out from its own state and, where they are known, its parcels.

    `waiting`: the payment service was asked about it and did not answer.
    """
    if order.state == "draft":
        return _standing_of_draft(order, waiting)
    parcels = order.fulfilment_status if isinstance(order, OrderView) else ""
    return parcels if order.state == "placed" and parcels in SAID else order.state


def _standing_of_draft(order: OrderView | Standing, waiting: bool) -> str:
    if payment_selectors.waits(order.id):
        return "kept"
    if waiting:
        return "waiting"
    return "draft" if order.held_until > clock.now() else "lapsed"


def _lines(order: OrderView) -> list[dict[str, Any]]:
    """As they were bought, with the picture that the shop shows of them today."""
    known = catalogue.variants(line.variant_id for line in order.lines if line.variant_id)
    return [
        {
            "title": line.product_title,
            "variant": line.variant_title,
            "quantity": line.quantity,
            "price": shown.price(line.price),
            "total": shown.price(line.total),
            "href": f"/products/{line.product_handle}",
            "picture": shown.picture(known[line.variant_id].picture) if line.variant_id in known else None,
        }
        for line in order.lines
    ]


def _event(event: Any) -> dict[str, str]:
    return {
        "label": event.label,
        "at": f"{event.at:%Y-%m-%dT%H:%M:%SZ}",
        "day": f"{shown.day(event.at)}, {event.at:%H:%M} UTC",
    }


def _letter(one: mail.Written) -> dict[str, Any]:
    return {
        "kind": mail.named(one.kind).capitalize(), "reason": mail.named(one.reason) if one.reason else "",
        "day": shown.day(one.on), "code": one.code, "came_back": one.came_back,
    }  # fmt: skip


def _parcel(parcel: Any) -> dict[str, str]:
    return {"state": parcel.state, "carrier": parcel.carrier, "tracking": parcel.tracking_number}


def _expected(order: OrderView) -> str:
    """Only while nothing stands in its way: no day is named for what is held back or has come back."""
    if not order.expected or order.state != "placed" or order.fulfilment_status in {"delivered", "failed"}:
        return ""
    return shown.days(*order.expected)


def _change(request: HttpRequest, token: str, order: OrderView) -> str:
    """The checkout with everything filled in, as long as the browser says which bag it was."""
    cart = bag.named(request)
    return _checkout(cart, token) if cart and tokens.digest(cart) == order.cart_digest else ""


def to_ask(order: OrderView) -> str:
    """The form for questions, with the number filled in; the secret address of this page goes nowhere."""
    return f"{links.path('contact')}?order={order.number}" if order.number and enquiries.takes_questions() else ""


def _second_thoughts(token: str, order: OrderView) -> dict[str, Any]:
    """Where its buyer can still change it, until it is packed."""
    if not selectors.may_cancel(order):
        return {"cancel": "", "correct": ""}
    corrected = "delivery_address" in versions.current().rules().reads("rights", step="correction")
    return {"cancel": f"/orders/{token}/cancellation", "correct": links.path("mine") if corrected else ""}


def _checkout(cart: str, token: str) -> str:
    return f"{links.path('checkout', token=cart)}?order={token}"


@require_POST
def pieces(request: HttpRequest, token: str) -> HttpResponse:
    """Change something, in a browser that does not say which bag it was: the pieces come into a new one."""
    cart = checkout.reopen(selectors.id_of(token))
    response = see_other(_checkout(cart, token))
    if not bag.remembered(request):
        bag.remember(response, cart, carts.cart(cart).count)
    return response


def _forget_ordered(request: HttpRequest, response: HttpResponse, order: OrderView) -> None:
    """The cookie of a bag that has become an order has done its work, unless something else was put in meanwhile."""
    token = bag.remembered(request)
    if order.state == "draft" or not token:
        return
    try:
        cart = carts.cart(token)
    except Missing:
        cart = None
    if cart is None or cart.state == "converted":
        bag.forget(response)
    else:
        bag.recount(request, response, cart.count)


@require_POST
def payment(request: HttpRequest, token: str) -> HttpResponse:
    """Pay a draft once more: its pieces are still held, or it is said that they are not."""
    limits.pay(request)
    return see_other(checkout.start(selectors.id_of(token)))


@asks("lookup", {"number": NOT_PERSONAL, "email": "email"}, optional={"email"})
@enforces("collect.lookup")
@require_http_methods(["GET", "HEAD", "POST"])
def lookup(request: HttpRequest) -> HttpResponse:
    """By number and e-mail address. Wrong pairs all get the same answer, and few tries.

    Where no sentence says that it is asked for, there is no such page.
    """
    if not menu.offers_lookup():
        raise NoLookup
    if request.method != "POST":
        return _lookup_page(request)
    number, email = (masked(clean(request.POST.get(name, "")))[:254] for name in ("number", "email"))
    if not LOOKUPS.allows(callers.caller(request)):
        return _lookup_page(request, number, email, TOO_MANY, status=429)
    try:
        token = selectors.by_number_and_email(number, email)
    except NoSuchOrder as error:
        return _lookup_page(request, number, email, str(error), status=422)
    return see_other(links.path("order", token=token))


def _lookup_page(
    request: HttpRequest, number: str = "", email: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    response = page(
        request,
        "lookup",
        "Find your order",
        private=bool(error),
        number=number,
        email=email,
        error=error,
        status=status,
    )
    if status == 429:
        response.headers["Retry-After"] = "600"
    return response
