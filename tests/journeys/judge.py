"""The judge: after whatever happened, the shop's books, the provider's and the shelves tell the same story."""

from __future__ import annotations

from typing import Any

import httpx

from tests.support.live import LiveShop

BOOKS = """
    SELECT pay.reference, pay.captured_minor - pay.refunded_minor, ord.number, ord.total_minor,
           pay.placed_at IS NOT NULL AND ord.state IN ('placed', 'on_hold', 'completed')
    FROM payments_payment pay JOIN orders_order ord ON ord.id = pay.order_id
"""
PLACED = "SELECT number, total_minor FROM orders_order WHERE state IN ('placed', 'on_hold', 'completed')"
# What somebody was written goes with them when they have everything erased.
WRITTEN = f"{PLACED} AND subject_id NOT IN (SELECT id FROM privacy_subject WHERE erased_on IS NOT NULL)"
MOVED = "(SELECT sum({0}) FROM catalogue_stockmovement one WHERE one.variant_id = stock.variant_id)"
KEPT = "(SELECT sum(quantity) FROM catalogue_stockhold one WHERE one.variant_id = stock.variant_id)"
SHELVES = f"""
    SELECT variant_id, on_hand, allocated, held, coalesce({MOVED.format("on_hand")}, 0),
           coalesce({MOVED.format("allocated")}, 0), coalesce({KEPT}, 0)
    FROM catalogue_stock stock
"""


def provider(shop: LiveShop, method: str = "GET", path: str = "/control/payments", **body: Any) -> dict[str, Any]:
    """The provider's own view, or its switches."""
    key = (shop.home / "keys" / "payment_key").read_text(encoding="utf-8").strip()
    more = {"json": body} if body else {}
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.request(method, shop.provider_url + path, headers=headers, timeout=30, **more)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def payments_there(shop: LiveShop) -> list[dict[str, Any]]:
    return list(provider(shop)["payments"])


def judge(shop: LiveShop) -> None:
    """Waits until money and letters have settled, then compares to the cent."""
    shop.until(lambda: _taken_here(shop) == _taken_there(shop) == _due(shop), "what is taken is what was ordered")
    shop.until(lambda: _confirmed(shop) == sorted(_due(shop, WRITTEN)), "every order is confirmed once", seconds=60)
    with shop.database() as connection:
        for variant, on_hand, allocated, held, put, promised, kept in connection.execute(SHELVES).fetchall():
            shelf = f"variant {variant}: {on_hand} on hand, {allocated} promised, {held} held"
            assert (on_hand, allocated, held) == (put, promised, kept), shelf
            assert on_hand >= allocated + held >= 0, shelf  # type: ignore[operator]


def _due(shop: LiveShop, which: str = PLACED) -> dict[str, int]:
    """Each placed order's number and what it costs."""
    with shop.database() as connection:
        return {str(number): int(str(total)) for number, total in connection.execute(which).fetchall()}


def _books(shop: LiveShop) -> list[tuple[Any, ...]]:
    with shop.database() as connection:
        return connection.execute(BOOKS).fetchall()


def _taken_here(shop: LiveShop) -> dict[str, int]:
    return {number: taken for _, taken, number, _, counts in _books(shop) if counts or taken}


def _taken_there(shop: LiveShop) -> dict[str, int]:
    """By order number; money that the shop has no order for stands under the provider's own reference."""
    numbers = {reference: number for reference, _, number, _, _ in _books(shop)}
    taken = {one["id"]: one["captured_minor"] - one["refunded_minor"] for one in payments_there(shop)}
    assert len({numbers.get(one, one) for one, minor in taken.items() if minor}) == sum(1 for m in taken.values() if m)
    return {numbers.get(one) or one: minor for one, minor in taken.items() if minor}


def _confirmed(shop: LiveShop) -> list[str]:
    wanted = _due(shop, WRITTEN)
    subjects = [str(letter["Subject"]).removeprefix("Your order ") for letter in shop.mails()]
    return sorted(subject for subject in subjects if subject in wanted)
