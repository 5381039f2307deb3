"""Every page of the shop, reached as people reach it: somebody who buys, and somebody at work in the office.

`tour` stops at each page and gives its name. A test looks at each one there; `python -m tests.looks` takes its picture.
"""

from __future__ import annotations

from collections.abc import Iterator

from calla.demo.loading import STAFF_EMAIL, STAFF_PASSWORD, STAFF_TOTP
from tests.journeys import office, own_data
from tests.journeys.buying import DECLINED, ORDER, PAYS, somebody
from tests.journeys.screen import Screen

QUESTION = """Hello,

my coat should have been here on Friday, and its number says nothing since Tuesday. Could you look where it is?

Ada Quill"""
OPEN = {
    "home": "/",
    "collections": "/collections",
    "search-nothing": "/search?q=snowplough",
    "bag-empty": "/cart",
    "lookup": "/orders/lookup",
    "help": "/help",
    "contact": "/contact",
    "policy": "/privacy",
    "proof": "/privacy/proof",
    "history": "/privacy/history",
    "choices": "/privacy/choices",
    "security": "/privacy/security",
    "from-us": "/from-us",
    "mine-ask": "/privacy/mine",
    "not-found": "/nothing-is-here",
}
AT_WORK = {
    "office": "/office",
    "office-orders": "/office/orders",
    "office-questions": "/office/enquiries",
    "office-stock": "/office/stock",
    "office-letters": "/office/letters",
    "office-recalls": "/office/recalls",
    "office-mailbox": "/office/mailbox",
    "office-staff": "/office/staff",
    "office-security": "/office/security",
    "office-gallery": "/office/gallery",
    "office-components": "/office/components",
}


def tour(one: Screen) -> Iterator[str]:
    """The names of the pages, each while the screen shows it."""
    yield from _in_turn(one, OPEN)
    yield from _look_around(one)
    yield from _ask(one)
    buyer = somebody()
    yield from _buy(one, buyer)
    yield from _own(one, buyer["email"])
    yield from _work(one)


def _in_turn(one: Screen, places: dict[str, str]) -> Iterator[str]:
    for name, address in places.items():
        one.open(address)
        yield name


def _look_around(one: Screen) -> Iterator[str]:
    one.open("/collections")
    one.follow(one.page.locator("main a[href^='/collections/']").first)
    yield "collection"
    one.open("/search?q=dress")
    yield "search"
    one.follow(one.page.locator("li.tile:not(:has-text('Sold out')) a").first)
    yield "product"
    one.press("Add to bag")
    yield "product-no-size"
    one.page.locator("label.size:has(input:enabled)").first.click()
    one.into_the_bag()
    yield "added"


def _ask(one: Screen) -> Iterator[str]:
    one.open("/contact?order=C1001")
    one.press("Send it")
    yield "contact-errors"
    one.page.get_by_label("Your question").fill(QUESTION)
    one.autofill({"email": "ada.quill@buyers.example", "name": "Ada Quill"})
    one.press("Send it")
    yield "question"


def _buy(one: Screen, buyer: dict[str, str]) -> Iterator[str]:
    one.open("/cart")
    yield "bag"
    one.follow(one.page.get_by_role("link", name="Check out"))
    yield "checkout"
    one.press(ORDER)
    yield "checkout-errors"
    one.autofill(buyer)
    one.press(ORDER)
    one.pay(DECLINED)
    one.follow(one.page.get_by_role("link", name="Go back"))
    yield "order-unpaid"
    one.press("Pay")
    one.pay(PAYS)
    yield "order"
    one.follow(one.page.get_by_role("link", name="cancel the order"))
    yield "cancellation"


def _own(one: Screen, email: str) -> Iterator[str]:
    """What is held about the buyer, by the link that is mailed to them."""
    one.shop.wait_for_mail(to=email)
    link = own_data.link_to(one, email)
    one.open(link)
    yield "mine"
    one.follow(one.page.get_by_role("link", name="See what you can correct"))
    yield "corrections"
    one.follow(one.page.get_by_role("link", name="Delivery address"))
    one.page.get_by_label("Full name").fill("")
    one.press("Correct it")
    yield "correction-errors"
    one.open(f"{link}/address")
    yield "another-address"
    one.open(f"{link}/erasure")
    yield "erasure"


def _work(one: Screen) -> Iterator[str]:
    one.open("/office")
    yield "office-sign-in"
    one.page.get_by_label("E-mail").fill(STAFF_EMAIL)
    one.page.get_by_label("Password").fill(STAFF_PASSWORD)
    one.press("Sign in")
    yield "office-second-factor"
    _until_let_in(one)
    yield from _in_turn(one, AT_WORK)
    one.open("/office/orders")
    one.follow(one.page.locator("main tbody a").first)
    yield "office-order"
    one.open("/office/enquiries")
    one.follow(one.page.locator("main tbody a").first)
    yield "office-question"


def _until_let_in(one: Screen) -> None:
    """A code is good once: whoever comes twice within its half minute waits for the next."""
    for _ in range(3):
        one.page.locator("input[autocomplete=one-time-code]").fill(office.code_for(STAFF_TOTP))
        one.press("Go on")
        if one.page.url == f"{one.shop.url}/office":
            return
        one.page.wait_for_timeout(10_000)
    raise AssertionError(f"not let in: {one.page.url}")
