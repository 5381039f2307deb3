"""The server of rows and keys dies while orders are drafted: no row comes back without its key.

Keys are committed without waiting for the disk (decision 0023), because the log has them before their rows. Processes
that are killed cannot show that alone: what they had written survives in the system's memory, and only the power
takes it. So the log itself is read, in which the commit of each key has to stand before that of its row; and after
one death the log is cut off in the middle, which is what a disk has that got no further.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from calla.kernel.postgres import Server, embedded, places, remove
from calla.kernel.postgres.places import Place
from calla.kernel.postgres.server import processes_in
from calla.serving import free_port
from tests.support import wal
from tests.support.live import HOST, ROOT, LiveShop

pytestmark = pytest.mark.journey
ENOUGH = 60  # orders acknowledged before it dies
SET_UP = """
from calla import running, serving
serving.set_up_django()
running.migrate(["--verbosity", "0"])
from tests.builders.shop import a_variant, open_shop, policy_in_force
open_shop()
policy_in_force()
for _ in range(4):
    a_variant(on_hand=10**6)
"""
DRAFT = """
import os, threading
from calla import serving
serving.set_up_django()
from calla.catalogue.models import Variant
from tests.builders.orders import a_draft, a_line
def press_again_and_again(line):
    while True:
        os.write(1, f"{a_draft(line).id}\\n".encode())
for variant in Variant.objects.select_related("product"):
    threading.Thread(target=press_again_and_again, args=[a_line(variant)]).start()
"""
LATE_KEYS = """
import queue, threading, time
from calla import serving
serving.set_up_django()
from calla.privacy import keys
waiting, store = queue.SimpleQueue(), keys._store
def store_late():
    while True:
        due, *words = waiting.get()
        time.sleep(max(0, due - time.monotonic()))
        store(*words)
keys._store = lambda *words: waiting.put((time.monotonic() + 0.2, *words))
threading.Thread(target=store_late, daemon=True).start()
"""
OPEN_ALL = """
from calla import serving
serving.set_up_django()
from calla.orders.models import Accounting, Order
for model in (Order, Accounting):
    for row in model.objects.select_related("subject"):
        print(row.details._plain()["name"])
"""
TABLES = ("orders_order", "orders_accounting")
ROWS = " UNION ALL ".join(f"SELECT id::text, key::text, xmin::text::bigint FROM {table}" for table in TABLES)
KEYS = "SELECT id::text, xmin::text::bigint FROM keystore_datakey"
Commits = dict[int, int]  # by transaction: where in the log


@dataclass
class Row:
    """One that came back: where in the log it was committed, and where its key was, if that is there."""

    id: str
    committed: int
    key_committed: int | None


@dataclass
class Shop:
    """A shop on a server of its own, durable as in earnest."""

    home: Path

    def of(self, server: Server) -> LiveShop:
        port = free_port(HOST)
        return LiveShop(self.home, server.main, server.keys, port, free_port(HOST, port + 1))

    def lives(self, dies: Callable[[Server, Place], None], drafting: str = DRAFT) -> tuple[set[str], Commits]:
        """Orders are drafted until it dies: those that were acknowledged, and what its log says."""
        told = self.home / "acknowledged"
        with embedded(self.home) as server, told.open("wb") as output:
            with psycopg.connect(server.keeper) as connection:
                [began] = connection.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone() or ()
            drafter = subprocess.Popen(
                [sys.executable, "-c", drafting], stdout=output, stderr=subprocess.DEVNULL, cwd=ROOT,
                env=os.environ | self.of(server).variables,
            )  # fmt: skip
            deadline = time.monotonic() + 30
            while told.read_bytes().count(b"\n") < ENOUGH:
                assert drafter.poll() is None and time.monotonic() < deadline, "nobody drafts orders"
                time.sleep(0.01)
            dies(server, places.of(self.home))
            drafter.wait(30)
        return set(told.read_text(encoding="ascii").split()), wal.commits(places.of(self.home), since=began)

    def comes_back(self, commits: Commits) -> list[Row]:
        """It is started again: the rows of these transactions that are there."""
        with embedded(self.home) as server, psycopg.connect(server.main) as main, psycopg.connect(server.keys) as other:
            rows, keys = main.execute(ROWS).fetchall(), dict(other.execute(KEYS).fetchall())
        return [
            Row(row, commits[written], commits[keys[key]] if key in keys else None)
            for row, key, written in rows
            if written in commits
        ]

    def opened(self) -> int:
        """How many rows there are, each of which opens."""
        with embedded(self.home) as server:
            return len(self.of(server).python(OPEN_ALL).splitlines())


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    one = Shop(tmp_path_factory.mktemp("dies") / "home")
    with embedded(one.home) as server:
        one.of(server).python(SET_UP)
    yield one
    remove(one.home)


def killed(_server: Server, place: Place) -> None:
    """Each of its processes at once: none can finish what it was at."""
    for how in (signal.SIGSTOP, signal.SIGKILL):
        for number in processes_in(place.data):
            os.kill(number, how)


def stopped_at_once(server: Server, _place: Place) -> None:
    """As `pg_ctl stop -m immediate`."""
    assert server.process
    server.process.send_signal(signal.SIGQUIT)
    server.process.wait(10)


def without_key(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.key_committed is None]


def before_their_keys(rows: list[Row]) -> list[Row]:
    """A disk that got as far as such a row, and no further, would have it without its key."""
    return [row for row in rows if row.key_committed and row.committed < row.key_committed]


@pytest.mark.parametrize("dies", [killed, stopped_at_once])
def test_what_was_acknowledged_comes_back_and_opens(shop: Shop, dies: Callable[[Server, Place], None]) -> None:
    acknowledged, commits = shop.lives(dies)
    rows = shop.comes_back(commits)
    assert acknowledged <= {row.id for row in rows}
    assert not without_key(rows) and not before_their_keys(rows)
    assert shop.opened() >= len(rows) >= 2 * ENOUGH


def test_a_log_that_ends_anywhere_holds_no_row_without_its_key(shop: Shop) -> None:
    _acknowledged, commits = shop.lives(killed)
    middle = sorted(commits.values())[len(commits) // 2]
    wal.cut(places.of(shop.home), middle)
    rows = shop.comes_back(commits)
    assert rows and all(row.committed < middle for row in rows)
    assert not without_key(rows)
    assert shop.opened() >= len(rows)


def test_keys_that_were_stored_after_their_rows_would_be_seen(shop: Shop) -> None:
    """Comes last: it leaves rows that open for nobody."""
    _acknowledged, commits = shop.lives(killed, LATE_KEYS + DRAFT)
    rows = shop.comes_back(commits)
    assert without_key(rows) and before_their_keys(rows)
