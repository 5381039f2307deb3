"""The tests' own whole shop: that its parts can be taken away and put back, and that a browser reaches it."""

import pytest
from playwright.sync_api import Browser

from tests.support.live import PROVIDER, WEB, WORKER, LiveShop

pytestmark = pytest.mark.journey


def test_its_parts_can_be_taken_away_and_put_back(live_shop: LiveShop) -> None:
    for part in (PROVIDER, WORKER, WEB):
        live_shop.kill(part)
        live_shop.start(part)
    live_shop.wait_until_open()
    with live_shop.client() as visitor:
        assert visitor.get("/").status_code == 200


def test_it_has_databases_of_its_own(live_shop: LiveShop) -> None:
    with live_shop.database() as connection:
        row = connection.execute("SELECT current_database(), count(*) FROM catalogue_product").fetchone()
    assert row
    assert str(row[0]).startswith("live_")
    assert int(str(row[1])) > 0
    assert live_shop.calla("doctor").returncode == 0, live_shop.calla("doctor").stdout


def test_a_browser_reaches_it(live_shop: LiveShop, browser: Browser) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}) as phone:
        page = phone.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        answer = page.goto(live_shop.url)
        assert answer
        assert answer.status == 200
        assert page.locator("h1").count() == 1
        assert all(url.startswith(live_shop.url) for url in asked)


def test_a_refusal_leaves_no_broken_connection_behind(live_shop: LiveShop) -> None:
    """Whoever sent much that nobody read is told that the connection ends, and asks again on a new one."""
    with live_shop.client(headers={"Sec-Fetch-Site": "cross-site"}) as visitor:
        for _ in range(100):
            assert visitor.post("/privacy/choices", data={"a": "b" * 300_000}).status_code == 403
            assert visitor.get("/privacy/choices").status_code == 200
