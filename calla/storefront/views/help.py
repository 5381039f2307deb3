"""What people ask most. Each fact on this page is read where the shop itself reads it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from calla.catalogue import selectors as catalogue
from calla.checkout import selectors as checkout
from calla.checkout.services import HELD_FOR
from calla.checkout.types import Way as Delivery
from calla.customers.addressing import country_name
from calla.enquiries import selectors as enquiries
from calla.kernel import links
from calla.kernel.frame import Way
from calla.privacy import mail, versions
from calla.storefront import promises, shown
from calla.storefront.frame import page


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    way, shop = Way.of(request), catalogue.shop()
    to = {name: way.to(links.path(name)) for name in ("contact", "lookup", "policy", "choices", "proof")}
    return page(
        request, "help", "Help", way=way, ways=[_delivery(one) for one in checkout.ways()],
        home=country_name(shop.country), returns=shown.returns(), guides=_guides(), provider=_provider(),
        currency=shop.currency, held=int(HELD_FOR.total_seconds() // 60), promises=promises.on_the_front_page(),
        asks=enquiries.takes_questions(), answer=enquiries.answer_time(), mail=mail.own_address(), to=to,
    )  # fmt: skip


def _delivery(one: Delivery) -> dict[str, Any]:
    return {
        "name": one.name,
        "price": shown.price(one.price) if one.price else "free",
        "free_from": shown.price(one.free_from) if one.free_from else "",
        "days": shown.working_days(one.days_min, one.days_max),
        "countries": ", ".join(sorted(country_name(code) for code in one.countries)),
        "many": len(one.countries) > 1,
    }


def _guides() -> list[dict[str, Any]]:
    return [{"for": ", ".join(titles), "guide": shown.guide(one)} for titles, one in catalogue.size_guides()]


def _provider() -> str:
    """Who takes the money, as the policy names them."""
    signed = versions.current().rules().processors.values()
    return next((str(one["name"]) for one in signed if one["step"] == "orders.payment"), "")
