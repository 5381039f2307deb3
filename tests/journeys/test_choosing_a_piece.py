"""The page of a piece with scripts on: what is chosen is kept, what is missing is said, the focus goes along."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.screen import DESKTOP, PHONE, Screen, screen
from tests.support.live import LiveShop

pytestmark = pytest.mark.journey
LARGE = "document.querySelector('.zoom img').height"
FOCUSED = "document.activeElement.innerText || document.activeElement.name"


def _at_a_piece(guest: Screen) -> Page:
    guest.open("/collections/garden-path")
    guest.follow(guest.page.locator("li.tile:not(:has-text('Sold out')) a").first)
    return guest.page


def test_without_a_size_the_page_points_at_the_sizes(browser: Browser, shop: LiveShop) -> None:
    with screen(browser, shop, PHONE) as guest:
        page = _at_a_piece(guest)
        page.get_by_role("button", name="Add to bag").click()
        page.get_by_text("Choose one of these first.").wait_for()
        assert page.evaluate(FOCUSED) == "variant" and guest.focus_is_seen()
        page.locator("label.size:has(input:enabled)").first.click()
        assert page.locator("[data-error]").inner_text() == "" and page.locator("[data-stock]").inner_text()


def test_another_colour_keeps_size_place_and_focus_and_back_leads_back(browser: Browser, shop: LiveShop) -> None:
    with screen(browser, shop, DESKTOP) as guest:
        page = _at_a_piece(guest)
        page.locator("label.size:has(input:enabled)").first.click()
        before, size = page.url, page.locator("input:checked").get_attribute("data-size")
        picture = page.locator(".slides img").first.get_attribute("src")
        other = page.locator(".choices a:not([aria-current])").first
        colour = other.inner_text()
        with page.expect_navigation():
            other.click()
        assert page.url != before and page.evaluate(FOCUSED) == colour
        assert page.locator(".slides img").first.get_attribute("src") != picture
        assert (
            page.locator(f"input[data-size='{size}']").is_checked()
            or page.locator(f"input[data-size='{size}']").is_disabled()
        )
        with page.expect_navigation():
            page.go_back()
        page.locator(f".slides img[src='{picture}']").first.wait_for()
        assert page.url == before


def test_what_was_added_is_said_and_shopping_goes_on(browser: Browser, shop: LiveShop) -> None:
    with screen(browser, shop, PHONE) as guest:
        page = _at_a_piece(guest)
        page.locator("label.size:has(input:enabled)").first.click()
        page.get_by_role("button", name="Add to bag").click()
        said = page.get_by_role("dialog").inner_text()
        assert guest.heading() in said and "1 piece now" in said and page.evaluate(FOCUSED) == "In your bag"
        page.get_by_role("button", name="Continue shopping").click()
        assert not page.get_by_role("dialog").is_visible() and page.locator("[data-bag]").inner_text() == "1"


def test_a_picture_is_looked_at_closely_by_keyboard(browser: Browser, shop: LiveShop) -> None:
    with screen(browser, shop, DESKTOP) as guest:
        page = _at_a_piece(guest)
        page.locator("[data-zoom]").first.focus()
        page.keyboard.press("Enter")
        small = page.evaluate(LARGE)
        page.get_by_role("button", name="Larger").press("Enter")
        assert page.evaluate(LARGE) >= 2000 > small
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.matches('[data-zoom]')")
