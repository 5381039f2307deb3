"""Buyers that cost next to nothing themselves: they repeat, request by request, what a browser without scripts sent."""

from __future__ import annotations

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode, urlsplit

from tests.journeys.buying import ORDER, PAYS, buyer, checkout_form, somebody
from tests.journeys.scriptless import Visitor, autofilled
from tests.support.live import LiveShop

Fields = list[tuple[str, str]]
COLLECTION = "Garden path"
THANKS = "Thank you, your order is placed"
_numbers = count(1)


@dataclass(frozen=True)
class Script:
    """One product's purchase: the pages looked at, and the three forms as their pages filled them."""

    pages: tuple[str, ...]
    add: Fields
    order: Fields
    card: Fields


def learn(shop: LiveShop, most: int) -> list[Script]:
    """One script for each of the collection's first products."""
    return [_one(shop, tile) for tile in range(most)]


def _one(shop: LiveShop, tile: int) -> Script:
    visitor = buyer(shop, cookies=False)
    pages = [visitor.path]
    for words in ("Collections", COLLECTION):
        pages.append(visitor.follow(words).path)
    tiles = [one for one in visitor.page.all("li") if one.own.get("class") == "tile" and "Sold out" not in one.text]
    pages.append(visitor.follow(tiles[tile].first("a").text).path)
    form, _ = visitor.form("Add to bag")
    sizes = [one.own["value"] for one in form.controls() if one.own.get("type") == "radio"]
    add = _sent(visitor, "Add to bag", **({"variant": sizes[0]} if sizes else {}))
    visitor.follow("Check out")
    order = _sent(visitor, ORDER, **autofilled(checkout_form(visitor), somebody()))
    card = _sent(visitor, "Pay ", number=PAYS, expiry="12/49", csc="123")
    assert THANKS in visitor.text
    return Script(tuple(pages), add, order, card)


def _sent(visitor: Visitor, button: str, **typed: str) -> Fields:
    fields = visitor.prepared(button, **typed)[2]
    visitor.press(button, **typed)
    return fields


class Buyer:
    """Keeps one connection to the shop and one to the provider, and no cookie."""

    def __init__(self, shop: LiveShop) -> None:
        self._open = {url: http.client.HTTPConnection(urlsplit(url).netloc, timeout=60) for url in _both(shop)}
        self._shop, self._provider = _both(shop)

    def buy(self, script: Script) -> float:
        """Seconds from the front page to “thank you”."""
        began = time.perf_counter()
        for page in script.pages:
            self._get(page)
        bag = self._post("/cart/lines", [pair for pair in script.add if pair[0] != "cart"])
        self._get(bag)
        token = urlsplit(bag).path.rpartition("/")[2]
        self._get(f"/checkout/{token}")
        mine = [(name, f"buyer.{next(_numbers)}@load.example" if name == "email" else v) for name, v in script.order]
        pay = self._post(f"/checkout/{token}/payment", mine)
        self._get(pay)
        assert THANKS in self._get(self._post(pay, script.card))
        return time.perf_counter() - began

    def ask(self, address: str) -> None:
        self._get(address)

    def _get(self, address: str) -> str:
        return self._answer("GET", address, {"Sec-Fetch-Site": "same-origin"}, "")[1]

    def _post(self, address: str, fields: Fields) -> str:
        """Where it leads."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        return self._answer("POST", address, kind, urlencode(fields))[0]

    def _answer(self, method: str, address: str, headers: dict[str, str], body: str) -> tuple[str, str]:
        at_provider = address.startswith(self._provider)
        connection = self._open[self._provider if at_provider else self._shop]
        path = address.removeprefix(self._provider).removeprefix(self._shop)
        connection.request(method, path, body=body or None, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status == (303 if method == "POST" else 200), (method, path, answer.status, text[:500])
        return answer.headers.get("Location", ""), text

    def close(self) -> None:
        for connection in self._open.values():
            connection.close()


def _both(shop: LiveShop) -> tuple[str, str]:
    return shop.url, shop.provider_url


def crowd(shop: LiveShop, scripts: list[Script], buyers: int, orders: int) -> tuple[float, list[float]]:
    """So many orders by so many buyers at the same time: how long it took, and how long each purchase did."""

    def work(number: int) -> list[float]:
        one = Buyer(shop)
        mine = range(number, orders, buyers)
        took = [one.buy(scripts[order % len(scripts)]) for order in mine]
        one.close()
        return took

    began = time.perf_counter()
    with ThreadPoolExecutor(buyers) as pool:
        took = [seconds for each in pool.map(work, range(buyers)) for seconds in each]
    return time.perf_counter() - began, took


def hammer(shop: LiveShop, address: str, callers: int, times: int) -> float:
    """Seconds for so many requests of one address by so many callers at the same time."""

    def work(_: int) -> None:
        one = Buyer(shop)
        for _ in range(times // callers):
            one.ask(address)
        one.close()

    began = time.perf_counter()
    with ThreadPoolExecutor(callers) as pool:
        list(pool.map(work, range(callers)))
    return time.perf_counter() - began
