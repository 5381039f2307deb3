"""What stands around every page, whichever app makes it: the way home, the search, the bag, the policy.

Page apps are strangers to each other; they share this frame, the template `kernel/page.html` and the style sheets. The
addresses are those that page apps have registered.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static

from calla.kernel import links, tokens


class Way:
    """How links are written on this page: with the cart's address behind them, or without."""

    def __init__(self, cart: str = "") -> None:
        self.cart = cart

    @classmethod
    def of(cls, request: HttpRequest) -> Way:
        carried = request.GET.get("cart", "")
        return cls(carried if tokens.TOKEN.fullmatch(carried) else "")

    def to(self, address: str) -> str:
        if not self.cart:
            return address
        head, mark, fragment = address.partition("#")
        return f"{head}{'&' if '?' in head else '?'}cart={self.cart}{mark}{fragment}"

    @property
    def bag(self) -> str:
        return links.path("cart", token=self.cart) if self.cart else links.path("bag")


def frame(way: Way) -> dict[str, Any]:
    return {
        "shop": settings.SHOP_NAME,
        "page": "",
        "styles": [static("calla/shop.css")],
        "fonts": [static(f"calla/fonts/{name}.woff2") for name in ("serif", "sans")],
        "script": static("calla/shop.js"),
        "mark": static("calla/mark.svg"),
        "home": way.to(links.path("home")),
        "menu": [{"label": "Collections", "href": way.to(links.path("collections"))}],
        "search": links.path("search"),
        "bag": way.bag,
        "lookup": way.to(links.path("lookup")),
        "policy": way.to(links.path("policy")),
        "choices": way.to(links.path("choices")),
        "cart": way.cart,
    }
