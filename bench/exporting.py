"""All that is held about a person with many orders, as a copy to take away: `python -m bench.exporting [--orders N]`.

Every text in every sealed column of theirs is a mark of its own, and each is looked for in the copies. The reference is
the copy of a person with one order.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial

from bench import filling, report, shop

MOST_SECONDS, FORMS = 5.0, ("json", "csv", "html")
NOTE = """\
{marks:,} marks lay in the sealed columns of {orders:,} orders. In the JSON copy {once:,} stood exactly once, {never}
never and {often} more than once; in the CSV copy {once_csv:,}. Aim: {aim:.0f} s."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, default=1000)
    orders = arguments.parse_args().orders
    with shop.database():
        from calla.privacy.services import people_at
        from calla.privacycentre.mine import copies
        from calla.privacycentre.mine import report as reports
        from tests.support import planting

        one, many = _buyer("one@bench.example", 1), _buyer("many@bench.example", orders)
        marks = planting.in_all_that_is_sealed(many)
        assert len(people_at("many@bench.example")) == orders
        reference = _seconds(lambda: copies.as_json(reports.of(one)))
        took = {form: _seconds(partial(lambda form: copies.made(form, reports.of(many)), form)) for form in FORMS}
        text, lines = copies.as_json(reports.of(many)), copies.as_csv(reports.of(many))
    counts = [text.count(mark) for mark in marks]
    rows = [
        ("json, one order", reference, 1.0),
        *((f"{name}, {orders:,} orders", each, each / reference) for name, each in took.items()),
    ]
    note = NOTE.format(
        marks=len(marks), orders=orders, once=counts.count(1), never=counts.count(0), aim=MOST_SECONDS,
        often=sum(count > 1 for count in counts), once_csv=sum(lines.count(mark) == 1 for mark in marks),
    )  # fmt: skip
    report.table("A copy of everything", ["what", "s", "× one order"], rows, note=note)


def _buyer(email: str, orders: int) -> tuple[object, ...]:
    from calla.privacy.services import people_at
    from tests.builders.orders import a_placed_order

    like = a_placed_order(email=email)
    like.refresh_from_db()
    filling.fill(like, orders - 1, one_buyer=True)
    return people_at(email)


def _seconds(work: Callable[[], object]) -> float:
    took = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


if __name__ == "__main__":
    main()
