"""What was typed is looked at when its field is left, and the words go when it is right."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.screen import PHONE, screen
from tests.support.live import LiveShop

pytestmark = pytest.mark.journey
SAID = "E-mail address: write it like ada@example.org."


def test_a_filled_field_is_looked_at_on_leaving_it_and_not_before(browser: Browser, shop: LiveShop) -> None:
    with screen(browser, shop, PHONE) as guest:
        guest.open("/contact")
        email, said = guest.page.locator("#email"), guest.page.locator("#email-error")
        email.click()
        guest.page.keyboard.press("Tab")
        assert said.count() == 0  # empty: nothing to say yet
        email.click()
        guest.page.keyboard.type("ada@")
        assert said.count() == 0  # still typing
        guest.page.keyboard.press("Tab")
        assert said.inner_text() == SAID and email.get_attribute("aria-invalid") == "true"
        assert "email-error" in str(email.get_attribute("aria-describedby")).split()
        email.click()
        guest.page.keyboard.press("End")
        guest.page.keyboard.type("example.org")
        assert said.count() == 0 and email.get_attribute("aria-invalid") == "false"


def test_the_servers_own_words_go_too_when_the_field_is_right(browser: Browser, shop: LiveShop) -> None:
    with screen(browser, shop, PHONE) as guest:
        guest.open("/contact")
        guest.page.fill("#email", "ada@")
        guest.page.keyboard.press("Enter")
        said = guest.page.locator("#email-error")
        assert said.inner_text() == SAID
        guest.page.fill("#email", "ada@example.org")
        assert said.count() == 0
