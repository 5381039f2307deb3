"""A worker that is killed in the middle of a letter: another takes over what it was at."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from calla.kernel import processes
from calla.kernel.processes import Child
from tests.journeys.buying import buyer, check_out, choose, is_placed, pay, somebody
from tests.support.live import WORKER, LiveShop, live_shop
from tests.support.mail_server import MailServer, mail_server

pytestmark = pytest.mark.journey
# What goes by the clock is not waited for: the clocks of what was left behind are put back.
LATER = """
    UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute';
    UPDATE privacy_letter SET claimed_at = claimed_at - interval '3 minutes';
"""


@dataclass
class Posted:
    """A shop that sends its letters to a mail server."""

    shop: LiveShop
    office: MailServer

    def start_worker(self) -> None:
        more = {"CALLA_MAIL_URL": f"smtp://127.0.0.1:{self.office.port}"}
        child = Child(WORKER, self.shop.commands[WORKER], self.shop.variables | more)
        self.shop.processes[WORKER] = processes.start(child, output=self.shop.log)

    def letters(self) -> list[tuple[object, ...]]:
        with self.shop.database() as connection:
            return connection.execute("SELECT state, reason FROM privacy_letter").fetchall()

    def jobs(self) -> list[tuple[object, ...]]:
        with self.shop.database() as connection:
            asked = "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'privacy.mail.post'"
            return connection.execute(asked).fetchall()

    def workers(self) -> int:
        with self.shop.database() as connection:
            return len(connection.execute("SELECT 1 FROM procrastinate_workers").fetchall())

    def killed_while_waiting_at(self, command: str) -> None:
        self.office.waits_at, self.office.waiting = command, 0
        visitor = buyer(self.shop)
        choose(visitor)
        assert is_placed(pay(check_out(visitor, somebody())))
        self.shop.until(lambda: self.office.waiting > 0, "the worker is at the letter")
        assert ("doing",) in self.jobs()
        self.shop.kill(WORKER)
        self.office.waits_at = ""
        self.put_back_the_clocks()
        self.start_worker()

    def put_back_the_clocks(self) -> None:
        with self.shop.database() as connection:
            connection.execute(LATER)


@pytest.fixture(scope="module")
def shop() -> Iterator[LiveShop]:
    with live_shop("killed_worker") as one:
        one.stop(WORKER)
        yield one


@pytest.fixture
def posted(shop: LiveShop) -> Iterator[Posted]:
    """As if nobody had ever been written to."""
    with shop.database() as connection:
        connection.execute("TRUNCATE privacy_letter, procrastinate_jobs, procrastinate_workers CASCADE")
    with mail_server() as office:
        one = Posted(shop, office)
        one.start_worker()
        yield one
        shop.stop(WORKER)


def at_rest(posted: Posted) -> bool:
    return posted.letters() == [("sent", "")] and posted.jobs() == []


def test_what_had_not_been_handed_over_goes_out_exactly_once(posted: Posted) -> None:
    posted.killed_while_waiting_at("RCPT")
    posted.shop.until(lambda: at_rest(posted), "the letter is sent", seconds=60)
    time.sleep(2)
    assert len(posted.office.taken) == 1 and at_rest(posted)


def test_what_had_been_taken_unanswered_comes_again_as_the_same_letter(posted: Posted) -> None:
    posted.killed_while_waiting_at("DATA")
    posted.shop.until(lambda: at_rest(posted), "the letter is settled", seconds=60)
    first, second = posted.office.letters()
    assert first["Message-ID"] == second["Message-ID"] and first["Date"] == second["Date"]


def test_another_worker_that_lives_takes_over_as_well(posted: Posted) -> None:
    posted.office.waits_at = "RCPT"
    visitor = buyer(posted.shop)
    choose(visitor)
    assert is_placed(pay(check_out(visitor, somebody())))
    posted.shop.until(lambda: posted.office.waiting > 0, "the worker is at the letter")
    posted.shop.processes["first worker"] = posted.shop.processes.pop(WORKER)
    posted.start_worker()
    posted.shop.until(lambda: posted.workers() == 2, "the other one is at work")
    posted.shop.kill("first worker")
    posted.office.waits_at = ""
    posted.put_back_the_clocks()
    posted.shop.until(lambda: at_rest(posted), "the letter is sent", seconds=60)
    assert len(posted.office.taken) == 1
