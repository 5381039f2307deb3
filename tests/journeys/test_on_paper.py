"""An order that is printed is a clean paper: what was bought, for how much and where it goes, and nothing to press."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.buying import buy, somebody
from tests.journeys.screen import DESKTOP, screen
from tests.support.live import LiveShop

pytestmark = pytest.mark.journey
PAPER = {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
SOMETHING_TO_SELL = "/products/verbena-tea-dress"
LEADS_SOMEWHERE = """() => [...document.querySelectorAll("a, button, input, summary")]
    .filter(one => one.checkVisibility() && !one.closest(".pieces, .top")).map(one => one.textContent.trim())"""


def test_an_order(browser: Browser, shop: LiveShop) -> None:
    person = somebody()
    address = buy(shop, SOMETHING_TO_SELL, person).url
    with screen(browser, shop, DESKTOP) as one:
        one.open(address)
        assert "Changed your mind?" in one.page.inner_text("body")
        one.page.emulate_media(media="print", color_scheme="dark")
        paper = one.page.inner_text("body")
        for said in ("Calladream", "Verbena tea dress", person["name"], person["email"], "Total", "What happened"):
            assert said in paper, said
        for idle in ("Changed your mind?", "Something about it?", "Was it us?", "We ask for little", "secret address"):
            assert idle not in paper, idle
        assert one.page.evaluate(LEADS_SOMEWHERE) == []
        assert one.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") in PAPER
