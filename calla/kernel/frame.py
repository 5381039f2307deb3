"""What stands around every page, whichever app makes it: the way home, the search, the bag, the policy.

Page apps are strangers to each other; they share this frame, the template `kernel/page.html` and the style sheets. The
addresses are those that page apps have registered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static

from calla.kernel import links, tokens

Menu = Callable[[], Iterable[tuple[str, str]]]
PLACES = ("head", "help", "rights")
_menus: dict[str, list[Menu]] = {place: [] for place in PLACES}


def offer(menu: Menu, *, place: str = "head") -> None:
    """Let every page offer these, at its head or at its foot under help or rights: labels and addresses, asked for anew
    with each page."""
    if menu not in _menus[place]:
        _menus[place].append(menu)


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


def frame(way: Way, *, menu: bool = True) -> dict[str, Any]:
    """What `kernel/page.html` needs. A page about an outage may go without `menu`, which asks the database."""
    return {
        "shop": settings.SHOP_NAME,
        "origin": settings.PUBLIC_URL,
        "page": "",
        "styles": [static("calla/shop.css")],
        "fonts": [static(f"calla/fonts/{name}.woff2") for name in ("serif", "sans")],
        "scripts": [static("calla/shop.js"), static("calla/suggest.js")],
        "mark": static("calla/mark.svg"),
        "home": way.to(links.path("home")),
        "menu": _offered("head", way) if menu else [],
        "help": _offered("help", way) if menu else [],
        "collections": way.to(links.path("collections")),
        "newest": way.to(f"{links.path('search')}?sort=newest"),
        "everything": way.to(links.path("search")),
        "search": links.path("search"),
        "bag": way.bag,
        "lookup": way.to(links.path("lookup")) if menu and links.is_offered("lookup") else "",
        "policy": way.to(links.path("policy")),
        "proof": way.to(links.path("proof")),
        "choices": way.to(links.path("choices")),
        "from_us": way.to(links.path("from_us")),
        "rights": _offered("rights", way) if menu else [],
        "cart": way.cart,
    }


def _offered(place: str, way: Way) -> list[dict[str, str]]:
    return [{"label": label, "href": way.to(address)} for one in _menus[place] for label, address in one()]
