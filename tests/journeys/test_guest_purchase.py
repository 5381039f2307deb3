"""A guest buys in a real browser, on a phone and at a desk; the office sends the parcel; the guest sees it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.journeys import office as at_work
from tests.journeys.buying import PAYS, somebody
from tests.journeys.screen import DESKTOP, PHONE, Screen, screen
from tests.support.live import LiveShop

pytestmark = pytest.mark.journey
SECRET = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"


def _choose(guest: Screen, *, tile: int) -> str:
    """Home, collection, product, another colour, a size, the bag; the product's name."""
    page = guest.page
    guest.open("/")
    guest.follow(page.locator("main .panel .title a").first)
    guest.follow(page.locator("li.tile:not(:has-text('Sold out')) a").nth(tile))
    product, first = guest.heading(), page.locator(".gallery img").first.get_attribute("src")
    with page.expect_navigation():
        guest.follow(page.locator(".choices a:not([aria-current])").first)
    assert page.locator(".gallery img").first.get_attribute("src") != first, "another colour is another picture"
    size = page.locator("label.size:has(input:enabled)").first
    size.click()
    assert "variant=" in page.url
    guest.into_the_bag()
    assert product in page.locator("main").inner_text()
    assert page.locator("[data-bag]").inner_text() == "1"
    return product


def _order(guest: Screen, ada: dict[str, str]) -> str:
    """From the bag to the order's page; its number."""
    guest.follow(guest.page.get_by_role("link", name="Check out"))
    guest.autofill(ada)
    total = guest.page.locator("dd.grand").inner_text()
    guest.press("Order with obligation to pay")
    assert guest.page.url.startswith(guest.shop.provider_url) and total.strip("€") in guest.heading()
    guest.pay(PAYS)
    assert guest.heading() == "Thank you, your order is placed" and guest.page.url.startswith(guest.shop.url)
    assert guest.page.locator("[data-bag]").inner_text() == ""
    return guest.page.locator("main strong").first.inner_text()


def _send(staff: Screen, number: str, tracking: str) -> None:
    staff.open("/office/orders")
    staff.follow(staff.page.get_by_role("link", name=number))
    staff.press("It is packed")
    staff.page.get_by_label("Carrier").select_option("Kranich Parcel")
    staff.page.get_by_label("Tracking number").fill(tracking)
    staff.press("It is sent")
    assert staff.says("Sent. The customer is told.")


def _buy_and_receive(browser: Browser, shop: LiveShop, staff: Screen, viewport: dict[str, int], *, tile: int) -> None:
    ada, tracking = somebody(), f"LP {viewport['width']}"
    with screen(browser, shop, viewport) as guest:
        product = _choose(guest, tile=tile)
        number, order_page = _order(guest, ada), guest.page.url
        [confirmation] = shop.wait_for_mail(to=ada["email"])
        text, html = at_work.bodies(confirmation)
        assert number in text and number in html and product in text and product in html
        [link] = set(re.findall(r"http://\S+/orders/[\w-]+", text))
        assert link == order_page and f'href="{link}"' in html

        _send(staff, number, tracking)
        shipped = shop.wait_for_mail(to=ada["email"], count=2)[-1]
        assert all(tracking in body for body in at_work.bodies(shipped))
        guest.open(link)
        assert guest.heading() == "On its way" and guest.says(tracking)


def _sign_in(staff: Screen, email: str, password: str) -> None:
    staff.open("/office")
    staff.page.get_by_label("E-mail").fill(email)
    staff.page.get_by_label("Password").fill(password)
    staff.press("Sign in")


def test_on_a_phone(browser: Browser, shop: LiveShop) -> None:
    """Its parcel is sent by somebody who signs in with a code."""
    email, password = "iris@office.example", "quiet lilies grow by the pond"
    at_work.take_on(shop, email, password, SECRET)
    with screen(browser, shop, PHONE) as staff:
        _sign_in(staff, email, password)
        staff.page.locator("input[autocomplete=one-time-code]").fill(at_work.code_for(SECRET))
        staff.press("Go on")
        assert staff.page.url == f"{shop.url}/office"
        _buy_and_receive(browser, shop, staff, PHONE, tile=0)


def test_at_a_desk(browser: Browser, shop: LiveShop) -> None:
    """Its parcel is sent by somebody new, who sets up the second factor at the first sign-in."""
    said = shop.calla("staff", "add", "rosa@office.example", "--role", "staff").stdout
    with screen(browser, shop, DESKTOP) as staff:
        _sign_in(staff, "rosa@office.example", said.split()[-1])
        secret = staff.page.locator(".key").inner_text().replace(" ", "")
        staff.page.locator("input[autocomplete=one-time-code]").fill(at_work.code_for(secret))
        staff.press("Check the code and go on")
        assert staff.says("recovery code")
        _buy_and_receive(browser, shop, staff, DESKTOP, tile=1)
