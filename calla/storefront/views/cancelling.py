"""A buyer calls their order off, until it is packed.

Whoever knows the secret address sees the order, and may be a friend it was shown to. So to end it takes the e-mail
address of the order as well, by the rules and the limit of the look-up.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from calla.customers.addressing import clean
from calla.kernel import callers, links
from calla.kernel.money import Money
from calla.orders import selectors
from calla.orders.errors import NoSuchOrder, NotCancellable
from calla.orders.types import CancelReason, OrderView
from calla.payments import selectors as payment_selectors
from calla.payments import services as payments
from calla.privacy.card_numbers import masked
from calla.privacy.fields import asks
from calla.privacy.types import Actor
from calla.storefront import shown
from calla.storefront.frame import page
from calla.storefront.redirects import see_other
from calla.storefront.views import orders


@asks("orders", {"email": "email"})
@require_http_methods(["GET", "HEAD", "POST"])
def cancellation(request: HttpRequest, token: str) -> HttpResponse:
    order = selectors.by_token(token)
    if order.state in {"draft", "cancelled"}:  # the one ends by itself, the other has
        return see_other(links.path("order", token=token))
    if request.method != "POST" or not selectors.may_cancel(order):
        return _page(request, order)
    email = masked(clean(request.POST.get("email", "")))[:254]
    if not orders.LOOKUPS.allows(callers.caller(request)):
        return _page(request, order, email=email, error=orders.TOO_MANY, status=429)
    try:
        selectors.by_id_and_email(order.id, email)
        payments.cancel(order.id, CancelReason.CUSTOMER, by=Actor("customer", order.subject))
    except NoSuchOrder:
        return _page(request, order, email=email, error=orders.ANOTHER, status=422)
    except NotCancellable:  # it was packed while they read
        return _page(request, selectors.by_token(token))
    return see_other(links.path("order", token=token))


def _goes_back(order: OrderView) -> str:
    """What was promised or taken, less what went back before."""
    back = sum(one.refunded.minor for one in payment_selectors.of_order(order.id) if one.placed)
    rest = order.total - Money(back, order.total.currency)
    return shown.price(rest) if rest.minor else ""


def _page(
    request: HttpRequest, order: OrderView, *, email: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    open_still = selectors.may_cancel(order)
    response = page(
        request, "cancellation", f"Cancel order {order.number}", private=True, status=status if open_still else 409,
        number=order.number, open=open_still, total=_goes_back(order),
        here=f"/orders/{order.token}/cancellation", back=links.path("order", token=order.token),
        email=email, error=error,
        ask=orders.to_ask(order),
    )  # fmt: skip
    if status == 429:
        response.headers["Retry-After"] = "600"
    return response
