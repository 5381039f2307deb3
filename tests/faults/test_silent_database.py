"""A database server that is stopped in its tracks: it takes every question and answers none, until it goes on."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from calla.kernel.database import base
from calla.kernel.postgres import embedded, places, remove
from calla.kernel.postgres.server import processes_in
from calla.serving import free_port
from tests.faults.test_http_outages import is_honest
from tests.journeys.buying import ORDER, autofilled, buyer, checkout_form, choose, is_placed, pay, somebody
from tests.journeys.judge import judge, provider
from tests.journeys.scriptless import Visitor
from tests.support.live import FILL, HOST, LiveShop

pytestmark = pytest.mark.journey
BOUND = 25  # seconds: the longest that anybody waits for an answer, whatever the answer
SOON = base.SIGN_SECONDS + 5  # once the silence is known
CROWD = 24
UNSTORED = "/cart/" + "x" * 43  # a page that no memory answers: it has to ask the database


@dataclass
class Stopped:
    """A shop with a database server of its own, which can be stopped in its tracks and let go on."""

    shop: LiveShop
    data: Path
    held: list[int] = field(default_factory=list)

    @contextmanager
    def silence(self) -> Iterator[None]:
        """No process of the server runs: what is sent stays unread, who connects gets no word."""
        self.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal(signal.SIGCONT)

    def signal(self, which: signal.Signals) -> None:
        first, *others = sorted(processes_in(self.data))
        for number in (first, *others):
            os.kill(number, which)

    def until_open(self) -> None:
        """Open in each of its processes: none of them rests any more after it met the silence."""
        time.sleep(base.REST_SECONDS)
        self.shop.until(lambda: buyer(self.shop).status == 200, "the shop is back")

    def orders(self) -> int:
        with self.shop.database() as connection:
            return int(str(connection.execute("SELECT count(*) FROM orders_order").fetchall()[0][0]))


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stopped]:
    home = tmp_path_factory.mktemp("silent")
    port = free_port(HOST)
    with embedded(home, durable=False) as server:
        shop = LiveShop(home, server.main, server.keys, port, free_port(HOST, port + 1))
        shop.python(FILL)
        try:
            shop.open()
            yield Stopped(shop, places.of(home).data)
            judge(shop)
        finally:
            shop.close()
    remove(home)


@dataclass
class Asked:
    """What somebody asked, in a thread of its own, and how long it took to be answered."""

    visitor: Visitor
    button: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    address: str = "/"
    seconds: float = 0.0

    def run(self) -> None:
        began = time.monotonic()
        self.visitor.press(self.button, **self.typed) if self.button else self.visitor.open(self.address)
        self.seconds = time.monotonic() - began


def all_at_once(asked: list[Asked]) -> list[threading.Thread]:
    threads = [threading.Thread(target=one.run) for one in asked]
    for thread in threads:
        thread.start()
    return threads


def at_the_button(shop: LiveShop) -> Asked:
    visitor = buyer(shop)
    choose(visitor)
    visitor.follow("Check out")
    return Asked(visitor, ORDER, autofilled(checkout_form(visitor), somebody()))


def test_everybody_is_answered_within_the_bound_and_nothing_is_lost(stopped: Stopped) -> None:
    paying, before = at_the_button(stopped.shop), stopped.orders()
    form = paying.visitor.url
    looking = [Asked(Visitor(stopped.shop.url), address=UNSTORED) for _ in range(CROWD)]
    with stopped.silence():
        for thread in all_at_once([paying, *looking]):
            thread.join()
        for one in (paying, *looking):
            assert is_honest(one.visitor), (one.visitor.status, one.visitor.text[:200])
            assert one.seconds < BOUND, one.seconds
        late = Asked(Visitor(stopped.shop.url), address=UNSTORED)
        late.run()
        assert is_honest(late.visitor) and late.seconds < SOON, late.seconds
    stopped.until_open()
    paying.visitor.open(form).press(ORDER, **paying.typed)
    assert is_placed(pay(paying.visitor)) and stopped.orders() == before + 1


def test_who_was_in_the_middle_is_told_and_gets_one_order(stopped: Stopped) -> None:
    """The draft is made, the provider is asked, and then the server falls silent: the answer cannot be noted."""
    paying, before = at_the_button(stopped.shop), stopped.orders()
    form = paying.visitor.url
    provider(stopped.shop, "POST", "/control", api_fail="hang")
    [thread] = all_at_once([paying])
    stopped.shop.until(lambda: stopped.orders() == before + 1, "the draft is there")
    with stopped.silence():
        provider(stopped.shop, "POST", "/control", api_fail="none")
        thread.join()
        assert is_honest(paying.visitor), (paying.visitor.status, paying.visitor.text[:200])
    assert paying.seconds < BOUND + 10, paying.seconds  # the provider had its time as well
    stopped.until_open()
    paying.visitor.open(form).press(ORDER, **paying.typed)
    assert is_placed(pay(paying.visitor)) and stopped.orders() == before + 1
    assert len(stopped.shop.wait_for_mail(to=paying.typed["email"], seconds=60)) == 1


def test_paid_while_it_is_silent_ends_in_one_order(stopped: Stopped) -> None:
    paying, before = at_the_button(stopped.shop), stopped.orders()
    paying.run()
    returning = Asked(paying.visitor, "Pay ", {"number": "4242 4242 4242 4242", "expiry": "12/49", "csc": "123"})
    with stopped.silence():
        returning.run()
        assert is_honest(returning.visitor) and returning.seconds < BOUND
        back = returning.visitor.url
    stopped.shop.until(lambda: is_placed(returning.visitor.open(back)), "the order is there")
    assert stopped.orders() == before + 1
    assert len(stopped.shop.wait_for_mail(to=paying.typed["email"], seconds=60)) == 1
