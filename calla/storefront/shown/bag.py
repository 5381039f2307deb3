"""What lies in the bag, and what it costs to send."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from calla.cart.types import CartLineView
from calla.checkout.types import Quote, ShippingOption
from calla.kernel.frame import Way
from calla.storefront.shown.lists import picture
from calla.storefront.shown.wording import price, working_days


def lines(found: Iterable[CartLineView], way: Way) -> list[dict[str, Any]]:
    return [
        {
            "id": line.variant.id,
            "title": line.variant.product_title,
            "variant": line.variant.title,
            "href": way.to(f"/products/{line.variant.product_handle}?variant={line.variant.id}"),
            "quantity": line.quantity,
            "price": price(line.variant.price),
            "total": price(line.total),
            "picture": picture(line.variant.picture),
            "notes": list(_notes(line)),
            "short": line.short,
        }
        for line in found
    ]


def _notes(line: CartLineView) -> Iterable[str]:
    if line.price_before:
        yield f"The price has changed since you put it in: it was {price(line.price_before)}."
    if line.short and line.variant.available:
        yield f"Only {line.variant.available} left now. Take fewer to order."
    elif line.short:
        yield "Sold out meanwhile. Take it out to order the rest."


def delivery(option: ShippingOption) -> dict[str, Any]:
    return {
        "id": option.id,
        "name": option.name,
        "price": price(option.price) if option.price else "free",
        "days": working_days(option.days_min, option.days_max),
    }


def totals(quote: Quote) -> dict[str, Any]:
    return {
        "subtotal": price(quote.subtotal),
        "shipping": price(quote.shipping) if quote.shipping else "free",
        "tax": price(quote.tax) if quote.tax else "",
        "total": price(quote.total),
        "minor": quote.total.minor,
        "pieces": quote.pieces,
    }
