"""Many histories against the independent oracle: `python -m bench.histories --histories 100000 --processes 2`.

What `make test` does with a few hundred, with as many as there is time for. Any history in which the program allowed
something that the oracle does not ends it with that history.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from hypothesis import HealthCheck, Phase, given, seed, settings

from bench import report
from tests.policy.histories import History, histories


def run(number: int, count: int) -> tuple[int, Counter[str]]:
    """A share of them, in a process of its own: how many histories there were, and what was asked in them."""
    seen, made = Counter[str](), 0

    @seed(number)
    @settings(
        max_examples=count, deadline=None, database=None, phases=[Phase.generate],
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
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    wanted = parser.parse_args()
    share, began = wanted.histories // wanted.processes, time.monotonic()
    with ProcessPoolExecutor(wanted.processes) as pool:
        numbers = range(wanted.seed, wanted.seed + wanted.processes)
        done = list(pool.map(run, numbers, [share] * wanted.processes))
    seconds, made = time.monotonic() - began, sum(made for made, _ in done)
    asked = sum((seen for _, seen in done), Counter[str]())
    rows = [("histories", made), *sorted(asked.items()), ("more allowed than the oracle", 0), ("seconds", seconds)]
    report.table("Histories against the oracle", ["what", "count"], rows, note=f"seed {wanted.seed}")


if __name__ == "__main__":
    main()
