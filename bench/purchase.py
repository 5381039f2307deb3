"""What a whole guest purchase costs, scripts off, and how many a second there can be: `python -m bench.purchase`.

The shop runs as in earnest: web server with two processes, worker, payment provider and durable databases. The
reference is /healthz, answered by the same server before any of the shop's own work.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import TYPE_CHECKING

from bench import report, shop
from bench.cpu import Meter

if TYPE_CHECKING:
    from tests.support.live import LiveShop

COUNTED = ("web", "worker", "database")
HEALTH = "/healthz"
REST_SECONDS = 5
CROWDS = ((1, 60), (16, 160))
COST_NOTE = """\
From the front page by collection, product, bag and checkout to the payment page and back, with capture and letter.
The shop answers {pages:.1f} requests a purchase. At rest web, worker and database cost {rest:.1f} ms of CPU a second,
which is not taken off."""
PACE_NOTE = """\
The buyers run on the same machine: {own:.0%} of the CPU spent was theirs.
letters: seconds from the first request until the last confirmation was written."""


def main() -> None:
    given = _arguments()
    with shop.live() as (live, database):
        with live.database() as connection:
            connection.execute("UPDATE catalogue_stock SET on_hand = 1000000")
        roots = {"database": database, "web": _pid(live, "web server"), "worker": _pid(live, "worker")}
        meter = Meter(roots | {"provider": _pid(live, "test payment provider")})
        _cost(live, meter, given.purchases, given.pings)
        _pace(live, meter, [(buyers, round(orders * given.part)) for buyers, orders in CROWDS], given.pings)


def _arguments() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--purchases", type=int, default=20, help="to take the cost of one from (default 20)")
    arguments.add_argument("--pings", type=int, default=4000, help="requests of /healthz (default 4000)")
    arguments.add_argument("--part", type=float, default=1.0, help="share of the crowds' 60 and 160 orders (default 1)")
    return arguments.parse_args()


def _pid(live: LiveShop, name: str) -> int:
    return live.processes[name].pid


def _cost(live: LiveShop, meter: Meter, purchases: int, pings: int) -> None:
    from bench import buyers

    asked: list[object] = []
    _buy(live, [])  # the first one compiles templates and opens connections
    before = meter.read()
    for _ in range(purchases):
        _buy(live, asked)
    live.wait_for_mail(to="", count=purchases + 1, seconds=120)
    spent = meter.since(before)
    before = meter.read()
    time.sleep(REST_SECONDS)
    rest = sum(meter.since(before)[name] for name in COUNTED) / REST_SECONDS
    before = meter.read()
    buyers.hammer(live, HEALTH, 1, pings)
    ping = sum(meter.since(before)[name] for name in COUNTED) / pings * 1e3
    each = {name: spent[name] / purchases * 1e3 for name in (*COUNTED, "provider")}
    whole = sum(each[name] for name in COUNTED)
    rows = [(name, each[name], each[name] / ping) for name in COUNTED]
    rows += [("a whole purchase", whole, whole / ping), ("one request of /healthz", ping, 1.0)]
    rows += [("beside it: the provider", each["provider"], each["provider"] / ping)]
    note = COST_NOTE.format(pages=len(asked) / purchases, rest=rest * 1e3)
    report.table(f"CPU of a guest purchase, mean of {purchases}", ["what", "ms CPU", "× /healthz"], rows, note=note)


def _buy(live: LiveShop, asked: list[object]) -> None:
    from tests.journeys.buying import check_out, choose, is_placed, pay, somebody
    from tests.journeys.scriptless import Visitor

    with Visitor(live.url) as visitor:
        visitor.client.event_hooks = {
            "response": [lambda answer: asked.append(answer) if answer.url.port == live.port else None]
        }
        choose(visitor.open("/"))
        pay(check_out(visitor, somebody()))
        assert is_placed(visitor), visitor.text


def _pace(live: LiveShop, meter: Meter, crowds: list[tuple[int, int]], pings: int) -> None:
    from bench import buyers

    scripts = buyers.learn(live, 4)
    own, before = time.process_time(), meter.read()
    rows = [_crowd(live, scripts, crowd, orders, pings) for crowd, orders in crowds]
    own = time.process_time() - own
    share = own / (own + sum(meter.since(before).values()))
    heads = ["buyers", "orders", "orders/s", "median s", "p95 s", "letters", "/healthz a second", "÷ orders/s"]
    report.table("Orders per second", heads, rows, note=PACE_NOTE.format(own=share))


def _crowd(live: LiveShop, scripts: list[object], crowd: int, orders: int, pings: int) -> tuple[object, ...]:
    from bench import buyers

    letters = len(live.mails())
    began = time.perf_counter()
    seconds, took = buyers.crowd(live, scripts, crowd, orders)
    live.wait_for_mail(to="", count=letters + orders, seconds=300)
    written = time.perf_counter() - began
    pace, healthy = orders / seconds, pings / buyers.hammer(live, HEALTH, crowd, pings)
    slow = statistics.quantiles(took, n=20)[-1]
    return crowd, orders, pace, statistics.median(took), slow, written, healthy, healthy / pace


if __name__ == "__main__":
    main()
