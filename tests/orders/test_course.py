"""An order's course: along the table only, each step noted once, stock and letters with it."""

from __future__ import annotations

import itertools

import pytest

from calla.catalogue.errors import OutOfStock
from calla.catalogue.models import Stock
from calla.kernel.transitions import MoveRefused
from calla.orders import selectors, services
from calla.orders.errors import NoSuchOrder, NotCancellable, NotDelivered, NotOnHold
from calla.orders.models import Cancellation, Order, OrderEvent
from calla.orders.states import FULFILMENT_MOVES, ORDER_MOVES, CancelReason, FulfilmentState, OrderState
from calla.privacy.models import Letter
from calla.privacy.types import Actor
from tests.builders.orders import a_draft, a_line, a_placed_order
from tests.builders.shop import a_variant

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
STAFF, CUSTOMER = Actor("staff"), Actor("customer")
PARCEL = {"carrier": "Kranich Parcel", "tracking_number": "JD0140"}


def kinds(order):
    return list(OrderEvent.objects.filter(order=order).values_list("kind", flat=True))


def stock_of(variant):
    return Stock.objects.values_list("on_hand", "allocated", "held").get(variant=variant)


class TestTheTable:
    @pytest.mark.parametrize(("old", "new"), itertools.product(OrderState, OrderState))
    def test_an_order_moves_along_it_only(self, old, new):
        order = Order(state=old)
        if new in ORDER_MOVES[old]:
            order.move_to(new)
            assert order.state == new
        else:
            with pytest.raises(MoveRefused):
                order.move_to(new)
            assert order.state == old

    def test_every_state_is_in_it_and_the_ends_are_ends(self):
        assert set(ORDER_MOVES) == set(OrderState) and set(FULFILMENT_MOVES) == set(FulfilmentState)
        assert [state for state, moves in ORDER_MOVES.items() if not moves] == ["completed", "cancelled"]


class TestPlacing:
    def test_it_takes_the_items_gives_a_number_and_writes_one_letter(self):
        variant = a_variant(on_hand=5)
        order = a_placed_order(a_line(variant, 2))
        assert stock_of(variant) == (5, 2, 0)
        assert order.number and order.placed_at and kinds(order) == ["order:place"]
        assert list(Letter.objects.values_list("kind", "about")) == [("order_confirmation", order.id)]

    def test_repeated_it_is_the_same_order(self):
        order = a_placed_order()
        again = services.place(order.id)
        assert (again.number, kinds(order), Letter.objects.count()) == (order.number, ["order:place"], 1)

    def test_numbers_are_never_the_same(self):
        numbers = [a_placed_order().number for _ in range(5)]
        assert len(set(numbers)) == 5 and numbers == sorted(numbers)


class TestTheWayToTheCustomer:
    def test_packed_sent_delivered_completed(self):
        order = a_placed_order(a_line(variant := a_variant(on_hand=5), 2))
        services.pack(order.id, by=STAFF)
        services.ship(order.id, **PARCEL, by=STAFF)
        assert stock_of(variant) == (3, 0, 0)
        services.deliver(order.id, by=STAFF)
        done = services.complete(order.id)
        assert done.state == "completed" and done.ended_on
        assert kinds(order) == [
            "order:place", "fulfilment:pack", "fulfilment:ship", "fulfilment:deliver", "order:complete",
        ]
        assert Letter.objects.filter(kind="order_shipped").count() == 1

    @pytest.mark.parametrize("step", ["ship", "deliver"])
    def test_no_step_is_skipped_and_none_done_twice(self, step):
        order = a_placed_order()
        with pytest.raises(MoveRefused):
            getattr(services, step)(order.id, **(PARCEL if step == "ship" else {}), by=STAFF)
        services.pack(order.id, by=STAFF)
        with pytest.raises(MoveRefused):
            services.pack(order.id, by=STAFF)
        assert kinds(order) == ["order:place", "fulfilment:pack"]

    def test_it_is_not_complete_before_it_is_delivered(self):
        order = a_placed_order()
        with pytest.raises(NotDelivered):
            services.complete(order.id)
        order.refresh_from_db()
        assert (order.state, order.ended_on) == ("placed", None)

    def test_a_draft_is_not_packed(self):
        with pytest.raises(NoSuchOrder):
            services.pack(a_draft().id, by=STAFF)

    def test_held_back_nothing_is_packed_or_sent_until_it_is_released(self):
        order = a_placed_order()
        services.pack(order.id, by=STAFF)
        services.hold_back(order.id, by=STAFF)
        for step in (services.pack, lambda o, by: services.ship(o, **PARCEL, by=by)):
            with pytest.raises(NotOnHold):
                step(order.id, by=STAFF)
        services.release(order.id, by=STAFF)
        assert services.ship(order.id, **PARCEL, by=STAFF).state == "placed"


class TestCancelling:
    def test_it_gives_the_items_back_once_says_why_and_writes(self):
        order = a_placed_order(a_line(variant := a_variant(on_hand=5), 2))
        for _ in range(2):
            services.cancel(order.id, CancelReason.CUSTOMER, by=CUSTOMER)
        assert stock_of(variant) == (5, 0, 0)
        assert Cancellation.objects.get().reason == "customer" and kinds(order) == ["order:place", "order:cancel"]
        assert Letter.objects.filter(kind="order_cancelled").count() == 1
        seen = selectors.by_token(selectors.token_of(order.id))
        assert (seen.state, seen.fulfilment_status, seen.cancel_reason) == ("cancelled", "cancelled", "customer")

    def test_on_its_way_it_is_refused_and_nothing_has_changed(self):
        order = a_placed_order(a_line(variant := a_variant(on_hand=5)))
        services.pack(order.id, by=STAFF)
        services.ship(order.id, **PARCEL, by=STAFF)
        with pytest.raises(NotCancellable):
            services.cancel(order.id, CancelReason.OTHER, by=STAFF)
        assert stock_of(variant) == (4, 0, 0) and not Cancellation.objects.exists()
        assert not Letter.objects.filter(kind="order_cancelled").exists()

    def test_once_packed_only_the_office_can(self):
        order = a_placed_order()
        services.pack(order.id, by=STAFF)
        with pytest.raises(NotCancellable):
            services.cancel(order.id, CancelReason.CUSTOMER, by=CUSTOMER)
        assert services.cancel(order.id, CancelReason.OTHER, by=STAFF).state == "cancelled"

    def test_cancelled_it_is_never_packed(self):
        order = a_placed_order()
        services.cancel(order.id, CancelReason.OTHER, by=STAFF)
        with pytest.raises(MoveRefused):
            services.pack(order.id, by=STAFF)

    def test_a_draft_is_not_cancelled_but_forgotten(self):
        order = a_draft(a_line(variant := a_variant(on_hand=5)))
        with pytest.raises(MoveRefused):
            services.cancel(order.id, CancelReason.OTHER, by=STAFF)
        assert stock_of(variant) == (5, 0, 1) and not Cancellation.objects.exists()


class TestLookingUp:
    def test_number_and_address_must_both_fit(self):
        order = a_placed_order()
        token = selectors.by_number_and_email(f" #{order.number.lower()} ", "ADA@example.net ")
        assert selectors.by_token(token).id == order.id
        for number, email in [(order.number, "eve@example.net"), ("C1", "ada@example.net"), ("", "")]:
            with pytest.raises(NoSuchOrder):
                selectors.by_number_and_email(number, email)

    def test_a_draft_is_not_found_by_a_number_it_does_not_have(self):
        a_draft()
        with pytest.raises(NoSuchOrder):
            selectors.by_number_and_email("", "ada@example.net")


class TestAParcelThatCameBack:
    @pytest.fixture
    def variant(self, shop):
        return a_variant(on_hand=5)

    @pytest.fixture
    def order(self, variant):
        order = a_placed_order(a_line(variant, 2))
        services.pack(order.id, by=STAFF)
        services.ship(order.id, **PARCEL, by=STAFF)
        services.come_back(order.id, by=STAFF)
        return order

    def test_its_pieces_are_back_and_kept_for_their_order(self, order, variant):
        assert stock_of(variant) == (5, 2, 0) and kinds(order)[-1] == "fulfilment:fail"
        assert selectors.by_token(selectors.token_of(order.id)).fulfilment_status == "failed"

    def test_packed_again_it_is_sent_again_under_a_new_number(self, order, variant):
        services.pack(order.id, by=STAFF)
        services.ship(order.id, carrier="Kranich Parcel", tracking_number="KP-2", by=STAFF)
        assert stock_of(variant) == (3, 0, 0)
        services.deliver(order.id, by=STAFF)
        [parcel] = selectors.by_token(selectors.token_of(order.id)).parcels
        assert (parcel.state, parcel.tracking_number) == ("delivered", "KP-2")

    def test_others_cannot_buy_its_pieces_away_meanwhile(self, order, variant):
        with pytest.raises(OutOfStock):
            a_draft(a_line(variant, 4))
        services.pack(order.id, by=STAFF)

    def test_the_office_can_call_it_off_and_the_pieces_are_free(self, order, variant):
        with pytest.raises(NotCancellable):
            services.cancel(order.id, CancelReason.CUSTOMER, by=CUSTOMER)
        services.cancel(order.id, CancelReason.OTHER, by=STAFF)
        assert stock_of(variant) == (5, 0, 0)

    def test_only_what_was_sent_comes_back_and_only_once(self, order, variant):
        for other in (order, a_placed_order(a_line(variant))):
            before = stock_of(variant)
            with pytest.raises(MoveRefused):
                services.come_back(other.id, by=STAFF)
            assert stock_of(variant) == before
