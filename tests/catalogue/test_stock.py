"""What the stock promises, tried with one connection: the arithmetic, the refusals, the movements."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from calla.catalogue import selectors, services
from calla.catalogue.errors import OutOfStock, StockRefused
from calla.catalogue.models import Stock, StockHold, StockMovement
from calla.kernel import clock
from calla.privacy.types import SYSTEM, Actor

pytestmark = pytest.mark.django_db
STAFF = Actor("staff", uuid4())


def soon(minutes: float = 20):
    return clock.now() + timedelta(minutes=minutes)


def numbers(variant) -> tuple[int, int, int]:
    stock = Stock.objects.get(variant=variant)
    return stock.on_hand, stock.allocated, stock.held


def books_agree(variant) -> bool:
    sums = StockMovement.objects.filter(variant=variant).aggregate(on_hand=Sum("on_hand"), allocated=Sum("allocated"))
    return (sums["on_hand"] or 0, sums["allocated"] or 0) == numbers(variant)[:2]


class TestHolding:
    def test_it_sets_aside_and_leaves_no_movement(self, a_variant):
        variant = a_variant(3)
        services.hold(uuid4(), {variant.pk: 2}, soon())
        assert numbers(variant) == (3, 0, 2)
        assert selectors.available([variant.pk]) == {variant.pk: 1}
        assert StockMovement.objects.filter(variant=variant).count() == 1

    def test_it_names_all_that_is_short_and_holds_nothing(self, a_variant):
        plenty, one, none = a_variant(9), a_variant(1), a_variant(0)
        with pytest.raises(OutOfStock) as refusal:
            services.hold(uuid4(), {plenty.pk: 2, one.pk: 2, none.pk: 1}, soon())
        assert refusal.value.short == {one.pk: 1, none.pk: 0}
        assert numbers(plenty) == (9, 0, 0)
        assert not StockHold.objects.exists()

    def test_safety_stock_is_not_for_sale(self, a_variant):
        variant = a_variant(3, safety=2)
        with pytest.raises(OutOfStock):
            services.hold(uuid4(), {variant.pk: 2}, soon())
        assert selectors.available([variant.pk]) == {variant.pk: 1}

    def test_backorder_sells_what_is_not_there(self, a_variant):
        variant = a_variant(0, backorder=True)
        services.hold(uuid4(), {variant.pk: 5}, soon())
        assert numbers(variant) == (0, 0, 5)

    def test_again_with_other_quantities_replaces_the_hold(self, a_variant):
        one, other, order = a_variant(5), a_variant(5), uuid4()
        services.hold(order, {one.pk: 4}, soon())
        services.hold(order, {one.pk: 5, other.pk: 1}, soon())
        assert (numbers(one), numbers(other)) == ((5, 0, 5), (5, 0, 1))
        services.hold(order, {other.pk: 2}, soon())
        assert (numbers(one), numbers(other)) == ((5, 0, 0), (5, 0, 2))

    def test_a_replacement_that_fails_leaves_the_old_hold(self, a_variant):
        variant, order = a_variant(2), uuid4()
        services.hold(order, {variant.pk: 1}, soon())
        with pytest.raises(OutOfStock) as refusal:
            services.hold(order, {variant.pk: 3}, soon())
        assert refusal.value.short == {variant.pk: 2}
        assert numbers(variant) == (2, 0, 1)

    def test_an_unknown_variant_is_short(self):
        with pytest.raises(OutOfStock) as refusal:
            services.hold(uuid4(), {404: 1}, soon())
        assert refusal.value.short == {404: 0}

    @pytest.mark.parametrize("quantity", [0, -1])
    def test_it_refuses_quantities_that_are_none(self, a_variant, quantity):
        variant = a_variant(3)
        with pytest.raises(StockRefused):
            services.hold(uuid4(), {variant.pk: quantity}, soon())
        assert numbers(variant) == (3, 0, 0)

    def test_release_gives_it_back_once(self, a_variant):
        variant, order = a_variant(3), uuid4()
        services.hold(order, {variant.pk: 2}, soon())
        services.release(order)
        services.release(order)
        assert numbers(variant) == (3, 0, 0)


class TestHoldsThatRanOut:
    def test_they_do_not_count_against_what_is_shown(self, a_variant):
        variant = a_variant(2)
        services.hold(uuid4(), {variant.pk: 2}, soon(-1))
        assert numbers(variant) == (2, 0, 2)
        assert selectors.available([variant.pk]) == {variant.pk: 2}

    def test_they_make_room_for_the_next_buyer(self, a_variant):
        variant = a_variant(2)
        services.hold(uuid4(), {variant.pk: 2}, soon(-1))
        services.hold(uuid4(), {variant.pk: 2}, soon())
        assert numbers(variant) == (2, 0, 2)
        assert StockHold.objects.count() == 1

    def test_they_make_room_for_an_allocation_and_a_correction(self, a_variant):
        variant = a_variant(2)
        services.hold(uuid4(), {variant.pk: 2}, soon(-1))
        services.allocate(uuid4(), {variant.pk: 1})
        services.hold(uuid4(), {variant.pk: 1}, soon(-1))
        services.adjust(variant.pk, -1, "lost", by=STAFF)
        assert numbers(variant) == (1, 1, 0)

    def test_the_sweeper_takes_only_them(self, a_variant):
        one, other = a_variant(5), a_variant(5)
        services.hold(uuid4(), {one.pk: 2, other.pk: 1}, soon(-1))
        services.hold(uuid4(), {one.pk: 3}, soon())
        assert services.sweep_holds() == 2
        assert (numbers(one), numbers(other)) == ((5, 0, 3), (5, 0, 0))


class TestAllocating:
    def test_it_turns_the_hold_into_an_allocation(self, a_variant):
        variant, order = a_variant(3), uuid4()
        services.hold(order, {variant.pk: 2}, soon())
        services.allocate(order, {variant.pk: 2})
        assert numbers(variant) == (3, 2, 0)
        assert books_agree(variant)
        assert not StockHold.objects.exists()

    def test_after_the_hold_ran_out_it_takes_from_what_is_free(self, a_variant):
        variant, order = a_variant(2), uuid4()
        services.hold(order, {variant.pk: 2}, soon(-1))
        services.sweep_holds()
        services.allocate(order, {variant.pk: 2})
        assert numbers(variant) == (2, 2, 0)

    def test_after_the_hold_ran_out_and_another_took_it_it_refuses(self, a_variant):
        variant, late, quick = a_variant(1), uuid4(), uuid4()
        services.hold(late, {variant.pk: 1}, soon(-1))
        services.hold(quick, {variant.pk: 1}, soon())
        with pytest.raises(OutOfStock) as refusal:
            services.allocate(late, {variant.pk: 1})
        assert refusal.value.short == {variant.pk: 0}
        services.allocate(quick, {variant.pk: 1})
        assert numbers(variant) == (1, 1, 0)

    def test_the_same_allocation_again_changes_nothing(self, a_variant):
        variant, order = a_variant(5), uuid4()
        services.allocate(order, {variant.pk: 2})
        services.allocate(order, {variant.pk: 2})
        assert numbers(variant) == (5, 2, 0)
        assert books_agree(variant)

    def test_one_line_short_allocates_nothing_and_keeps_the_hold(self, a_variant):
        held, none, order = a_variant(3), a_variant(0), uuid4()
        services.hold(order, {held.pk: 1}, soon())
        with pytest.raises(OutOfStock):
            services.allocate(order, {held.pk: 1, none.pk: 1})
        assert numbers(held) == (3, 0, 1)
        assert StockHold.objects.count() == 1


class TestAfterwards:
    def test_unallocating_frees_what_the_order_had(self, a_variant):
        variant, order = a_variant(3), uuid4()
        services.allocate(order, {variant.pk: 2})
        services.unallocate(order, {variant.pk: 2}, "cancelled", by=STAFF)
        assert numbers(variant) == (3, 0, 0)
        assert books_agree(variant)

    def test_twice_cancelled_does_not_free_what_others_bought(self, a_variant):
        variant, order = a_variant(3), uuid4()
        services.allocate(uuid4(), {variant.pk: 1})
        services.allocate(order, {variant.pk: 1})
        services.unallocate(order, {variant.pk: 1}, "cancelled", by=STAFF)
        with pytest.raises(StockRefused):
            services.unallocate(order, {variant.pk: 1}, "cancelled", by=STAFF)
        assert numbers(variant) == (3, 1, 0)

    def test_shipping_takes_it_off_the_shelf(self, a_variant):
        variant, order = a_variant(3), uuid4()
        services.allocate(order, {variant.pk: 2})
        services.ship(order, {variant.pk: 2}, by=STAFF)
        assert numbers(variant) == (1, 0, 0)
        assert books_agree(variant)
        with pytest.raises(StockRefused):
            services.ship(order, {variant.pk: 1}, by=STAFF)
        assert numbers(variant) == (1, 0, 0)

    def test_what_is_not_on_the_shelf_cannot_leave_it(self, a_variant):
        variant, order = a_variant(0, backorder=True), uuid4()
        services.allocate(order, {variant.pk: 1})
        with pytest.raises(StockRefused):
            services.ship(order, {variant.pk: 1}, by=STAFF)
        assert numbers(variant) == (0, 1, 0)

    def test_restocking_puts_it_back(self, a_variant):
        variant, order = a_variant(1), uuid4()
        services.restock(order, {variant.pk: 2}, by=STAFF)
        assert numbers(variant) == (3, 0, 0)
        assert StockMovement.objects.get(order_id=order).reason == "returned"


class TestAdjusting:
    def test_it_leaves_who_and_why(self, a_variant):
        variant = a_variant(3)
        services.adjust(variant.pk, 4, "received", by=STAFF)
        movement = StockMovement.objects.filter(variant=variant).latest("pk")
        assert (movement.on_hand, movement.reason, movement.actor, movement.actor_subject) == (
            4,
            "received",
            "staff",
            STAFF.subject,
        )
        assert numbers(variant) == (7, 0, 0)
        assert books_agree(variant)

    def test_it_cannot_take_away_what_is_promised(self, a_variant):
        variant = a_variant(3)
        services.allocate(uuid4(), {variant.pk: 2})
        services.hold(uuid4(), {variant.pk: 1}, soon())
        with pytest.raises(StockRefused, match="2 are allocated"):
            services.adjust(variant.pk, -1, "damaged", by=STAFF)
        assert numbers(variant) == (3, 2, 1)
        assert books_agree(variant)

    @pytest.mark.parametrize(("delta", "reason"), [(0, "found"), (1, "because"), (1, "allocated"), (1, "shipped")])
    def test_it_refuses_no_change_and_reasons_that_are_not_for_staff(self, a_variant, delta, reason):
        variant = a_variant(3)
        with pytest.raises(StockRefused):
            services.adjust(variant.pk, delta, reason, by=STAFF)
        assert books_agree(variant)
        assert numbers(variant) == (3, 0, 0)

    def test_a_number_out_of_reach_is_refused(self, a_variant):
        variant = a_variant(3)
        with pytest.raises(StockRefused):
            services.adjust(variant.pk, 10**12, "received", by=STAFF)
        assert numbers(variant) == (3, 0, 0)


class TestTheDatabaseItself:
    """The last line of defence, should a service ever be wrong."""

    @pytest.mark.parametrize(
        "wrong",
        [
            {"on_hand": -1},
            {"allocated": -1},
            {"held": -1},
            {"allocated": 4},
            {"held": 4},
            {"allocated": 2, "held": 2},
            {"safety": 4},
        ],
    )
    def test_it_refuses_impossible_numbers(self, a_variant, wrong):
        variant = a_variant(3)
        with pytest.raises(IntegrityError), transaction.atomic():
            Stock.objects.filter(variant=variant).update(**wrong)
        assert numbers(variant) == (3, 0, 0)


def test_the_system_is_an_actor_too(a_variant):
    variant = a_variant(1)
    services.allocate(UUID(int=7), {variant.pk: 1}, by=SYSTEM)
    assert StockMovement.objects.get(order_id=UUID(int=7)).actor == "system"
