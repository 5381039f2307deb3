"""What visitors and buyers meet when a part of a running shop is gone, and that all is well when it is back."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from calla.kernel.pagestore.following import GOOD_SECONDS
from calla.serving import THREADS
from tests.faults.line import Line, line_to
from tests.journeys.buying import ORDER, autofilled, buyer, check_out, checkout_form, choose, is_placed, pay, somebody
from tests.journeys.judge import judge, provider
from tests.journeys.scriptless import Visitor
from tests.support.live import PROVIDER, WEB, WORKER, LiveShop, live_shop

pytestmark = pytest.mark.journey
BACK = "We will be back in a moment"
PATIENCE = 25  # seconds: the longest that anybody is left waiting for an honest page


@dataclass
class Wired:
    """A shop, and the lines to its two databases."""

    shop: LiveShop
    main: Line
    keys: Line


@pytest.fixture(scope="module")
def wired() -> Iterator[Wired]:
    name = f"outages_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with live_shop(name) as shop, line_to(shop.main_database) as main, line_to(shop.keys_database) as keys:
        direct = shop.main_database, shop.keys_database
        for part in (WEB, WORKER):
            shop.stop(part)
        shop.main_database, shop.keys_database = main.url, keys.url
        for part in (WORKER, WEB):
            shop.start(part)
        shop.wait_until_open()
        shop.main_database, shop.keys_database = direct
        yield Wired(shop, main, keys)
        judge(shop)
        for part in (WEB, WORKER):
            shop.stop(part)


@pytest.fixture(autouse=True)
def mended(wired: Wired) -> Iterator[None]:
    yield
    wired.main.mend()
    wired.keys.mend()
    wired.shop.until(lambda: buyer(wired.shop).open("/readyz").status == 200, "the shop is ready again")


def is_honest(visitor: Visitor) -> bool:
    """A page that says so, when to try again, and that no cache keeps."""
    headers = visitor.answer.headers
    told = visitor.status == 503 and headers["retry-after"].isdecimal() and headers["cache-control"] == "no-store"
    return told and "text/html" in headers["content-type"] and bool(visitor.page.first("h1").text)


def _at_the_button(shop: LiveShop) -> tuple[Visitor, dict[str, str]]:
    """Somebody with a piece in the bag and the form open; and what they will type."""
    visitor = buyer(shop)
    choose(visitor)
    visitor.follow("Check out")
    return visitor, autofilled(checkout_form(visitor), somebody())


class TestTheDatabase:
    def test_gone_every_page_says_so_and_back_nothing_is_lost(self, wired: Wired) -> None:
        visitor, typed = _at_the_button(wired.shop)
        at_the_form = visitor.url
        wired.main.cut()
        time.sleep(GOOD_SECONDS + 0.5)  # so long what is the same for everybody is answered from memory
        for address in ("/", "/collections/garden-path", at_the_form, "/search?q=dress"):
            began = time.monotonic()
            gone = Visitor(wired.shop.url).open(address)
            assert is_honest(gone) and BACK in gone.text, (address, gone.status, gone.text[:200])
            assert time.monotonic() - began < PATIENCE
        assert is_honest(visitor.press(ORDER, **typed))
        assert Visitor(wired.shop.url).open("/healthz").status == 200

        wired.main.mend()
        wired.shop.until(lambda: buyer(wired.shop).status == 200, "the shop is back")
        visitor.open(at_the_form).press(ORDER, **typed)
        assert is_placed(pay(visitor))
        assert wired.shop.wait_for_mail(to=typed["email"], seconds=60), "the worker has come back as well"

    @pytest.mark.parametrize("seconds_without", [0, 1, 4])
    def test_gone_the_worker_still_stops_when_it_is_told_to(self, wired: Wired, seconds_without: int) -> None:
        worker, known = wired.shop.processes[WORKER], _workers(wired.shop)
        wired.main.cut()
        time.sleep(seconds_without)
        worker.terminate()
        code = worker.wait(15)
        wired.main.mend()
        wired.shop.stop(WORKER)
        wired.shop.start(WORKER)
        wired.shop.until(lambda: bool(_workers(wired.shop) - known), "another worker is at work")
        assert code == 0

    def test_stopped_for_a_while_it_ends_in_one_order(self, wired: Wired) -> None:
        visitor, typed = _at_the_button(wired.shop)
        before = _orders(wired.shop)
        wired.main.silence()
        waits = threading.Thread(target=visitor.press, args=[ORDER], kwargs=typed)
        waits.start()
        waits.join(3)
        assert waits.is_alive() and _orders(wired.shop) == before
        wired.main.mend()
        waits.join(PATIENCE)
        assert is_placed(pay(visitor)) and _orders(wired.shop) == before + 1


class TestTheKeys:
    def test_gone_buying_stops_and_looking_goes_on(self, wired: Wired) -> None:
        placed = buyer(wired.shop)
        choose(placed)
        assert is_placed(pay(check_out(placed, somebody())))
        visitor, typed = _at_the_button(wired.shop)
        wired.keys.cut()
        looking = buyer(wired.shop)
        choose(looking)
        assert looking.status == 200 and looking.press("Search", q="dress").status == 200
        assert is_honest(buyer(wired.shop).open(placed.path))
        assert is_honest(visitor.press(ORDER, **typed))

        wired.keys.mend()
        assert is_placed(placed.open(placed.path))
        visitor.open(f"/checkout/{_cart(visitor)}").press(ORDER, **typed)
        assert is_placed(pay(visitor))


class TestTheProvider:
    def test_gone_the_form_stays_as_typed_and_pressing_again_goes_on(self, wired: Wired) -> None:
        visitor, typed = _at_the_button(wired.shop)
        before = _orders(wired.shop)
        wired.shop.kill(PROVIDER)
        visitor.press(ORDER, **typed)
        self._kept(visitor, typed)
        assert buyer(wired.shop).status == 200
        wired.shop.start(PROVIDER)
        wired.shop.until(lambda: _answers(wired.shop), "the provider is back")
        assert is_placed(pay(visitor.press(ORDER)))
        assert _orders(wired.shop) == before + 1

    @pytest.mark.parametrize("fault", ["500", "429", "hang", "lose_answer"])
    def test_ailing_it_is_waited_for_with_bounds(self, wired: Wired, fault: str) -> None:
        visitor, typed = _at_the_button(wired.shop)
        provider(wired.shop, "POST", "/control", api_fail=fault)
        began = time.monotonic()
        visitor.press(ORDER, **typed)
        provider(wired.shop, "POST", "/control", api_fail="none")
        assert time.monotonic() - began < PATIENCE
        self._kept(visitor, typed)
        assert is_placed(pay(visitor.press(ORDER)))

    def test_hanging_it_does_not_hold_up_those_who_look(self, wired: Wired) -> None:
        provider(wired.shop, "POST", "/control", api_fail="hang")
        waiting = [_at_the_button(wired.shop) for _ in range(THREADS - 1)]
        threads = [threading.Thread(target=visitor.press, args=[ORDER], kwargs=typed) for visitor, typed in waiting]
        for thread in threads:
            thread.start()
        time.sleep(1)
        began = time.monotonic()
        looked = [buyer(wired.shop).status for _ in range(4)]
        took = time.monotonic() - began
        provider(wired.shop, "POST", "/control", api_fail="none")
        for thread in threads:
            thread.join()
        assert looked == [200] * 4 and took < 4, took

    def _kept(self, visitor: Visitor, typed: dict[str, str]) -> None:
        assert is_honest(visitor), (visitor.status, visitor.text[:300])
        assert dict(checkout_form(visitor).sent()).items() >= typed.items()
        assert "Error" in visitor.title


def _cart(visitor: Visitor) -> str:
    return visitor.path.split("/")[2]


def _workers(shop: LiveShop) -> set[object]:
    with shop.database() as connection:
        return {number for (number,) in connection.execute("SELECT id FROM procrastinate_workers").fetchall()}


def _orders(shop: LiveShop) -> int:
    with shop.database() as connection:
        return int(str(connection.execute("SELECT count(*) FROM orders_order").fetchall()[0][0]))


def _answers(shop: LiveShop) -> bool:
    try:
        return bool(provider(shop, "GET", "/control"))
    except httpx.TransportError:
        return False
