"""Somebody sees what is held about them, corrects it, takes it along, stops a use and is erased: at a screen of either
width, by keyboard alone, and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys import own_data
from tests.journeys.buying import buyer, check_out, choose, is_placed, pay, somebody
from tests.journeys.screen import DESKTOP, PHONE, Screen, screen
from tests.journeys.scriptless import Visitor
from tests.support.live import LiveShop

pytestmark = pytest.mark.journey


def _bought(shop: LiveShop) -> dict[str, str]:
    visitor, person = buyer(shop), somebody()
    choose(visitor)
    pay(check_out(visitor, person))
    assert is_placed(visitor), visitor.text[:400]
    shop.wait_for_mail(to=person["email"])
    return person


def _by_keyboard(one: Screen, role: str, name: str) -> None:
    """As if one had come there with the tabulator: it is seen, and the enter key works it."""
    target = one.page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    target.focus()
    one.page.keyboard.press("Shift+Tab")
    one.page.keyboard.press("Tab")
    assert one.focus_is_seen(), name
    with one.page.expect_navigation():
        one.page.keyboard.press("Enter")
    one.look()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=lambda viewport: str(viewport["width"]))
def test_at_a_screen(browser: Browser, shop: LiveShop, viewport: dict[str, int]) -> None:
    person = _bought(shop)
    with screen(browser, shop, viewport) as one:
        one.open("/")
        one.follow(one.page.locator("footer").get_by_role("link", name="What we hold about you"))
        link = own_data.link_to(one, person["email"])
        one.open(link)
        assert one.says(person["name"]) and one.says("Who has read it") and one.says("Letters to you")
        _by_keyboard(one, "link", "See what you can correct")
        _by_keyboard(one, "link", "Delivery address")
        one.page.get_by_label("Full name").fill("")
        one.press("Correct it")
        assert one.says("Please check")
        one.page.get_by_label("Full name").fill("Quinta Neuname")
        _by_keyboard(one, "button", "Correct it")
        assert one.says("Corrected.") and one.says("Quinta Neuname")

        one.open(link)
        with one.page.expect_download() as taken:
            one.page.get_by_role("link", name="JSON").click()
        assert "Quinta Neuname" in taken.value.path().read_text(encoding="utf-8")
        _by_keyboard(one, "button", "Say no")
        assert one.says("you said no")

        _by_keyboard(one, "link", "See what would go")
        assert one.says("Erased now") and one.says("Held by law") and one.says("First, what we owe you")
        one.page.get_by_label("Yes, erase it for good").check()
        _by_keyboard(one, "button", "Erase it now")
        assert one.says("receipt") and not one.context.cookies()


def test_without_scripts(shop: LiveShop) -> None:
    person = _bought(shop)
    with Visitor(shop.url, cookies=False) as visitor:
        visitor.open("/privacy/mine").press("Send me the link", email=person["email"])
        visitor.open(link := own_data.mailed(shop, person["email"]))
        visitor.follow("See what you can correct").follow("Correct it: Billing address")
        visitor.press("Correct it", billing_name="Quinta Rechnung")
        assert "Corrected." in visitor.text and "Quinta Rechnung" in visitor.text
        assert '"Quinta Rechnung' in visitor.open(link).follow("JSON").answer.text
        visitor.open(link).press("Say no")
        assert "you said no" in visitor.text
        visitor.follow("See what would go").press("Erase it now", sure="yes")
        assert "receipt" in visitor.text
        assert visitor.open(link).status == 200 and not visitor.client.cookies
