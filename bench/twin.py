"""What protecting personal data costs: the same shop beside a plain twin of it: `python -m bench.twin [--rounds N]`.

The twin has no sealing, no keys, no purposes and no counting: what it would seal it stores as plain JSON, and whoever
asks is given all of it. Both run in this process on the same databases, in turn: a noisy machine is noisy for both.
"""

from __future__ import annotations

import argparse
import json
import logging
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

from bench import report, shop

NOTE = """\
wall: from the first line of the request or step to its last, with the database's time; cpu: of this process alone.
The order page and Pay open and seal personal data; product and collection hold none."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=300, help="of each, in turn (default 300)")
    rounds = arguments.parse_args().rounds
    logging.disable(logging.WARNING)
    with shop.database():
        rows = [_compared(name, step, rounds) for name, step in _steps().items()]
    heads = ["what", "ms, twin", "ms, Calla", "median ×", "p95 ×", "cpu ×"]
    report.table(f"Calla beside its plain twin, {rounds} rounds", heads, rows, note=NOTE)


def _steps() -> dict[str, Callable[[], object]]:
    """Each makes one thing whole; the twin's rows are its own."""
    from calla.orders import selectors, services
    from calla.privacy import keys, probing
    from tests.builders import orders
    from tests.builders.shop import a_variant

    visitor, variant = probing.visitor(), a_variant(on_hand=10**6)
    handle = variant.product.handle
    tokens: dict[bool, str] = {}

    def order_page() -> object:
        mine = TWIN["on"]
        if mine not in tokens:
            tokens[mine] = selectors.token_of(orders.a_placed_order(orders.a_line(variant)).id)
        return _fine(visitor.get(f"/orders/{tokens[mine]}"))

    def order_page_cold() -> object:
        keys.forget_opened()
        return order_page()

    def draft() -> object:
        return orders.a_draft(orders.a_line(variant))

    def draft_unstored() -> object:
        """All but the write to the second database."""
        with nullcontext() if TWIN["on"] else patch.object(keys, "_store", lambda *given: None):
            return draft()

    def placed() -> object:
        return services.place(orders.a_draft(orders.a_line(variant)).id)

    return {
        "product page": lambda: _fine(visitor.get(f"/products/{handle}")),
        "order page, its keys in memory": order_page,
        "order page, its keys fetched": order_page_cold,
        "Pay: the draft order": draft,
        "the same, its keys stored nowhere": draft_unstored,
        "a draft, and placed": placed,
    }


def _fine(answer: Any) -> Any:
    assert answer.status_code == 200, answer.status_code
    return answer


TWIN = {"on": False}


def _compared(name: str, step: Callable[[], object], rounds: int) -> tuple[object, ...]:
    took: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for number in range(rounds + 10):
        for plain in (True, False) if number % 2 else (False, True):
            with _twin() if plain else _itself():
                wall, cpu = time.perf_counter(), time.process_time()
                step()
                spent = (time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3
            if number >= 10:
                took[plain].append(spent)
    walls = {plain: sorted(wall for wall, _ in spent) for plain, spent in took.items()}
    middle = {plain: statistics.median(these) for plain, these in walls.items()}
    late = {plain: these[int(len(these) * 0.95)] for plain, these in walls.items()}
    cpus = {plain: statistics.median(cpu for _, cpu in spent) for plain, spent in took.items()}
    ratios = middle[False] / middle[True], late[False] / late[True], cpus[False] / cpus[True]
    return name, middle[True], middle[False], *ratios


@contextmanager
def _itself() -> Iterator[None]:
    TWIN["on"] = False
    yield


@contextmanager
def _twin() -> Iterator[None]:
    """The gates with nothing behind them."""
    from calla.privacy import keys, reading
    from calla.privacy.sealed import SealedValue

    def seal(self: Any, value: Any) -> None:
        self.row.__dict__[self.field.attname] = json.dumps(value.plain(), ensure_ascii=False).encode()

    def opened(self: Any, purpose: str, *, by: object = None) -> Any:
        plain = json.loads(self.row.__dict__[self.field.attname])
        return self.field.kind.granted(plain, self.field.kind.categories(), purpose)

    def made(count: int) -> list[UUID]:
        return [uuid4() for _ in range(count)]

    TWIN["on"] = True
    with (
        patch.object(SealedValue, "seal", seal), patch.object(SealedValue, "open", opened),
        patch.object(keys, "make_several", made), patch.object(keys, "fetch", lambda wanted: {}),
        patch.object(keys, "raw", lambda key: key.bytes * 2), patch.object(reading, "count", lambda *given: None),
    ):  # fmt: skip
        yield


if __name__ == "__main__":
    main()
