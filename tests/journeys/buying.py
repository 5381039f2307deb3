"""What buyers without scripts do, step by step, and the words they do it with."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from tests.journeys.scriptless import Element, Visitor, autofilled
from tests.support.live import LiveShop

PAYS, DECLINED, ASKS_AGAIN = "4242 4242 4242 4242", "4000 0000 0000 0002", "4000 0000 0000 3220"
ORDER = "Order with obligation to pay"
_numbers = count(1)


def somebody() -> dict[str, str]:
    """A buyer as autofill knows them; the e-mail address is theirs alone."""
    return {
        "name": "Ada Example",
        "address-line1": "Lindenweg 5",
        "postal-code": "10115",
        "address-level2": "Berlin",
        "email": f"ada.{next(_numbers)}@buyers.example",
        "tel": "+49 30 1234567",
    }


def buyer(shop: LiveShop, *, cookies: bool = True) -> Visitor:
    """Somebody who has just typed the shop's address."""
    return Visitor(shop.url, cookies=cookies).open("/")


def choose(visitor: Visitor, collection: str = "Garden path", *, tile: int = 0) -> str:
    """From the front page to a product that can be had, one size chosen and in the bag; the product's name."""
    visitor.follow("Calladream").follow("Collections").follow(collection)
    tiles = [one for one in visitor.page.all("li") if one.own.get("class") == "tile" and "Sold out" not in one.text]
    visitor.follow(tiles[tile].first("a").text)
    name = visitor.page.first("h1").text
    add(visitor)
    return name


def add(visitor: Visitor, *, quantity: str = "1") -> Visitor:
    """The product on this page, in its first size that is there."""
    form, _ = visitor.form("Add to bag")
    sizes = [one.own["value"] for one in form.controls() if one.own.get("type") == "radio"]
    chosen = {"variant": sizes[0]} if sizes else {}
    return visitor.press("Add to bag", **chosen, quantity=quantity)


def check_out(visitor: Visitor, person: Mapping[str, str]) -> Visitor:
    """From the bag through the form to the payment page, or to what stands in the way."""
    visitor.follow("Check out")
    return visitor.press(ORDER, **autofilled(checkout_form(visitor), person))


def checkout_form(visitor: Visitor) -> Element:
    return visitor.form(ORDER)[0]


def pay(visitor: Visitor, card: str = PAYS, *, notice: str = "") -> Visitor:
    """The card typed at the provider; whoever is sent to a second step stands before it."""
    assert "Pay " in visitor.title, (visitor.url, visitor.status, visitor.text[:500])
    typed = {"number": card, "expiry": "12/49", "csc": "123"}
    return visitor.press("Pay ", **typed, **({"notice": notice} if notice else {}))


def buy(shop: LiveShop, address: str, person: Mapping[str, str]) -> Visitor:
    """The product at this address, bought and paid; the visitor stands before the order's page."""
    visitor = buyer(shop)
    add(visitor.open(address))
    return pay(check_out(visitor, person))


def is_placed(visitor: Visitor) -> bool:
    return visitor.path.startswith("/orders/") and "Thank you, your order is placed" in visitor.text
