"""Erasing a customer, one with a thousand orders, and a thousand canaries: `python -m bench.erasing [--canaries N]`.

The reference is the plain deletion of the same rows by Django, nothing sealed and nothing searched for.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any

from bench import counting, filling, report, shop

NOTE = """\
{count} canaries (name, address and e-mail of each) lay in {count} orders and in {letters} letters of the mailbox; all
ended, paid nothing and held by no law. After their erasure, one re-wrapping and a checkpoint: found {found}
(databases row by row, the server's files and write-ahead log, queue, home with mailbox, log of this run). The shop's
own search through everything found something left over in {left_over} cases.
A dump of the main database from before, put back beside the keys of today: {opened} of {count} opened, {replayed}
erased again."""

COMMON = (b"Wren Canary-", b"@nest.example", b"Nestgasse-")  # each value of each canary holds one of these


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--canaries", type=int, default=1000)
    arguments.add_argument("--ordinary", type=int, default=50, help="customers with one order each (default 50)")
    arguments.add_argument("--rounds", type=int, default=3, help="customers with 1,000 orders each (default 3)")
    given = arguments.parse_args()
    with shop.database() as home:
        _without_holds()
        ordinary, plain = _in_turn(given.ordinary)
        many = _times(given.rounds, orders=1000)
        rows = [
            (*_row("one order, deleted plainly", plain, plain), ""),
            (*_row("one order, erased", ordinary, plain), _statements(1)),
            (*_row("1,000 orders, erased", many, plain), _statements(1000)),
        ]
        note = NOTE.format(**_canaries(given.canaries, home))
    heads = ["what", "ms, median", "ms, slowest", "× plainly", "statements"]
    report.table("Erasing a person", heads, rows, note=note)


def _row(what: str, took: list[float], plain: list[float]) -> tuple[str, float, float, float]:
    return what, statistics.median(took), max(took), statistics.median(took) / statistics.median(plain)


def _without_holds() -> None:
    """Nothing is held, so that everything of a person can go; the hold only makes less of it go."""
    from tests.builders.shop import policy_in_force, policy_text
    from tests.privacy.test_retention import NO_TAX

    policy_in_force(policy_text(*NO_TAX))


def _many(email: str, orders: int) -> None:
    """The same, of one order multiplied."""
    [like] = _buy(email, 1)
    like.refresh_from_db()
    filling.fill(like, orders - 1, one_buyer=True)


def _buy(email: str, orders: int, **values: Any) -> list[Any]:
    """Orders of this address that have ended today."""
    from calla.kernel import clock
    from calla.orders.models import Order
    from tests.builders.orders import a_line, a_placed_order
    from tests.builders.shop import a_variant

    line = a_line(a_variant(on_hand=orders))
    bought = [a_placed_order(line, email=email, **values) for _ in range(orders)]
    Order.objects.filter(pk__in=[one.pk for one in bought]).update(ended_on=clock.today(), state="completed")
    return bought


def _in_turn(rounds: int) -> tuple[list[float], list[float]]:
    """Customers with one order, every other one deleted plainly: a noisy machine is noisy for both."""
    _times(5, orders=1)
    both = [(*_times(1, orders=1), _plain(number)) for number in range(rounds)]
    return [erased for erased, _ in both], [plain for _, plain in both]


def _times(rounds: int, *, orders: int) -> list[float]:
    from calla.privacy import erasure
    from calla.privacy.services import people_at

    took = []
    for _ in range(rounds):
        email = f"buyer-{token_hex(6)}@bench.example"
        _many(email, orders)
        began = time.perf_counter()
        done = erasure.erase(people_at(email))
        took.append((time.perf_counter() - began) * 1e3)
        assert done.people == orders and not people_at(email)
    return took


def _statements(orders: int) -> str:
    from calla.privacy import erasure
    from calla.privacy.services import people_at

    email = f"counted-{orders}@bench.example"
    _many(email, orders)
    people = people_at(email)
    with counting.counted() as seen:
        erasure.erase(people)
    return str(seen.all)


def _plain(number: int) -> float:
    from calla.privacy.models import Letter, Subject

    [order] = _buy(f"plain-{number}@bench.example", 1)
    began = time.perf_counter()
    Letter.objects.filter(subject=order.subject_id).delete()
    order.delete()
    Subject.objects.filter(pk=order.subject_id).delete()
    return (time.perf_counter() - began) * 1e3


def _canaries(count: int, home: Path) -> dict[str, object]:
    """Plant them, take a backup, erase them, look everywhere, then put the backup back and look again."""
    from calla.privacy import erasure, rotation
    from calla.privacy.erasure import searching
    from calla.privacy.services import people_at
    from tests.support import traces

    planted = [_plant() for _ in range(count)]
    letters = _write_letters(home)
    before = _calla("backup", str(home / "backups"))
    [backup] = (home / "backups").glob("calla-*")
    subjects = [subject for _, email, _ in planted for subject in people_at(email)]
    for start in range(0, count, 100):
        erasure.erase(subjects[start : start + 100])
    searching.search()
    rotation.rewrap()
    looked_for = dict.fromkeys(COMMON, "in clear")
    found = [*_in_rows(looked_for), *traces.in_files(home, looked_for), *_said(before, looked_for)]
    restored = _calla("restore", str(backup), "--yes")
    found += [*_in_rows(looked_for), *traces.in_files(home, looked_for), *_said(restored, looked_for)]
    left = [subject for _, email, _ in planted for subject in people_at(email)]
    return {
        "count": f"{count:,}", "letters": f"{letters:,}", "found": found or 0, "opened": len(left),
        "left_over": len(list(erasure.with_something_left())),
        "replayed": restored.partition(" people who had been erased")[0].rpartition("\n")[2],
    }  # fmt: skip


def _plant() -> tuple[str, str, str]:
    from calla.customers.types import Address

    mark = token_hex(6)
    name, email, street = f"Wren Canary-{mark}", f"wren-{mark}@nest.example", f"Nestgasse-{mark} 7"
    assert all(any(part in value.encode() for part in COMMON) for value in (name, email, street))
    home = Address(country="DE", name=name, lines=(street,), city="Bremen", postcode="28195")
    _buy(email, 1, name=name, delivery=home, billing=home)
    return name, email, street


def _write_letters(home: Path) -> int:
    from calla.privacy import mail
    from calla.privacy.models import Letter

    for letter in Letter.objects.filter(state=Letter.State.QUEUED):
        mail.post(letter.pk)
    return len(list((home / "mailbox").iterdir()))


def _in_rows(looked_for: dict[bytes, str]) -> Iterator[str]:
    from django.db import connections

    from tests.support import traces

    connections.close_all()
    yield from traces.in_databases(looked_for)
    yield from traces.in_files(_checkpoint(), looked_for)


def _checkpoint() -> Path:
    """What the server has in memory is written into its files; the folder of these."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    from calla.kernel.postgres import places

    place = places.of(Path(os.environ["CALLA_HOME"]))
    keeper = make_conninfo(os.environ["CALLA_DATABASE_URL"], user="keeper", password=place.access.keeper)
    with psycopg.connect(keeper, dbname="postgres", autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    return place.base


def _said(output: str, looked_for: Iterable[bytes]) -> list[str]:
    return ["what a command said" for value in looked_for if value in output.encode()]


def _calla(*words: str) -> str:
    from calla.serving import free_port

    variables = {**os.environ, "CALLA_LISTEN": f"127.0.0.1:{free_port('127.0.0.1')}"}
    command = [sys.executable, "-m", "calla.cli", *words]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"calla {words[0]} failed: {done.stderr}")
    return done.stdout + done.stderr


if __name__ == "__main__":
    main()
