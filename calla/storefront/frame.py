"""What stands around every page of the shop, and how a page is made.

A page for somebody who only looks holds nothing of the visitor. Whoever shops without cookies carries the cart's secret
address along instead: then every link of the page keeps it, and the page is kept in no cache.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static

from calla.kernel import tokens
from calla.policy import enforces

POLICY_PAGE = "/privacy"


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
        return f"/cart/{self.cart}" if self.cart else "/cart"


@enforces("policy_linked_everywhere", "no_foreign_requests", "no_foreign_scripts", "no_downloads")
def page(
    request: HttpRequest,
    template: str,
    title: str,
    *,
    way: Way | None = None,
    private: bool = False,
    status: int = 200,
    quiet: bool = False,
    noindex: bool = False,
    **content: Any,
) -> HttpResponse:
    """A page in its frame. `private` pages are kept by no cache and shown by no search engine; `quiet` ones hold
    nothing that leads away from their task."""
    way = way or Way.of(request)
    hidden = noindex or private or bool(way.cart) or status >= 400
    context = {"frame": frame(way), "title": title, "noindex": hidden, "quiet": quiet, **content}
    response = render(request, f"storefront/{template}.html", context, status=status)
    if private or way.cart:
        response.headers["Cache-Control"] = "no-store"
    return response


def frame(way: Way) -> dict[str, Any]:
    return {
        "shop": settings.SHOP_NAME,
        "styles": [static("calla/tokens.css"), static("calla/shop.css")],
        "script": static("calla/shop.js"),
        "mark": static("calla/mark.svg"),
        "home": way.to("/"),
        "menu": [{"label": "Collections", "href": way.to("/collections")}],
        "search": "/search",
        "bag": way.bag,
        "lookup": "/orders/lookup",
        "policy": POLICY_PAGE,
        "cart": way.cart,
    }
