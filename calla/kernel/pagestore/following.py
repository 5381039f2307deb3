"""How a process hears what was touched: one connection that listens, in a thread of its own.

Somebody has to relay. Whoever has heard no beat for a while begins; when two have begun, the one with the higher number
stops. So the relay needs no process of its own, moves on when its process dies, and is there whenever somebody listens.
Whoever hears nothing at all, because the relay, the database or the line ails, answers no stored page after a second.
"""

from __future__ import annotations

import logging
import random
import select
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connections

from calla.kernel.pagestore.outbox import BEAT, CHANNEL, TOUCHED, relay

if TYPE_CHECKING:
    from psycopg import Notify

    from calla.kernel.pagestore.memory import Memory

log = logging.getLogger("calla.pagestore")
BEAT_SECONDS = 0.2
GOOD_SECONDS = 1.0  # a beat says that all is told for so long, counted from the moment it was made
LEAD_AFTER = 0.4
GIVE_UP_AFTER = 5.0
AGAIN_SECONDS = 0.5
COMPARE_CLOCKS_SECONDS = 60.0
LINE = {
    "connect_timeout": 3, "tcp_user_timeout": 3000, "keepalives_idle": 5, "keepalives_interval": 2,
    "options": "-c statement_timeout=3000 -c lock_timeout=2000", "application_name": "calla page store",
}  # fmt: skip
NOT_OURS = {"cursor_factory", "context", "prepare_threshold", "client_encoding"}


class Silent(Exception):
    """The connection stands, and nobody speaks."""


class Follower(Thread):
    """Keeps `memory` true to the database; `tick` is called about five times a second for what hangs on it."""

    def __init__(self, memory: Memory, tick: Callable[[], None] = lambda: None) -> None:
        super().__init__(name="page store", daemon=True)
        self.memory, self.tick = memory, tick
        self._stopped = Event()
        self._leads = self._touched = False
        self._heard = 0.0
        self._pid = 0
        self._told: type[Exception] | None = None
        self._behind = 0.0  # what to add to a moment of the database's clock to have one of ours, or a little less

    def stop(self) -> None:
        self._stopped.set()
        self.join(timeout=10)

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                with psycopg.connect(**_line(), autocommit=True) as connection:
                    self._follow(connection)
            except (psycopg.Error, OSError, Silent) as error:
                if self._is_news(error):
                    log.warning("nothing is heard of changes, so no page is stored")
            self.memory.good_until = -1e9
            self.memory.empty()
            self._tick()
            self._stopped.wait(AGAIN_SECONDS)

    def _follow(self, connection: psycopg.Connection[Any]) -> None:
        connection.add_notify_handler(self._hear)
        connection.execute(f"LISTEN {CHANNEL}")
        self.memory.empty()  # what changed before this moment is told to others only
        self._leads, self._heard, self._pid = False, time.monotonic(), connection.info.backend_pid
        compared = beat = -1e9
        while not self._stopped.is_set():
            now = time.monotonic()
            if now - compared > COMPARE_CLOCKS_SECONDS:
                self._compare_clocks(connection)
                compared = now
            self._leads = self._leads or now - self._heard > LEAD_AFTER + random.random() * BEAT_SECONDS  # noqa: S311
            if self._leads and now - beat >= BEAT_SECONDS:
                relay(connection)
                beat = now
            self._wait(connection, BEAT_SECONDS - (time.monotonic() - now) if self._leads else BEAT_SECONDS)
            if time.monotonic() - self._heard > GIVE_UP_AFTER:
                raise Silent
            self._tick()

    def _wait(self, connection: psycopg.Connection[Any], seconds: float) -> None:
        """Take in what is said until the time is over, or something was touched: its files are to go at once."""
        until = time.monotonic() + seconds
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        self._touched = False
        while (left := until - time.monotonic()) > 0 and not (self._touched or self._stopped.is_set()):
            if poll.poll(left * 1000):
                connection.pgconn.consume_input()
                while (said := connection.pgconn.notifies()) is not None:
                    self._hear(psycopg.Notify(said.relname.decode(), said.extra.decode(), said.be_pid))

    def _hear(self, said: Notify) -> None:
        what, _, rest = said.payload.partition(" ")
        if what == TOUCHED:
            self.memory.touch(rest.split())
            self._touched = True
        elif what == BEAT:
            self._heard = time.monotonic()
            self._leads = self._leads and said.pid >= self._pid
            made = float(rest) + self._behind
            self.memory.good_until = max(self.memory.good_until, min(made, self._heard) + GOOD_SECONDS)

    def _compare_clocks(self, connection: psycopg.Connection[Any]) -> None:
        """Our clock is read before the database's, so a beat is never taken for younger than it is: one that lay about
        on the way, or in a process that stood still, has aged meanwhile."""
        before = time.monotonic()
        row = connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
        assert row is not None
        self._behind = before - float(row[0])

    def _tick(self) -> None:
        """What hangs on the follower may fail; the follower must not."""
        try:
            self.tick()
        except Exception as error:
            if self._is_news(error):
                log.warning("the page store could not be kept in order")

    def _is_news(self, error: Exception) -> bool:
        """Said once: it is tried again several times a second."""
        told, self._told = self._told, type(error)
        return told is not self._told


def _line() -> dict[str, Any]:
    """The shop's database, as Django reaches it, with limits on everything that could hang."""
    given = connections["default"].get_connection_params()
    return {**{name: value for name, value in given.items() if name not in NOT_OURS}, **LINE}
