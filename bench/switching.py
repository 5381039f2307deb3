"""New versions of the policy come into force while the shop is asked: `python -m bench.switching`.

The demo shop runs as in earnest, two web processes with the page store in memory, and durable databases. Clients ask
for the policy, the policy as data, products and order forms, over and over. The reference is the same load without a
switch.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

from bench import report, shop

if TYPE_CHECKING:
    from tests.support.live import LiveShop
    from tests.support.switching import Reader, Seen

ANSWERS = 100_000
CONNECTIONS = 6
EVERY = 2.0  # seconds from one posting to the next
SHARE_OF_REFERENCE = 10


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--answers", type=int, default=ANSWERS, help=f"to look at under switches ({ANSWERS:,})")
    arguments.add_argument("--every", type=float, default=EVERY, help=f"seconds between two switches ({EVERY:g})")
    given = arguments.parse_args()
    before = os.getloadavg()[0]
    with shop.live() as (running, _):
        reference = asked(running, given.answers // SHARE_OF_REFERENCE, 0.0)
        under = asked(running, given.answers, given.every)
        tell(reference, under, before)


def asked(running: LiveShop, answers: int, every: float) -> Seen:
    """Look at so many answers; with `every`, a new version is posted so many seconds after the last one."""
    from tests.support.switching import reading, switch

    with reading(running, CONNECTIONS) as (seen, readers):
        enough = threading.Thread(target=_wait_for, args=[readers, answers])
        enough.start()
        while every and enough.is_alive():
            seen.switches += switch(running, 20, every)
        enough.join()
    return seen


def _wait_for(readers: list[Reader], answers: int) -> None:
    while sum(len(reader.readings) for reader in readers) < answers:
        time.sleep(0.1)


def tell(reference: Seen, under: Seen, load: float) -> None:
    base = len(reference.readings) / reference.seconds
    heads = ["", "answers", "a second", "× without", "p50 ms", "p99 ms", "switches", "mixed", "late", "early", "failed"]
    rows = [_row("without a switch", reference, base), _row("switching", under, base)]
    kinds = Counter(one.kind for one in under.readings)
    note = f"""\
{CONNECTIONS} connections on the same machine, each in turn: {", ".join(f"{kind} {n:,}" for kind, n in kinds.items())}.
mixed: parts of two versions in one answer, or one ETag for two. late: asked for after a switch and answered by the
older version. early: answered by the newer one before it was in force. The last answer by an older version, asked for
before its switch, had arrived {under.last_old() * 1e3:.1f} ms after it. Load of the machine before: {load:.1f}."""
    report.table("A policy switch under load", heads, rows, note=note)


def _row(name: str, seen: Seen, base: float) -> tuple[object, ...]:
    took = sorted((one.ended - one.began) * 1e3 for one in seen.readings)
    rate = len(took) / seen.seconds
    wrong = [len(seen.mixed), len(seen.late), len(seen.early), len(seen.refused)]
    p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    return name, f"{len(took):,}", rate, rate / base, p50, p99, len(seen.switches), *wrong


if __name__ == "__main__":
    main()
