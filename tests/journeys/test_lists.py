"""Lists of pieces in a browser: narrowed in place, found again on the way back, and whole without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.screen import DESKTOP, PHONE, screen
from tests.support.live import LiveShop

pytestmark = pytest.mark.journey
expect.set_options(timeout=15_000)  # the machine may be busy with other shops
FOCUSED = "document.activeElement.value || document.activeElement.id"
HEADS = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Published,Status"


@pytest.fixture(scope="module")
def zibbons(shop: LiveShop, tmp_path_factory: pytest.TempPathFactory) -> int:
    """More pieces of one kind than a page shows."""
    file: Path = tmp_path_factory.mktemp("zibbons") / "zibbons.csv"
    rows = [f"zibbon-{n},Zibbon {n:02},Size,One,RIB-{n},5,{n + 1}.00,TRUE,active" for n in range(60)]
    file.write_text("\n".join([HEADS, *rows]), encoding="utf-8")
    said = shop.calla("import-products", str(file))
    assert said.returncode == 0, said.stdout + said.stderr
    return 60


def _count(page: Page) -> int:
    return int(page.locator("#list-count").inner_text().split()[0])


def _promised(page: Page, label: str) -> int:
    return int(re.findall(r"\d+", page.locator("label.value", has_text=label).first.inner_text())[-1])


def test_a_filter_changes_the_list_in_place_and_back_takes_it_back(browser: Browser, shop: LiveShop) -> None:
    with screen(browser, shop, DESKTOP) as guest:
        guest.open("/collections/garden-path")
        page, every = guest.page, _count(guest.page)
        promised = _promised(page, "Dresses")
        page.evaluate("window.same = true")
        page.get_by_label("Dresses").check()
        expect(page.locator("#list-count")).to_have_text(re.compile(f"^{promised} "))
        assert page.url.endswith("?category=dresses") and page.locator(".tiles > li").count() == promised < every
        assert page.evaluate(FOCUSED) == "dresses" and page.evaluate("window.same")
        page.locator("#list-chips a", has_text="Dresses").click()
        expect(page.locator("#list-count")).to_have_text(re.compile(f"^{every} "))
        page.go_back()
        expect(page.locator("#list-count")).to_have_text(re.compile(f"^{promised} "))
        assert page.get_by_label("Dresses").is_checked() and page.evaluate("window.same")


def test_on_a_telephone_the_filters_are_a_panel_that_keeps_the_focus(browser: Browser, shop: LiveShop) -> None:
    with screen(browser, shop, PHONE) as guest:
        guest.open("/collections/garden-path")
        page = guest.page
        page.get_by_role("link", name="Filter").click()
        panel = page.get_by_role("dialog")
        expect(panel).to_be_visible()
        promised = _promised(page, "Dresses")
        panel.get_by_text("Dresses").click()
        show = panel.get_by_role("button", name=f"Show {promised} pieces")
        expect(show).to_be_visible()
        for _ in range(80):
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement === document.body || panel.contains(document.activeElement)")
        show.click()
        expect(panel).to_be_hidden()
        assert page.evaluate(FOCUSED) == "list-opener" and _count(page) == promised


def test_more_pieces_follow_and_are_there_again_on_the_way_back(browser: Browser, shop: LiveShop, zibbons: int) -> None:
    with screen(browser, shop, DESKTOP) as guest:
        guest.open("/search?q=zibbon&sort=price-up")
        page, tiles = guest.page, guest.page.locator(".tiles > li")
        page.get_by_role("link", name="Show more").click()
        expect(tiles).to_have_count(48)
        assert "page=2" in page.url and page.locator("[data-through]").inner_text().startswith(f"48 of {zibbons}")
        tiles.nth(40).scroll_into_view_if_needed()
        stood = page.evaluate("scrollY")
        guest.follow(tiles.nth(40).locator("a").first)
        assert page.url.endswith("/products/zibbon-40")
        page.go_back()
        expect(tiles).to_have_count(48)
        page.wait_for_function("y => Math.abs(scrollY - y) < 80", arg=stood)
        page.reload()
        expect(tiles).to_have_count(48)
        assert tiles.first.inner_text().startswith("Zibbon 00")


def test_without_scripts_filters_order_and_pages_are_pages(browser: Browser, shop: LiveShop, zibbons: int) -> None:
    with screen(browser, shop, PHONE, java_script_enabled=False) as guest:
        page = guest.page
        page.goto(f"{shop.url}/collections/garden-path")
        page.get_by_role("link", name="Filter").click()
        promised = _promised(page, "Dresses")
        page.get_by_text("Dresses").click()
        page.get_by_role("button", name="Show the pieces").click()
        assert _count(page) == promised and page.url.endswith("/collections/garden-path?category=dresses")
        page.get_by_role("link", name="Filter").click()
        for size in ("s", "m"):
            page.locator(f'input[name="size[]"][value="{size}"]').check()
        page.get_by_role("button", name="Show the pieces").click()
        assert page.url.endswith("?category=dresses&size=s&size=m")
        page.go_back()
        assert page.url.endswith("?category=dresses#filters") and _count(page) == promised
        page.goto(f"{shop.url}/search?q=zibbon&sort=price-up")
        page.get_by_role("link", name="Show more").click()
        assert page.locator(".tiles .name").first.inner_text() == "Zibbon 24"
        page.locator(".numbers a", has_text="3").click()
        assert page.locator(".tiles > li").count() == zibbons - 48


def test_suggestions_are_chosen_by_keys_and_put_away(browser: Browser, shop: LiveShop) -> None:
    with screen(browser, shop, DESKTOP) as guest:
        guest.open("/")
        page, field = guest.page, guest.page.get_by_role("combobox", name="Search the shop")
        field.focus()
        page.keyboard.type("dress")
        options = page.get_by_role("option")
        expect(options.first).to_be_visible()
        expect(page.locator(".search [role=status]")).to_have_text(re.compile(r"^\d+ suggestion"))
        page.keyboard.press("ArrowDown")
        assert options.first.get_attribute("aria-selected") == "true"
        assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
        page.keyboard.press("Escape")
        expect(options.first).to_be_hidden()
        assert field.input_value() == "dress" and field.get_attribute("aria-expanded") == "false"
        page.keyboard.type("e")
        expect(options.first).to_be_visible()
        page.keyboard.press("ArrowDown")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "category=dresses" in page.url or "/products/" in page.url
