"""Whoever looks at a hundred pages has never been there: no cookie, no row, no file, no line in the log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import cycle, islice
from typing import Any

import psycopg
import pytest

from tests.journeys.buying import choose, somebody
from tests.journeys.scriptless import Visitor
from tests.support.live import LiveShop

pytestmark = pytest.mark.journey
PAGES = 100
AGENT, QUERY, WORDS, NETWORK = "canary-agent/7", "canary-campaign", "canary-words", "203.0.113.77"
TABLES = "SELECT schemaname, relname FROM pg_stat_user_tables WHERE relname NOT LIKE 'procrastinate%' ORDER BY 1, 2"
HEADERS = {"User-Agent": AGENT, "X-Forwarded-For": NETWORK, "Referer": f"https://{QUERY}.example/", "DNT": "0"}


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    return [f'"{schema}"."{table}"' for schema, table in connection.execute(TABLES).fetchall()]


def _rows(url: str) -> dict[str, int]:
    with psycopg.connect(url, autocommit=True) as connection:
        return {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in _tables(connection)
        }


def holding(shop: LiveShop, words: Iterable[str]) -> list[str]:
    """Where one of these words stands: tables of both databases, whatever the column, and files of the home."""
    like = [f"%{said}%" for word in words for said in (word, word.encode().hex())]  # bytes are shown in hex
    found = []
    for url in (shop.main_database, shop.keys_database):
        with psycopg.connect(url, autocommit=True) as connection:
            for name in _tables(connection):
                asked = f"SELECT 1 FROM {name} AS one WHERE one::text LIKE ANY(%s) LIMIT 1"
                found += [name] if connection.execute(asked, [like]).fetchall() else []
    files = [path for path in shop.home.rglob("*") if path.is_file()]
    return found + [str(path) for path in files if any(word.encode() in path.read_bytes() for word in words)]


def _everything(shop: LiveShop) -> set[object]:
    """Each table with the number of its rows, and each file."""
    tables = {*_rows(shop.main_database).items(), *_rows(shop.keys_database).items()}
    return tables | {path for path in shop.home.rglob("*") if path.is_file()}


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


def _leaves(shop: LiveShop, visit: Callable[[], object]) -> set[object]:
    """What is there after the visit and was not before. What the house does by the clock, and as its worker begins,
    comes between; what a visit leaves, it leaves every time."""
    for _ in range(6):
        before = _everything(shop)
        visit()
        if not (left := _everything(shop) - before):
            break
        time.sleep(2)
    return left


def test_a_hundred_pages_leave_nothing(shop: LiveShop) -> None:
    with Visitor(shop.url) as visitor:
        visitor.client.headers.update(HEADERS)
        addresses, said = _addresses(visitor), len(shop.output())

        def look_around() -> None:
            for address in islice(cycle(addresses), PAGES):
                visitor.open(f"{address}{'&' if '?' in address else '?'}utm_source={QUERY}")
                assert visitor.status in {200, 404}
                assert "set-cookie" not in visitor.answer.headers

        assert _leaves(shop, look_around) == set()
        assert not visitor.client.cookies
    assert holding(shop, [AGENT, QUERY, WORDS, NETWORK]) == []
    told = shop.output()[said:]
    for trace in (AGENT, QUERY, WORDS, NETWORK, "127.0.0.1"):
        assert trace not in told


def test_what_is_there_would_be_found(shop: LiveShop) -> None:
    (shop.home / "planted.txt").write_text(f"seen: {AGENT}", encoding="utf-8")
    with shop.database() as connection:
        connection.execute("CREATE TABLE planted (told text)")
        connection.execute("INSERT INTO planted VALUES (%s)", [f"from {NETWORK}"])
    try:
        assert holding(shop, [AGENT, NETWORK]) == ['"public"."planted"', str(shop.home / "planted.txt")]
    finally:
        (shop.home / "planted.txt").unlink()
        with shop.database() as connection:
            connection.execute("DROP TABLE planted")


def test_a_checkout_left_half_way_leaves_nothing_either(shop: LiveShop) -> None:
    """But the bag itself, which names nobody."""
    ada, said = somebody() | {"name": "Wendeline Halfway"}, len(shop.output())  # others bought here as well
    with Visitor(shop.url) as visitor:
        visitor.client.headers.update(HEADERS)
        choose(visitor.open("/"))
        bag = visitor.url

        def begin_and_leave() -> None:
            visitor.open(bag).follow("Check out")
            visitor.press("Use this country", delivery_country="AT", delivery_name=ada["name"], email=ada["email"])
            visitor.press("Order with obligation to pay", email="ada at home")
            assert visitor.status == 422

        assert _leaves(shop, begin_and_leave) == set()
    assert holding(shop, [ada["email"], ada["name"]]) == []
    assert ada["email"] not in shop.output()[said:] and ada["name"] not in shop.output()[said:]
