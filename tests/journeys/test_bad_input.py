"""Hostile strings over real HTTP and in a real browser: they come back as text, and nothing of them runs anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser

from tests.journeys import office as at_work
from tests.journeys.buying import ORDER, add, buyer, checkout_form, choose, is_placed, pay, somebody
from tests.journeys.screen import DESKTOP, Screen, screen
from tests.journeys.scriptless import Element, Visitor, autofilled
from tests.support.live import ROOT, LiveShop

pytestmark = pytest.mark.journey
DATA = ROOT.parent / "shared" / "data"
EVERY = 60  # of the big lists every so-manieth; all of them go through the forms in tests/storefront
OWN = [
    "<script>hacked=1;alert(1)</script>", '"><img src=x onerror=alert(1)>', "'-alert(1)-'",
    "</title><svg onload=alert(1)>", "javascript:alert(1)", "{{7*7}}${7*7}<%=7*7%>",
    "'; DROP TABLE orders_order; --", "a\r\nBcc: all@evil.example", "\u202etxt.exe", "Ａｄａ\u200b\ufeff",
    "\x1b[31mred\x07", "../../../../etc/passwd", "=HYPERLINK(1)",
]  # fmt: skip
NONSENSE = ["0", "-1", "1.5", "1e3", "NaN", "", " ", "0x10", "٣", "²", "1 OR 1=1", "9" * 30, "100", "<b>1</b>", "\x00"]


def hostile() -> Iterator[str]:
    yield from OWN
    if DATA.is_dir():
        strings: list[str] = json.loads((DATA / "naughty-strings" / "blns.json").read_text(encoding="utf-8"))
        for path in sorted((DATA / "hostile-inputs").glob("*.txt")):
            strings += path.read_text(encoding="utf-8").splitlines()
        yield from strings[::EVERY]


def is_text_only(visitor: Visitor) -> None:
    """No answer breaks, and no element or attribute came out of what was typed."""
    assert visitor.status < 500, (visitor.path, visitor.status)
    assert visitor.page.first("h1").text
    for one in _elements(visitor.page):
        assert not [name for name in one.own if name.startswith("on") or name == "style"], one.own
        assert not one.own.get("href", "").lower().startswith(("javascript:", "data:", "//")), one.own
    assert all(one.own.get("src", "").startswith("/static/") for one in visitor.page.all("script"))
    assert not list(visitor.page.all("iframe", "object", "embed", "base"))


def _elements(element: Element) -> Iterator[Element]:
    for one in element.inside:
        if isinstance(one, Element):
            yield one
            yield from _elements(one)


def sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


class TestOverHttp:
    def test_every_field_takes_it_as_text(self, shop: LiveShop) -> None:
        visitor = Visitor(shop.url, at="127.0.0.66").open("/")
        choose(visitor)
        form = visitor.follow("Check out").url
        for text in map(sendable, hostile()):
            visitor.open(form)
            fields = [one.own["name"] for one in checkout_form(visitor).controls() if one.own.get("type") == "text"]
            visitor.press(ORDER, **dict.fromkeys([*fields, "email"], text))
            is_text_only(visitor)
            assert visitor.status == 422
            visitor.open(f"/search?q={quote(text)}")
            is_text_only(visitor)
            visitor.open("/orders/lookup").press("Find it", number=text, email=text)
            is_text_only(visitor)

    @pytest.mark.parametrize("typed", NONSENSE)
    def test_no_quantity_that_is_none_gets_into_the_bag(self, shop: LiveShop, typed: str) -> None:
        visitor = buyer(shop)
        choose(visitor)
        bag = visitor.url.partition("?")[0]
        visitor.press("Update", quantity=typed or " ")
        assert visitor.status in ({200} if typed == "0" else {422}), visitor.status
        assert typed == "0" or visitor.page.first("h1").text == "Your bag"
        visitor.open(bag)
        assert ("1 piece" in visitor.text) is (typed != "0")

    def test_no_nonsense_is_added_either(self, shop: LiveShop) -> None:
        visitor = buyer(shop).follow("Collections").follow("Town and train")
        visitor.follow(visitor.page.first("main").first("li").first("a").text)
        product = visitor.url
        for typed in NONSENSE:
            add(visitor.open(product), quantity=typed or " ")
            assert visitor.status == 422 and visitor.title.startswith("Error"), (typed, visitor.status)
        assert not visitor.client.cookies

    def test_a_changed_total_is_not_believed(self, shop: LiveShop) -> None:
        visitor = buyer(shop)
        choose(visitor)
        visitor.follow("Check out")
        visitor.press(ORDER, **autofilled(checkout_form(visitor), somebody()) | {"shown_total": "1"})
        assert visitor.status == 409 and "total has changed" in visitor.text

    @pytest.mark.parametrize("origin", ["https://evil.example", "null"])
    def test_no_other_site_changes_anything(self, shop: LiveShop, origin: str) -> None:
        visitor = buyer(shop)
        choose(visitor)
        bag = visitor.url.partition("?")[0]
        _, address, fields = visitor.prepared("Remove")
        for headers in ({"Origin": origin}, {"Origin": origin, "Sec-Fetch-Site": "cross-site"}, {}):
            answer = httpx.post(address, data=dict(fields), headers=headers, cookies=visitor.client.cookies)
            assert answer.status_code == 403
        assert "1 piece" in visitor.open(bag).text


class TestInABrowser:
    def test_nothing_runs_where_it_is_shown_again(self, browser: Browser, shop: LiveShop) -> None:
        with screen(browser, shop, DESKTOP) as guest:
            for text in OWN[:4]:
                guest.open(f"/search?q={quote(text)}")
                assert guest.page.locator("#search").input_value() == text[:100]
            _to_the_form(guest)
            for field in guest.page.locator("form:has(#email) input[type=text]:visible, #email").all():
                field.fill(OWN[1])
            guest.press(ORDER)
            assert guest.page.title().startswith("Error")
            assert guest.page.locator("#delivery_name").input_value() == OWN[1]
            assert guest.page.evaluate("typeof hacked") == "undefined"

    def test_an_order_of_somebody_with_such_a_name_harms_nobody(self, browser: Browser, shop: LiveShop) -> None:
        name, street = OWN[0], OWN[1]
        ada = somebody() | {"name": name, "address-line1": street}
        visitor = buyer(shop)
        choose(visitor)
        visitor.follow("Check out").press(ORDER, **autofilled(checkout_form(visitor), ada))
        if visitor.status == 422:
            visitor.press(ORDER, delivery_as_written="on")
        assert is_placed(pay(visitor)) and name in visitor.text and street in visitor.text
        [letter] = shop.wait_for_mail(to=ada["email"])
        text, html = at_work.bodies(letter)
        assert name in text and "<script" not in html and "<img" not in html
        with screen(browser, shop, DESKTOP) as staff:
            _seen_by_everybody(staff, shop, visitor)


def _to_the_form(guest: Screen) -> None:
    guest.open("/collections/town-and-train")
    guest.follow(guest.page.locator("li.tile:not(:has-text('Sold out')) a").first)
    guest.page.locator("label.size:has(input:enabled)").first.click()
    guest.into_the_bag()
    guest.follow(guest.page.get_by_role("link", name="Check out"))


def _seen_by_everybody(staff: Screen, shop: LiveShop, visitor: Visitor) -> None:
    """The order's page, and in the office the order, its slip and the letter as text and as HTML."""
    number = visitor.page.first("strong").text
    staff.open(visitor.url)
    email, password, secret = "lily@office.example", "quiet lilies grow by the pond", "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLV"
    at_work.take_on(shop, email, password, secret)
    staff.open("/office")
    staff.page.get_by_label("E-mail").fill(email)
    staff.page.get_by_label("Password").fill(password)
    staff.press("Sign in")
    staff.page.locator("input[autocomplete=one-time-code]").fill(at_work.code_for(secret))
    staff.press("Go on")
    staff.open("/office/orders")
    staff.follow(staff.page.get_by_role("link", name=number))
    staff.follow(staff.page.get_by_role("link", name="Packing slip"))
    assert staff.says(OWN[1])
    staff.open("/office/mailbox")
    staff.follow(staff.page.get_by_role("link", name=f"Your order {number}").first)
    staff.follow(staff.page.get_by_role("link", name="See it as HTML"))
    assert staff.page.evaluate("typeof hacked") == "undefined"
    # the letter stands in a sandbox, so it has no origin and may not even have the mark that browsers ask for
    staff.noticed = [one for one in staff.noticed if not one.endswith("/favicon.ico")]
