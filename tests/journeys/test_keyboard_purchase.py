"""The whole purchase without a pointer: Tab, Enter, Space, arrows and typing; and one always sees where one is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.buying import somebody
from tests.journeys.screen import DESKTOP, Screen, screen
from tests.support.live import LiveShop

pytestmark = pytest.mark.journey
MOST_TABS = 60
HERE = "([selector, words]) => document.activeElement.matches(selector) && " \
       "(document.activeElement.innerText || '').trim().startsWith(words)"  # fmt: skip


class Keys:
    """Fingers on the keyboard of this screen."""

    def __init__(self, one: Screen) -> None:
        self.screen, self.page = one, one.page

    def to(self, selector: str, words: str = "") -> None:
        """Tab until it has the focus. Wherever the focus rests on the way, it is seen."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            where = self.page.evaluate("document.activeElement.outerHTML.slice(0, 150)")
            assert self.screen.focus_is_seen(), f"the focus is not seen on {self.page.url} at {where}"
            if self.page.evaluate(HERE, [selector, words]):
                return
        raise AssertionError(f"Tab does not lead to {selector} “{words}” on {self.page.url}")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def go(self, selector: str, words: str = "") -> None:
        """To it, and Enter, which leads to another page."""
        self.to(selector, words)
        with self.page.expect_navigation():
            self.press("Enter")
        self.screen.look()

    def fill(self, token: str, text: str) -> None:
        self.to(f"input[autocomplete~='{token}']")
        self.page.keyboard.type(text)


def test_from_the_front_page_to_the_order(browser: Browser, shop: LiveShop) -> None:
    ada = somebody()
    with screen(browser, shop, DESKTOP) as guest:
        keys = Keys(guest)
        guest.open("/")
        keys.to("a.skip")
        keys.press("Enter")
        assert guest.page.evaluate("document.activeElement.id") == "content"
        keys.go("main .panel .title a")
        keys.go("li.tile a")
        product = guest.heading()
        keys.go(".choices a:not([aria-current])")
        keys.to("input[name=variant]")
        keys.press("Space")
        first = guest.page.locator("input[name=variant]:checked").get_attribute("value")
        keys.press("ArrowRight")
        chosen = guest.page.locator("input[name=variant]:checked").get_attribute("value")
        assert chosen != first
        keys.to("button", "Add to bag")
        keys.press("Enter")
        guest.page.get_by_role("dialog").wait_for()
        keys.go("a", "View bag")
        assert guest.says(product)
        keys.go("a", "Check out")
        _abroad(keys)
        _fill_in(keys, ada)
        keys.go("button", "Order with obligation to pay")
        _pay(keys)
        assert guest.heading() == "Thank you, your order is placed" and guest.says(product)


def _abroad(keys: Keys) -> None:
    """Another country: its name typed into the list, then the button beside it. Nothing happens before that."""
    total = keys.page.locator("dd.grand").inner_text()
    keys.to("select[autocomplete~=country]")
    keys.page.keyboard.type("Austri")
    keys.press("ArrowDown")
    keys.press("ArrowUp")
    assert keys.page.evaluate("document.activeElement.name") == "delivery_country"
    keys.go("button", "Use this country")
    assert keys.page.locator("dd.grand").inner_text() != total


def _fill_in(keys: Keys, ada: dict[str, str]) -> None:
    keys.fill("name", ada["name"])
    keys.fill("address-line1", ada["address-line1"])
    keys.fill("postal-code", "1010")
    keys.fill("address-level2", "Wien")
    keys.fill("email", ada["email"])


def _pay(keys: Keys) -> None:
    for token, typed in (("cc-number", "4242424242424242"), ("cc-exp", "1249"), ("cc-csc", "123")):
        keys.fill(token, typed)
    keys.go("button", "Pay ")
