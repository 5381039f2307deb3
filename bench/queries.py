"""Database statements of each page and of each step of an order, on both databases: `python -m bench.queries`.

The demo shop runs in this process behind its whole stack of middleware; the payment provider is a process of its own.
The reference is /healthz, which asks no database.
"""

from __future__ import annotations

import argparse
import logging
import statistics
from typing import TYPE_CHECKING

from bench import report, shop

if TYPE_CHECKING:
    from bench.counting import Statements
    from bench.walk import Visitor, Walk

BUDGETS = {"home": 4, "collection": 4, "product": 4, "search": 4, "cart": 5, "checkout": 8}
HEADS = ["what", "shop", "keys", "alike", "at most", "ms CPU", "× /healthz"]
ROUNDS = 15
NOTE = f"""\
shop, keys: statements on each database, without BEGIN, COMMIT and savepoints; no data key in memory.
alike: statements whose text came before in the same request or job.
at most: the budget of the page; * beyond it. ms CPU: of the web process alone, the median of {ROUNDS} looks.
Not counted: once a second a process looks for a new policy and for the shop's own row."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--statements", action="store_true", help="list the statements too")
    given = arguments.parse_args()
    logging.disable(logging.WARNING)
    with shop.database(demo=True) as home:
        from bench import walk

        with walk.begun(home) as one:
            steps = [*one.settled_by_return(), *one.settled_by_notice(), *one.sent(), *one.looked_up()]
            pages = one.addresses()
            healthy = _milliseconds(one, pages[0][1], "/healthz")
            looks = [(name, *_look(one, who, address)) for name, who, address in pages]
    rows = [(*_counts(name, seen), _budget(name, seen), cost, cost / healthy) for name, cost, seen in looks]
    report.table("Pages", HEADS, rows)
    report.table("Steps of an order", HEADS[:4], [_counts(name, seen) for name, seen in steps], note=NOTE)
    if given.statements:
        _list([*((name, seen) for name, _, seen in looks), *steps])


def _look(walk: Walk, who: Visitor, address: str) -> tuple[float, Statements]:
    cost = _milliseconds(walk, who, address)
    if who.status != 200:
        print(f"{address} answered {who.status}")
    return cost, walk.application.asked[-1][2]


def _budget(name: str, seen: Statements) -> str:
    budget = BUDGETS.get(name)
    return "" if budget is None else f"{budget}{' *' if seen.all > budget else ''}"


def _list(work: list[tuple[str, Statements]]) -> None:
    for name, seen in work:
        print(f"\n{name}")
        for where, texts in (("shop", seen.shop), ("keys", seen.keys)):
            print("".join(f"  {where}  {' '.join(text.split())[:200]}\n" for text in texts), end="")


def _counts(name: str, seen: Statements) -> tuple[object, ...]:
    return name, len(seen.shop), len(seen.keys), seen.alike


def _milliseconds(walk: Walk, who: Visitor, address: str) -> float:
    return statistics.median(walk.time_of(who, address) for _ in range(ROUNDS)) * 1e3


if __name__ == "__main__":
    main()
