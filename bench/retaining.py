"""The nightly retention run over very many orders: `python -m bench.retaining [--orders N] [--due PERCENT]`.

Of all orders some have had their time: their keys are destroyed and what no law holds is deleted; the others are looked
at. The run is killed once (kill -9) and begun again. The reference is the looking alone, on a day on which none is due.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import filling, report, shop

NOTE = """\
{orders:,} orders, of which {due:,} had had their time. Killed by signal 9 when {before:,} had ended:
{begun_again}. Afterwards {left} were left that should have ended, and {keys} keys of theirs.
Memory of the process: {start:.0f} MB at the start, {middle:.0f} MB in the middle, {end:.0f} MB at the end.
The orders were made in {filled:.0f} s."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, default=1_000_000)
    arguments.add_argument("--due", type=int, default=10, help="percent that have had their time (default 10)")
    given = arguments.parse_args()
    with shop.database():
        began = time.perf_counter()
        due = _fill(given.orders, given.orders * given.due // 100)
        filled = time.perf_counter() - began
        looked = _looked_at()
        before = _killed(due)
        run = _run()
        ended = run["held"] + run["over"]
        left, keys = _left()
    rows = [
        ("looked at, none due", looked["seen"] / looked["seconds"], 1e6 * looked["seconds"] / looked["seen"]),
        ("run with those due", run["seen"] / run["seconds"], 1e6 * run["seconds"] / run["seen"]),
    ]
    begun_again = f"begun again, it ended the other {ended:,} in {run['seconds']:.0f} s"
    note = NOTE.format(
        orders=given.orders, due=due, before=before, begun_again=begun_again, left=left, keys=keys, filled=filled,
        **run["memory"],
    )  # fmt: skip
    report.table(f"Retention over {given.orders:,} orders", ["what", "orders/s", "µs an order"], rows, note=note)


def _fill(count: int, due: int) -> int:
    from django.db import connection

    from calla.kernel import clock
    from tests.privacy.test_retention import ended

    filling.fill(ended(), count)
    past = clock.today() - timedelta(days=800)
    with filling.unhurried("default") as plain:
        some = "SELECT id FROM orders_order ORDER BY id LIMIT %s"
        plain.execute(f"UPDATE orders_order SET ended_on = %s WHERE id IN ({some})", [past, due])
        plain.execute("VACUUM (ANALYZE)")
    connection.close()
    return due


def _looked_at() -> dict[str, Any]:
    from calla.kernel import clock

    return _measured(clock.today() - timedelta(days=400), change=False)


def _run() -> dict[str, Any]:
    from calla.kernel import clock

    return _measured(clock.today(), change=True)


def _measured(at: Any, *, change: bool) -> dict[str, Any]:
    from calla.orders.models import Order
    from calla.privacy import retention

    memory: list[float] = []
    began = time.perf_counter()
    done = retention.run(at, change=change, tell=lambda so_far: memory.append(_megabytes()))
    seconds = time.perf_counter() - began
    return {
        "seconds": seconds, "seen": Order.objects.count(), "held": sum(done.held.values()),
        "over": done.over["orders.Order"],
        "memory": {"start": memory[0], "middle": memory[len(memory) // 2], "end": memory[-1]},
    }  # fmt: skip


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _killed(due: int) -> int:
    """Begin the run as a command and end it without a word once it is at work; how many it had ended by then."""
    process = subprocess.Popen([sys.executable, "-m", "django", "run_retention"], stdout=subprocess.DEVNULL)
    while _whole() == due:
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return due - _left()[0]


def _whole() -> int:
    from calla.kernel import clock
    from calla.orders.models import Order

    return Order.objects.filter(ended_on__lt=clock.today() - timedelta(days=790)).exclude(email_index=b"").count()


def _left() -> tuple[int, int]:
    """Orders that should have ended and have not, and keys of theirs that should be gone."""
    from calla.kernel import clock
    from calla.orders.models import Order
    from calla.privacy.keystore.models import DataKey
    from calla.privacy.models import DoomedKey

    past = Order.objects.filter(ended_on__lt=clock.today() - timedelta(days=790))
    whole = _whole()
    keys = list(past.values_list("key", flat=True))
    there = sum(DataKey.objects.filter(pk__in=keys[at : at + 10_000]).count() for at in range(0, len(keys), 10_000))
    return whole, there - whole + DoomedKey.objects.count()


if __name__ == "__main__":
    main()
