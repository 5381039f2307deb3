"""A use that somebody has stopped reads nothing of them, until they let it go on. One press does either."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calla.customers import selectors as customers
from calla.customers.types import Role
from calla.kernel import clock
from calla.kernel.transitions import MoveRefused
from calla.orders import selectors, services
from calla.orders.errors import NotOnHold
from calla.orders.models import Order
from calla.orders.types import CancelReason
from calla.privacy import mail, retention
from calla.privacy import services as privacy
from calla.privacy.errors import LetterRefused, NotGranted, StopRefused, UsePaused
from calla.privacy.models import LedgerEntry, Letter, Stop, Subject
from calla.privacy.types import Actor
from calla.privacycentre.mine import access
from tests.builders import orders
from tests.builders.shop import policy_in_force, policy_text
from tests.support.jobs import run_jobs
from tests.support.people import somebody

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
ADA = "ada@example.net"


def press(visitor, how: str, use: str, on: str = "yes", email: str = ADA):
    response = visitor.post(f"/privacy/mine/{access.make(email)}/uses", {"how": how, "use": use, "on": on})
    assert response.status_code == 303 or response.status_code == 422
    return response


def fresh(order: Order) -> Order:
    return Order.objects.select_related("subject").get(pk=order.pk)


class TestPausing:
    def test_nothing_is_read_for_a_paused_use_by_anybody(self, visitor):
        order = orders.a_placed_order()
        assert fresh(order).details.open("orders").name
        press(visitor, "pause", "orders")
        for purpose in ("orders", "orders.carrier"):
            with pytest.raises(UsePaused):
                fresh(order).details.open(purpose)
        with pytest.raises(NotGranted):
            selectors.detail(order.id, by=Actor("staff", somebody().subject_id))

    def test_nothing_is_written_either(self, visitor):
        order = orders.a_placed_order()
        run_jobs()
        press(visitor, "pause", "orders")
        with pytest.raises(LetterRefused):
            mail.send("order_shipped", subject=order.subject_id, about=order.id)
        assert not Letter.objects.filter(kind="order_shipped").exists()

    def test_a_letter_owed_before_is_not_sent_meanwhile(self, visitor):
        orders.a_placed_order()
        press(visitor, "pause", "orders")
        run_jobs()
        assert Letter.objects.get(kind="order_confirmation").reason == Letter.Reason.NOT_ALLOWED

    def test_the_person_still_sees_everything_and_can_let_it_go_on(self, visitor):
        order = orders.a_placed_order()
        press(visitor, "pause", "orders")
        html = unescape(visitor.get(f"/privacy/mine/{access.make(ADA)}").content.decode())
        assert "Lindenweg 5" in html and "Let it go on" in html
        press(visitor, "pause", "orders", "no")
        assert fresh(order).details.open("orders").name

    def test_it_holds_for_each_order_at_the_address_and_for_nobody_else(self, visitor):
        mine = [orders.a_placed_order() for _ in range(2)]
        other = orders.a_placed_order(email="brian@example.net")
        press(visitor, "pause", "orders")
        for order in mine:
            with pytest.raises(UsePaused):
                fresh(order).details.open("orders")
        assert fresh(other).details.open("orders").name

    def test_pressed_twice_it_is_paused_once(self, visitor):
        order = orders.a_placed_order()
        for _ in range(2):
            press(visitor, "pause", "orders")
        stop = Stop.objects.get(subject=order.subject_id)
        assert (stop.purpose, stop.kind, stop.ended) == ("orders", "paused", None)
        press(visitor, "pause", "orders", "no")
        stop.refresh_from_db()
        assert stop.ended and Subject.objects.get(pk=order.subject_id).paused is None
        kinds = LedgerEntry.objects.filter(subject=order.subject_id).values_list("kind", flat=True)
        assert [kind for kind in kinds if kind in {"stopped", "goes_on"}] == ["stopped", "goes_on"]

    def test_the_way_back_cannot_be_paused(self):
        with pytest.raises(StopRefused):
            privacy.pause([orders.a_placed_order().subject_id], "rights", on=True)

    @pytest.mark.parametrize("use", ["", "nonsense", "rights", "preferences"])
    def test_what_is_no_use_is_refused_and_changes_nothing(self, visitor, use):
        orders.a_placed_order()
        assert press(visitor, "pause", use).status_code == 422
        assert not Stop.objects.exists()

    def test_nobody_pauses_by_a_made_up_link(self, visitor):
        orders.a_placed_order()
        response = visitor.post(f"/privacy/mine/{'A' * 90}/uses", {"how": "pause", "use": "orders", "on": "yes"})
        assert response.status_code == 404 and not Stop.objects.exists()

    def test_a_member_of_staff_who_pauses_leaves_the_list_of_staff_whole(self, visitor):
        owner = somebody(Role.OWNER)
        paused = somebody(Role.STAFF, email="iris@office.example")
        press(visitor, "pause", "staff", email="iris@office.example")
        shown = {one.id: one.email for one in customers.staff(by=Actor("staff", owner.subject_id))}
        assert shown[paused.id] == "paused by themselves" and "@" in shown[owner.id]


class TestAnOrderUnderWay:
    def test_is_held_back_and_goes_on_when_its_buyer_lets_it(self, visitor):
        order, staff = orders.a_placed_order(), Actor("staff", somebody().subject_id)
        services.pack(order.id, by=staff)
        press(visitor, "pause", "orders")
        assert fresh(order).state == "on_hold"
        with pytest.raises((NotOnHold, MoveRefused)):
            services.ship(order.id, carrier="Kranich Parcel", tracking_number="K1", by=staff)
        press(visitor, "pause", "orders", "no")
        services.ship(order.id, carrier="Kranich Parcel", tracking_number="K1", by=staff)
        assert fresh(order).state == "placed"

    def test_that_the_office_had_held_back_stays_so(self, visitor):
        order = orders.a_placed_order()
        services.hold_back(order.id, by=Actor("staff", somebody().subject_id))
        press(visitor, "pause", "orders")
        press(visitor, "pause", "orders", "no")
        assert fresh(order).state == "on_hold"

    def test_whose_parcel_has_left_arrives(self, visitor):
        order, staff = orders.a_placed_order(), Actor("staff", somebody().subject_id)
        services.pack(order.id, by=staff)
        services.ship(order.id, carrier="Kranich Parcel", tracking_number="K1", by=staff)
        press(visitor, "pause", "orders")
        services.deliver(order.id, by=staff)
        services.complete(order.id)
        assert fresh(order).state == "completed"

    def test_can_still_be_called_off(self, visitor):
        order = orders.a_placed_order()
        press(visitor, "pause", "orders")
        services.cancel(order.id, CancelReason.CUSTOMER, by=Actor("staff", somebody().subject_id))
        assert fresh(order).state == "cancelled"

    def test_that_is_just_being_paid_cannot_be_paused_so_that_no_money_is_lost(self, visitor):
        placed, draft = orders.a_placed_order(), orders.a_draft()
        assert press(visitor, "pause", "orders").status_code == 422
        assert not Stop.objects.exists() and fresh(placed).state == "placed"
        services.place(draft.id)


class TestObjecting:
    @pytest.fixture
    def taste(self, rights):
        policy_in_force(policy_text(('[S7]\nunder = "S5"\nstate = "planned"\n', '[S7]\nunder = "S5"\n')))

    @pytest.mark.usefixtures("taste")
    def test_a_no_is_a_no_until_it_is_taken_back(self, visitor):
        order = orders.a_placed_order()
        assert fresh(order).accounting.details.open("preferences").purchases
        press(visitor, "object", "preferences")
        with pytest.raises(NotGranted):
            fresh(order).accounting.details.open("preferences")
        assert fresh(order).details.open("orders").name, "and nothing else stops"
        press(visitor, "object", "preferences", "no")
        assert fresh(order).accounting.details.open("preferences").purchases

    def test_what_the_policy_lets_nobody_refuse_is_not_offered(self, visitor):
        orders.a_placed_order()
        html = unescape(visitor.get(f"/privacy/mine/{access.make(ADA)}").content.decode())
        label = '<span class="unseen">: your order</span>'
        assert f"Pause it{label}" in html and f"Say no{label}" not in html
        assert press(visitor, "object", "orders").status_code == 422


def test_whoever_stopped_nothing_costs_no_question_more_and_whoever_did_neither():
    order = orders.a_placed_order()

    def asked() -> int:
        with CaptureQueriesContext(connection) as questions:
            one = fresh(order)
            one.details.open("staff")
        return len(questions)

    before = asked()
    privacy.pause([order.subject_id], "orders", on=True)
    assert asked() == before == 1


def test_it_goes_with_the_person(visitor):
    order = orders.a_placed_order()
    press(visitor, "pause", "orders")
    Order.objects.filter(pk=order.pk).update(ended_on=clock.today() - timedelta(days=5000))
    retention.run()
    assert not Subject.objects.filter(pk=order.subject_id).exists() and not Stop.objects.exists()
