"""The checkout on one page. It stores nothing until “Pay”, and keeps what was typed whatever happens."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calla.cart import selectors as carts
from calla.cart.types import CartView
from calla.catalogue import selectors as catalogue
from calla.catalogue.errors import OutOfStock
from calla.checkout import forms, selectors, services
from calla.checkout.errors import EmptyCart, NotDelivered, PriceChanged
from calla.checkout.forms import Filled, Findings
from calla.checkout.types import PayRequest, Quote
from calla.customers.addressing import countries, country_name
from calla.kernel import links, tokens
from calla.kernel.errors import Missing, ShopError, Unavailable
from calla.kernel.limits import TooMany
from calla.kernel.money import Money
from calla.orders import selectors as orders
from calla.payments import selectors as payment_selectors
from calla.policy import Rules, enforces
from calla.privacy import versions
from calla.storefront import bag, between, limits, shown
from calla.storefront.frame import page
from calla.storefront.redirects import see_other

UNSEEN = "Please look at the total and the way we send it, then order."
MOVED = "The fields now fit {country}. Please check them and the total, then order."


@require_safe
def form(request: HttpRequest, token: str) -> HttpResponse:
    """The empty form, or, on the way back from a payment that failed, the one the order was drafted from."""
    cart = carts.cart(token)
    if not cart.lines or cart.state == "converted":
        return see_other(bag.way(request, token).bag)
    offered = selectors.delivery_countries()
    return _page(request, token, cart, _drafted(request, offered) or forms.blank(_usual(offered)), offered=offered)


def _usual(offered: tuple[tuple[str, str], ...]) -> str:
    """The shop's own country until another is chosen: nothing is guessed from an address."""
    own = catalogue.shop().country
    return own if own in dict(offered) or not offered else offered[0][0]


def _drafted(request: HttpRequest, offered: tuple[tuple[str, str], ...]) -> Filled | None:
    """As it was, if whoever knows the secret address of an order may see all of that; else empty."""
    order_token = request.GET.get("order", "")
    if not tokens.TOKEN.fullmatch(order_token):
        return None
    try:
        order = orders.by_token(order_token)
    except Missing:
        return None
    if order.state != "draft":
        return None
    if not forms.shows(_rules(order.delivery.country)) <= order.visible:
        return forms.blank(_usual(offered), order=order_token)
    return forms.filled_with(order.delivery, order.billing, email=order.email, phone=order.phone, order=order_token)


@require_http_methods(["GET", "HEAD", "POST"])
def country(request: HttpRequest, token: str) -> HttpResponse:
    """Another country or way of delivery: the same form with its fields and total. Nothing is stored or checked."""
    if request.method != "POST":
        return see_other(f"/checkout/{token}")
    filled = forms.read(request.POST, _rules(request.POST.get("delivery_country", "")))
    return _page(request, token, carts.cart(token), filled)


@require_POST
@enforces("unsent_forms_leave_nothing")
def payment(request: HttpRequest, token: str) -> HttpResponse:
    """“Order with obligation to pay”: the only request of the checkout that leaves anything behind."""
    sent = between.sent(request, request.POST.get("delivery_country", "") or None)
    filled = forms.read(request.POST, sent.rules)
    findings = forms.examine(filled, sent.rules)
    if in_vain := sent.in_vain(forms.fields, "order"):
        return _page(request, token, carts.cart(token), filled, findings, notice=in_vain, status=409)
    if filled.moved("delivery"):
        notice = MOVED.format(country=country_name(filled["delivery_country"]))
        return _page(request, token, carts.cart(token), filled, findings, notice=notice, status=422)
    if findings.messages:
        return _page(request, token, carts.cart(token), filled, findings, status=422)
    if filled.shown_minor is None or filled.method_id is None:
        return _page(request, token, carts.cart(token), filled, notice=UNSEEN, status=422)
    try:
        limits.pay(request)
        pay_page = services.pay(_asked(token, filled))
    except Missing:
        raise
    except EmptyCart:
        return see_other(bag.way(request, token).bag)
    except ShopError as error:
        return _kept(request, token, filled, error)
    return see_other(pay_page)


def _asked(token: str, filled: Filled) -> PayRequest:
    assert filled.method_id is not None and filled.shown_minor is not None
    delivery = filled.delivery
    return PayRequest(
        cart_token=token,
        name=delivery.name,
        email=filled["email"],
        phone=filled["phone"],
        delivery=delivery,
        billing=filled.billing,
        method_id=filled.method_id,
        shown=Money(filled.shown_minor, catalogue.shop().currency),
        pieces=filled["shown_pieces"],
        order_token=filled["order"],
    )


def _kept(request: HttpRequest, token: str, filled: Filled, error: ShopError) -> HttpResponse:
    """The form again with what was typed, and why it did not go through."""
    status = 503 if isinstance(error, Unavailable) else 409
    quote = error.quote if isinstance(error, PriceChanged) else None
    notice = str(error)
    if isinstance(error, OutOfStock):
        known = catalogue.variants(error.short)
        notice += "".join(
            f" {known[pk].product_title}: {left or 'none'} left." for pk, left in error.short.items() if pk in known
        )
    response = _page(request, token, carts.cart(token), filled, notice=notice, status=status, quote=quote)
    if status == 503:
        response.headers["Retry-After"] = "30"
    return limits.slowed(response, error) if isinstance(error, TooMany) else response


def _rules(delivery_country: str) -> Rules:
    return versions.current().rules(delivery_country or None)


def _page(
    request: HttpRequest,
    token: str,
    cart: CartView,
    filled: Filled,
    findings: Findings | None = None,
    *,
    notice: str = "",
    status: int = 200,
    quote: Quote | None = None,
    offered: tuple[tuple[str, str], ...] = (),
) -> HttpResponse:
    findings = findings or Findings()
    offered = offered or selectors.delivery_countries()
    quote, undelivered = (quote, "") if quote else _quote(cart, filled)
    rules = _rules(filled["delivery_country"])
    groups = _groups(filled, findings, rules, offered)
    return page(
        request,
        "checkout",
        "Checkout",
        way=bag.way(request, token),
        private=True,
        quiet=True,
        status=status,
        token=token,
        order=filled["order"],
        notice=notice,
        errors=_errors(groups, findings),
        groups=groups,
        undelivered=undelivered,
        lines=shown.lines(cart.lines, bag.way(request, token)),
        totals=shown.totals(quote) if quote else None,
        payable=payment_selectors.possible(),
        options=[{**shown.delivery(one), "chosen": one == quote.method} for one in quote.options] if quote else [],
        policy=links.path("policy"),
        shown_policy=versions.number(),
    )


def _quote(cart: CartView, filled: Filled) -> tuple[Quote | None, str]:
    """The cost as chosen; what was chosen and no longer goes there gives way to the first that does."""
    for method in dict.fromkeys((filled.method_id, None)):
        try:
            return selectors.quote(cart, filled["delivery_country"], method), ""
        except NotDelivered as error:
            said = str(error)
    return None, said


def _groups(filled: Filled, findings: Findings, rules: Rules, offered: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    groups = {
        "delivery": forms.address_group("delivery", filled, findings, offered)
        | {"why": _why(rules, "purpose.orders.steps.carrier")},
        "contact": {
            "fields": forms.contact_fields(filled, findings, rules),
            "why": _why(rules, "purpose.contact.reads"),
        },
        "age": {"fields": forms.age_field(filled, findings, rules)},
    }
    if "billing_address" in rules.collects("order"):
        groups["billing"] = forms.address_group("billing", filled, findings, countries()) | {
            "why": _why(rules, "hold.tax.reads"),
            "same": filled.ticked("billing_same"),
        }
    return groups


def _errors(groups: dict[str, Any], findings: Findings) -> list[dict[str, str]]:
    """The messages in the order in which their fields stand on the page; those of fields it does not show come last."""
    shown_fields = [field["name"] for group in groups.values() for field in (*_country_of(group), *group["fields"])]
    said = findings.messages
    hidden = [{"name": "content", "message": said[name]} for name in said if name not in shown_fields]
    return [{"name": name, "message": said[name]} for name in shown_fields if name in said] + hidden


def _country_of(group: dict[str, Any]) -> list[dict[str, Any]]:
    return [group["country"]] if "country" in group else []


def _why(rules: Rules, path: str) -> str:
    """Where the policy says what this is for: the sentence that grants the use, else the one that collects it."""
    because = rules.because(path) or rules.because("collect.order")
    page_of_policy = links.path("policy")
    return f"{page_of_policy}#{because[0]}" if because else page_of_policy
