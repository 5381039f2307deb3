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
The order page and Pay open and seal personal data; a product's page holds none. Pay is sent a filled-in form, and the
provider answers it at once."""
Step = Callable[[], object]
TO_PAY = "https://pay.example/1"
BUYER = {
    "delivery_name": "Ada Brennwald", "delivery_line1": "Lindenweg 5", "delivery_postcode": "28195",
    "delivery_city": "Bremen", "email": "ada@example.net",
}  # fmt: skip
TWIN = {"on": False}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=300, help="of each, in turn (default 300)")
    rounds = arguments.parse_args().rounds
    logging.disable(logging.WARNING)
    with shop.database(), _provider():
        rows = [_compared(name, step, rounds) for name, step in _steps().items()]
    heads = ["what", "ms, twin", "ms, Calla", "median ×", "p95 ×", "cpu ×"]
    report.table(f"Calla beside its plain twin, {rounds} rounds", heads, rows, note=NOTE)


def _steps() -> dict[str, Callable[[], Step]]:
    """Each makes ready, and gives what is then timed: one thing made whole; the twin's rows are its own."""
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

    def order_page_cold() -> Step:
        keys.forget_opened()
        return order_page

    def draft() -> object:
        return orders.a_draft(orders.a_line(variant))

    def draft_unstored() -> object:
        """All but the write to the second database."""
        with nullcontext() if TWIN["on"] else patch.object(keys, "_store", lambda *given: None):
            return draft()

    def placed() -> object:
        return services.place(orders.a_draft(orders.a_line(variant)).id)

    return {
        "product page": lambda: lambda: _fine(visitor.get(f"/products/{handle}")),
        "order page, its keys in memory": lambda: order_page,
        "order page, its keys fetched": order_page_cold,
        "Pay, as a browser sends it": lambda: _form_for(visitor, variant.pk),
        "of which the draft order": lambda: draft,
        "the same, its keys stored nowhere": lambda: draft_unstored,
        "a draft, and placed": lambda: placed,
    }


def _form_for(visitor: Any, variant: int) -> Step:
    """Fills a bag and the form, and gives the press on “Pay”."""
    from calla.cart import services as carts
    from tests.storefront.reading import Page

    token = carts.open_cart()[1]
    carts.add(token, variant)
    form = Page(visitor.get(f"/checkout/{token}")).form("/payment").fields | BUYER
    return lambda: _seen_off(visitor.post(f"/checkout/{token}/payment", form))


def _fine(answer: Any) -> Any:
    assert answer.status_code == 200, answer.status_code
    return answer


def _seen_off(answer: Any) -> Any:
    assert answer.status_code == 303 and answer["Location"] == TO_PAY, answer.status_code
    return answer


class _AtOnce:
    """A payment provider that is no part of what is measured."""

    name = "testpay"

    def start(self, request: Any, *, key: str) -> Any:
        from calla.payments.types import Started

        return Started(reference=key, pay_url=TO_PAY)


def _compared(name: str, ready: Callable[[], Step], rounds: int) -> tuple[object, ...]:
    took: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for number in range(rounds + 10):
        for plain in (True, False) if number % 2 else (False, True):
            with _twin() if plain else _itself():
                step = ready()
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
def _provider() -> Iterator[None]:
    from django.conf import settings

    from calla.payments import gateway

    settings.PAYS_PER_MINUTE = 0  # one machine asks for all
    with patch.object(gateway, "provider", _AtOnce):
        yield


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

    def opened(self: Any, purpose: str, *, only: object = None, by: object = None) -> Any:
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
