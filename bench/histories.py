"""Many histories against the independent oracle: `python -m bench.histories --histories 100000 --minutes 30`.

What `make test` does with a few hundred, with as many as there is time for, a thousand at a time. Any history in which
the program allowed something that the oracle does not ends it with that history.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import islice

from hypothesis import HealthCheck, Phase, given, seed, settings

from bench import report
from tests.policy.histories import History, histories

THOUSAND = 1000


def run(number: int) -> tuple[int, Counter[str]]:
    """A thousand of them, in a process of its own: how many there were, and what was asked in them."""
    seen, made = Counter[str](), 0

    @seed(number)
    @settings(
        max_examples=THOUSAND, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(histories())
    def each(history: History) -> None:
        nonlocal made
        made += 1
        seen.update(history.seen)

    each()
    return made, seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, default=60.0, help="begin no further thousand after so long")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    began, made, asked = time.monotonic(), 0, Counter[str]()
    numbers = iter(range(wanted.seed, wanted.seed + wanted.histories // THOUSAND))
    with ProcessPoolExecutor(wanted.processes) as pool:
        running = {pool.submit(run, number) for number in islice(numbers, wanted.processes)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for one in done:
                count, seen = one.result()
                made, asked = made + count, asked + seen
            if time.monotonic() - began < wanted.minutes * 60:
                running |= {pool.submit(run, number) for number in islice(numbers, len(done))}
    seconds, spent = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    rate = made / (spent.ru_utime + spent.ru_stime)
    rows = [
        ("histories", made), *sorted(asked.items()), ("more allowed than the oracle", 0), ("seconds", seconds),
        ("histories a second of CPU", rate),
    ]  # fmt: skip
    report.table("Histories against the oracle", ["what", "count"], rows, note=f"seeds from {wanted.seed}")


if __name__ == "__main__":
    main()
