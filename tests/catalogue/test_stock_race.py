"""What the stock promises, tried with many real connections at the same moment."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction

from calla.catalogue import services
from calla.catalogue.errors import OutOfStock
from calla.catalogue.models import Stock, StockHold, StockMovement
from calla.kernel import clock
from tests.catalogue.conftest import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def soon(minutes: float = 20):
    return clock.now() + timedelta(minutes=minutes)


def unexpected(outcomes) -> list[Exception]:
    return [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, OutOfStock)]


def test_the_last_piece_goes_to_one_of_twenty_buyers(a_variant):
    variant = a_variant(1)
    outcomes = at_once([partial(services.hold, uuid4(), {variant.pk: 1}, soon()) for _ in range(20)])
    assert unexpected(outcomes) == []
    assert sum(one is None for one in outcomes) == 1
    assert Stock.objects.get(variant=variant).held == StockHold.objects.count() == 1


def test_the_last_piece_is_allocated_once_without_holds(a_variant):
    variant = a_variant(1)
    outcomes = at_once([partial(services.allocate, uuid4(), {variant.pk: 1}) for _ in range(20)])
    assert unexpected(outcomes) == []
    assert sum(one is None for one in outcomes) == 1
    assert Stock.objects.get(variant=variant).allocated == 1
    assert StockMovement.objects.filter(reason="allocated").count() == 1


def test_seven_pieces_two_at_a_time_serve_three_buyers(a_variant):
    variant = a_variant(7)
    outcomes = at_once([partial(services.hold, uuid4(), {variant.pk: 2}, soon()) for _ in range(10)])
    assert unexpected(outcomes) == []
    assert sum(one is None for one in outcomes) == 3


def test_several_variants_in_opposite_orders_do_not_block_each_other(a_variant):
    variants = [a_variant(100).pk for _ in range(4)]

    def buy(order_of_lines):
        order = uuid4()
        services.hold(order, dict.fromkeys(order_of_lines, 1), soon())
        services.hold(order, dict.fromkeys(order_of_lines[:2], 2), soon())
        services.allocate(order, dict.fromkeys(order_of_lines[:2], 2))

    rounds = [partial(buy, variants if n % 2 else variants[::-1]) for n in range(16)]
    assert [one for one in at_once(rounds) if one is not None] == []
    assert sum(Stock.objects.values_list("allocated", flat=True)) == 16 * 4
    assert sum(Stock.objects.values_list("held", flat=True)) == 0


def test_buyers_and_the_sweeper_agree_on_holds_that_ran_out(a_variant):
    variants = [a_variant(5).pk for _ in range(3)]
    for _ in range(5):
        services.hold(uuid4(), dict.fromkeys(variants, 1), soon(-1))
    buyers = [partial(services.hold, uuid4(), dict.fromkeys(variants[::-1], 1), soon()) for _ in range(8)]
    outcomes = at_once([services.sweep_holds, *buyers, services.sweep_holds])
    assert unexpected(outcomes) == []
    assert sum(one is None for one in outcomes[1:-1]) == 5
    assert set(Stock.objects.values_list("held", flat=True)) == {5}


def test_two_tabs_of_one_order_hold_once(a_variant):
    one, other, order = a_variant(9).pk, a_variant(9).pk, uuid4()
    outcomes = at_once(
        [
            partial(services.hold, order, {one: 1}, soon()),
            partial(services.hold, order, {other: 1, one: 1}, soon()),
            partial(services.hold, order, {other: 1}, soon()),
            partial(services.hold, order, {one: 2}, soon()),
        ]
    )
    assert outcomes == [None] * 4
    holds = {hold.variant_id: hold.quantity for hold in StockHold.objects.filter(order_id=order)}
    assert holds in ({one: 1}, {one: 1, other: 1}, {other: 1}, {one: 2})
    assert dict(Stock.objects.values_list("variant_id", "held")) == {one: 0, other: 0} | holds


def test_paid_twice_at_once_allocates_once(a_variant):
    variant, order = a_variant(9).pk, uuid4()
    services.hold(order, {variant: 3}, soon())
    outcomes = at_once([partial(services.allocate, order, {variant: 3}) for _ in range(6)])
    assert outcomes == [None] * 6
    assert Stock.objects.values_list("allocated", "held").get(variant=variant) == (3, 0)


def test_allocation_after_the_hold_ran_out_races_with_new_buyers(a_variant):
    variant, late = a_variant(1).pk, uuid4()
    services.hold(late, {variant: 1}, soon(-1))
    buyers = [partial(services.hold, uuid4(), {variant: 1}, soon()) for _ in range(6)]
    outcomes = at_once([partial(services.allocate, late, {variant: 1}), *buyers])
    assert unexpected(outcomes) == []
    assert sum(one is None for one in outcomes) == 1
    stock = Stock.objects.get(variant=variant)
    assert (stock.allocated + stock.held, stock.on_hand) == (1, 1)


def test_what_is_rolled_back_leaves_no_trace(a_variant):
    variant = a_variant(1).pk
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.hold(uuid4(), {variant: 1}, soon())
        raise ZeroDivisionError
    services.hold(uuid4(), {variant: 1}, soon())
    assert StockHold.objects.count() == 1
