"""Many at once, over HTTP, on two web processes: one order for one bag, and never more pieces sold than there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import httpx
import pytest

from tests.journeys import office as at_work
from tests.journeys.buying import ORDER, buyer, checkout_form, choose, is_placed, pay, somebody
from tests.journeys.judge import judge, payments_there
from tests.journeys.scriptless import Visitor, autofilled
from tests.support.live import LiveShop

pytestmark = pytest.mark.journey
TABS, BUYERS, PIECES, HANDS = 20, 200, 100, 12
A_VARIANT = """
    SELECT stock.variant_id, product.handle, on_hand - allocated - held
    FROM catalogue_stock stock JOIN catalogue_variant variant ON variant.id = stock.variant_id
    JOIN catalogue_product product ON product.id = variant.product_id
    WHERE product.handle = 'poplar-wide-trousers' AND held = 0 ORDER BY stock.variant_id DESC LIMIT 1
"""
SOLD = """
    SELECT count(DISTINCT ord.id) FILTER (WHERE ord.state = 'placed'), count(DISTINCT ord.id)
    FROM orders_order ord JOIN orders_orderline line ON line.order_id = ord.id
    WHERE line.variant_id = %s AND ord.drafted_at > %s
"""
Thing = TypeVar("Thing")
Result = TypeVar("Result")


def _at_once(act: Callable[[Thing], Result], things: Iterable[Thing], hands: int = HANDS) -> list[Result]:
    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(act, things))


def test_twenty_tabs_on_one_bag_make_one_order_and_open_one_payment(shop: LiveShop) -> None:
    visitor = buyer(shop)
    choose(visitor)
    visitor.follow("Check out")
    _, address, fields = visitor.prepared(ORDER, **autofilled(checkout_form(visitor), somebody()))
    together, before = Barrier(TABS), {one["id"] for one in payments_there(shop)}

    def press(_: int) -> httpx.Response:
        with httpx.Client(cookies=visitor.client.cookies, timeout=60) as tab:
            together.wait()
            return tab.post(address, data=dict(fields), headers={"Sec-Fetch-Site": "same-origin"})

    answers = _at_once(press, range(TABS), hands=TABS)
    assert Counter(answer.status_code for answer in answers) == {303: TABS}
    [pay_page] = {answer.headers["location"] for answer in answers}
    [payment] = [one for one in payments_there(shop) if one["id"] not in before]
    assert payment["status"] == "open" and payment["pay_url"] == pay_page
    with shop.database() as connection:
        [(orders,)] = connection.execute(
            "SELECT count(*) FROM orders_order WHERE id = (SELECT order_id FROM payments_payment WHERE reference = %s)"
            " OR cart_digest = (SELECT token_digest FROM cart_cart ORDER BY created_at DESC LIMIT 1)",
            [payment["id"]],
        ).fetchall()
    assert orders == 1
    assert is_placed(pay(visitor.open(pay_page)))


class TestTheLastPieces:
    def test_two_hundred_want_one_hundred_and_one_hundred_get_them(self, shop: LiveShop, office: Visitor) -> None:
        variant, handle, before = self._only(shop, office, PIECES)
        ready = _at_once(self._at_the_button, [(shop, f"/products/{handle}?variant={variant}", variant)] * BUYERS)
        assert len(ready) == BUYERS
        ended = _at_once(self._order_and_pay, ready)
        placed = [visitor for visitor, _ in ended if is_placed(visitor)]
        told = [visitor for visitor, _ in ended if not is_placed(visitor)]
        assert (len(placed), len(told)) == (PIECES, BUYERS - PIECES)
        for visitor in told:
            assert visitor.status == 409 and "none left" in visitor.text, visitor.text[:400]
            visitor.client.close()
        self._the_books_agree(shop, variant, before, [total for visitor, total in ended if is_placed(visitor)])
        late = buyer(shop).open(f"/products/{handle}?variant={variant}")
        [gone] = [
            one for one in late.page.all("label") for choice in one.all("input") if choice.own["value"] == str(variant)
        ]
        assert "sold out" in gone.text

    def _only(self, shop: LiveShop, office: Visitor, pieces: int) -> tuple[int, str, object]:
        """Exactly so many free pieces of one variant, and the time by the database's clock."""
        with shop.database() as connection:
            [(variant, handle, free)] = connection.execute(A_VARIANT).fetchall()
            [(now,)] = connection.execute("SELECT now()").fetchall()
        at_work.change_stock(office, int(str(variant)), pieces - int(str(free)))
        return int(str(variant)), str(handle), now

    def _at_the_button(self, what: tuple[LiveShop, str, int]) -> Visitor:
        """A buyer of their own, one piece in the bag, the form filled in: one press from ordering."""
        shop, address, variant = what
        visitor = Visitor(shop.url).open(address)
        visitor.press("Add to bag", variant=str(variant))
        return visitor.follow("Check out")

    def _order_and_pay(self, visitor: Visitor) -> tuple[Visitor, int]:
        filled = autofilled(checkout_form(visitor), somebody())
        total = int(dict(checkout_form(visitor).sent())["shown_total"])
        visitor.press(ORDER, **filled)
        if visitor.status == 200:
            pay(visitor)
        return visitor, total

    def _the_books_agree(self, shop: LiveShop, variant: int, since: object, totals: list[int]) -> None:
        judge(shop)
        with shop.database() as connection:
            assert connection.execute(SOLD, [variant, since]).fetchall() == [(PIECES, PIECES)]
            [(free, held)] = connection.execute(
                "SELECT on_hand - allocated, held FROM catalogue_stock WHERE variant_id = %s", [variant]
            ).fetchall()
            assert (free, held) == (0, 0)
            [(taken,)] = connection.execute(
                "SELECT sum(captured_minor) FROM payments_payment pay JOIN orders_orderline line USING (order_id)"
                " WHERE line.variant_id = %s AND pay.started_at > %s",
                [variant, since],
            ).fetchall()
        assert int(str(taken)) == sum(totals)
