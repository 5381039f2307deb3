"""Whoever looks at a hundred pages has never been there: no cookie, no row, no file, no line in the log."""

from __future__ import annotations

from itertools import cycle, islice

import psycopg
import pytest

from tests.journeys.buying import somebody
from tests.journeys.scriptless import Visitor
from tests.support.live import LiveShop

pytestmark = pytest.mark.journey
PAGES = 100
AGENT, QUERY, WORDS, NETWORK = "canary-agent/7", "canary-campaign", "canary-words", "203.0.113.77"
TABLES = "SELECT schemaname, relname FROM pg_stat_user_tables WHERE relname NOT LIKE 'procrastinate%' ORDER BY 1, 2"
HEADERS = {"User-Agent": AGENT, "X-Forwarded-For": NETWORK, "Referer": f"https://{QUERY}.example/", "DNT": "0"}


def _rows(url: str) -> dict[str, int]:
    with psycopg.connect(url, autocommit=True) as connection:
        names = [f'"{schema}"."{table}"' for schema, table in connection.execute(TABLES).fetchall()]
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in names}


def _everything(shop: LiveShop) -> tuple[dict[str, int], dict[str, int], set[str]]:
    files = {str(path) for path in shop.home.rglob("*") if path.is_file()}
    return _rows(shop.main_database), _rows(shop.keys_database), files


def _addresses(visitor: Visitor) -> list[str]:
    """What there is to look at, and some of what is not there."""
    visitor.open("/collections")
    shelves = [one.own["href"] for one in visitor.page.first("main").all("a")]
    products = [
        one.first("a").own["href"] for shelf in shelves for one in visitor.open(shelf).page.all("li")
        if one.own.get("class") == "tile"
    ]  # fmt: skip
    elsewhere = ["/", "/cart", "/orders/lookup", f"/search?q={WORDS}", f"/products/{WORDS}", f"/cart/{WORDS}"]
    return [*elsewhere, *shelves, *products]


def test_a_hundred_pages_leave_nothing(shop: LiveShop) -> None:
    with Visitor(shop.url) as visitor:
        visitor.client.headers.update(HEADERS)
        addresses = _addresses(visitor)
        before, said = _everything(shop), len(shop.output())
        for address in islice(cycle(addresses), PAGES):
            visitor.open(f"{address}{'&' if '?' in address else '?'}utm_source={QUERY}")
            assert visitor.status in {200, 404}
            assert "set-cookie" not in visitor.answer.headers
        assert not visitor.client.cookies
    assert _everything(shop) == before
    told = shop.output()[said:]
    for trace in (AGENT, QUERY, WORDS, NETWORK, "127.0.0.1"):
        assert trace not in told


def test_a_checkout_left_half_way_leaves_nothing_either(shop: LiveShop) -> None:
    """But the bag itself, which names nobody."""
    ada = somebody()
    with Visitor(shop.url) as visitor:
        visitor.client.headers.update(HEADERS)
        visitor.open("/collections").follow("Garden path")
        tile = next(
            one for one in visitor.page.all("li") if one.own.get("class") == "tile" and "Sold out" not in one.text
        )
        visitor.follow(tile.first("a").text)
        form, _ = visitor.form("Add to bag")
        variant = next(one.own["value"] for one in form.controls() if one.own.get("type") == "radio")
        visitor.press("Add to bag", variant=variant).follow("Check out")
        before, said = _everything(shop), len(shop.output())
        visitor.press("Use this country", delivery_country="AT", delivery_name=ada["name"], email=ada["email"])
        visitor.press("Order with obligation to pay", email="ada at home")
        assert visitor.status == 422
    assert _everything(shop) == before
    assert ada["email"] not in shop.output()[said:] and ada["name"] not in shop.output()[said:]
