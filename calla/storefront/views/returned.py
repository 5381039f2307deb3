"""Back from the payment page.

The payment service is told this address, so it must open nothing by itself: it names the payment by the number that the
service knows anyway, and says no more than where the order stands. From here on there are two ways to the order's own,
secret page. The browser that still has the bag which was ordered is led there at once: it shows two halves, and the
service has but one of them, as has a friend with whom the bag was shared. Everybody else, in another browser or without
cookies, says the e-mail address of the order, by the rules and the limit of the look-up. Paying again needs neither.
"""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from calla.customers.addressing import clean
from calla.kernel import callers, links, tokens
from calla.orders import selectors
from calla.orders.errors import NoSuchOrder
from calla.orders.types import Standing
from calla.payments import selectors as payment_selectors
from calla.payments import services as payments
from calla.payments.errors import WaitsForAgreement
from calla.payments.types import Look
from calla.privacy.card_numbers import masked
from calla.privacy.fields import asks
from calla.storefront import bag, limits
from calla.storefront.frame import page
from calla.storefront.redirects import see_other
from calla.storefront.views import orders

PLACED = "We have written to you about it."


@asks("orders", {"email": "email"})
@require_http_methods(["GET", "HEAD", "POST"])
def returned(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    order = selectors.standing(payment_selectors.order_of(payment_id))
    if request.method == "POST":
        return _with_email(request, payment_id, order)
    if _has_its_bag(request, order):
        return see_other(links.path("order", token=selectors.token_of(order.id)))
    return _page(request, payment_id, order)


@require_POST
def payment(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """Pay once more. What is paid by now, or cannot be paid today, leads back to where it says so, not to the secret
    page."""
    limits.pay(request)
    pay_page = None
    with suppress(WaitsForAgreement):
        pay_page = payments.start(payment_selectors.order_of(payment_id))
    return see_other(pay_page or links.path("returned", payment=str(payment_id)))


def _has_its_bag(request: HttpRequest, order: Standing) -> bool:
    token = bag.remembered(request)
    return bool(token) and tokens.digest(token) == order.cart_digest


def _with_email(request: HttpRequest, payment_id: UUID, order: Standing) -> HttpResponse:
    email = masked(clean(request.POST.get("email", "")))[:254]
    if not orders.LOOKUPS.allows(callers.caller(request)):
        return _page(request, payment_id, order, email=email, error=orders.TOO_MANY, status=429)
    try:
        token = selectors.by_id_and_email(order.id, email)
    except NoSuchOrder:
        return _page(request, payment_id, order, email=email, error=orders.ANOTHER, status=422)
    return see_other(links.path("order", token=token))


def _page(
    request: HttpRequest, payment_id: UUID, order: Standing, *, email: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    look = payments.refresh(order.id) if order.state == "draft" else Look.SAME
    if look is Look.MOVED:
        order = selectors.standing(order.id)
    word = orders.standing(order, waiting=look is Look.SILENT)
    if word not in orders.UNPAID | {"waiting", "cancelled"}:
        word = "placed"  # how it goes on from there is nothing to tell the payment service
    heading, said = orders.SAID[word]
    response = page(
        request, "returned", heading, private=True, status=status, heading=heading,
        said=PLACED if word == "placed" else said.format(until=orders.until(order.held_until)), number=order.number,
        pay=f"/orders/{payment_id}/payment" if word in orders.PAYABLE else "",
        here=links.path("returned", payment=str(payment_id)), email=email, error=error,
    )  # fmt: skip
    if status == 429:
        response.headers["Retry-After"] = "600"
    return response
