"""From “Pay” to a placed and paid order, whatever order the provider's word comes in."""

from __future__ import annotations

import pytest

from calla.demo.testpay import cards
from calla.orders.models import Order, OrderEvent
from calla.payments import selectors, services
from calla.payments.models import Payment
from calla.privacy.models import Letter
from tests.builders.orders import a_draft
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]


def placed_and_paid_once(till, order) -> bool:
    """One order, one charge to the cent, one letter, one line in the timeline."""
    order.refresh_from_db()
    letters = Letter.objects.filter(subject=order.subject_id, kind="order_confirmation").count()
    placings = OrderEvent.objects.filter(order=order, kind="order:place").count()
    return (order.state, till.charged(order), letters, placings) == ("placed", order.total_minor, 1, 1)


class TestAPaymentThatSucceeds:
    def test_it_is_promised_then_the_order_is_placed_then_it_is_taken(self, till):
        order = a_draft()
        till.pay(order)
        assert till.authorised(order) == order.total_minor and till.charged(order) == 0
        till.deliver()
        run_jobs()
        assert placed_and_paid_once(till, order)
        assert selectors.status(order.id) == "paid"

    def test_nothing_is_taken_before_the_order_is_placed(self, till):
        order = a_draft()
        till.pay(order)
        services.refresh(order.id)
        order.refresh_from_db()
        assert (order.state, till.charged(order)) == ("placed", 0)
        assert selectors.status(order.id) == "authorised"

    def test_the_return_of_the_browser_alone_is_no_proof(self, till):
        order = a_draft()
        till.start(order)
        services.refresh(order.id)
        run_jobs()
        order.refresh_from_db()
        assert (order.state, selectors.status(order.id)) == ("draft", "unpaid")


class TestDeclined:
    def test_a_declined_card_leaves_the_draft_and_its_pieces_and_a_second_card_pays(self, till):
        order = a_draft()
        url = till.start(order)
        till.provider.pay(url, cards.DECLINED)
        till.deliver()
        run_jobs()
        order.refresh_from_db()
        assert order.state == "draft" and till.charged(order) == 0
        till.provider.pay(url, cards.PAYS)
        till.deliver()
        run_jobs()
        assert placed_and_paid_once(till, order)

    def test_pressing_pay_again_after_a_decline_opens_the_same_page(self, till):
        order = a_draft()
        url = till.start(order)
        till.provider.pay(url, cards.DECLINED)
        assert till.start(order) == url and Payment.objects.filter(order=order).count() == 1

    @pytest.mark.parametrize(("agrees", "state"), [(True, "placed"), (False, "draft")])
    def test_a_card_that_asks_for_a_second_step(self, till, agrees, state):
        order = a_draft()
        till.pay(order, cards.ASKS_AGAIN, agrees=agrees)
        till.deliver()
        run_jobs()
        order.refresh_from_db()
        assert order.state == state and bool(till.charged(order)) is agrees


class TestNoticesAndTheReturn:
    def test_the_return_before_the_notice(self, till):
        order = a_draft()
        till.pay(order)
        services.refresh(order.id)
        till.deliver()
        run_jobs()
        assert placed_and_paid_once(till, order)

    def test_the_notice_before_the_return(self, till):
        order = a_draft()
        till.pay(order)
        till.deliver()
        run_jobs()
        services.refresh(order.id)
        run_jobs()
        assert placed_and_paid_once(till, order)

    def test_repeated_notices_are_noted_once_and_change_nothing(self, till):
        order = a_draft()
        till.pay(order)
        assert till.deliver(times=3) == [True, False, False]
        run_jobs()
        assert till.deliver(times=2) == [True, False]  # that it was captured
        run_jobs()
        assert placed_and_paid_once(till, order)

    def test_notices_in_the_wrong_order_come_to_the_same(self, till):
        order = a_draft()
        till.pay(order, cards.DECLINED)
        till.pay(order)
        services.refresh(order.id)
        run_jobs()
        came = till.notices()
        assert len(came) == 3
        assert till.deliver(reversed(came)) == [True, True, True]
        run_jobs()
        assert placed_and_paid_once(till, order)
        assert Payment.objects.get(order=order).state == "captured"

    def test_no_notice_and_no_return_is_found_by_reconciling(self, till):
        order = a_draft()
        till.pay(order)
        assert till.reconcile()
        run_jobs()
        assert placed_and_paid_once(till, order)
        assert till.reconcile()

    def test_a_late_notice_after_reconciling_changes_nothing(self, till):
        order = a_draft()
        till.pay(order)
        came = till.notices()
        till.reconcile()
        run_jobs()
        till.deliver(came)
        run_jobs()
        assert placed_and_paid_once(till, order)


class TestTwoPayments:
    """The total changed, and the buyer has both pages open. Only one may be kept, and it must be the right one."""

    def test_the_old_page_is_closed_when_the_total_changed(self, till):
        order = a_draft()
        old = till.start(order)
        Order.objects.filter(pk=order.pk).update(shipping_minor=990, total_minor=order.subtotal_minor + 990)
        new = till.start(order)
        assert new != old
        assert b"expired" in till.provider.pay(old).body.lower() or till.authorised(order) == 0
        till.provider.pay(new)
        till.reconcile()
        run_jobs()
        order.refresh_from_db()
        assert placed_and_paid_once(till, order) and till.charged(order) == order.subtotal_minor + 990

    def two_paid(self, till, order):
        """Both attempts are promised at the provider: the right one, and an older one of another sum."""
        old = till.start(order)
        Payment.objects.filter(order=order).update(state="expired")  # so it seems to us; the provider knows better
        Order.objects.filter(pk=order.pk).update(shipping_minor=990, total_minor=order.subtotal_minor + 990)
        new = till.start(order)
        till.provider.pay(new)
        till.provider.pay(old)
        Payment.objects.filter(order=order, attempt=1).update(state="open")
        order.refresh_from_db()
        return order

    @pytest.mark.parametrize("first", [1, 2])
    def test_the_other_one_goes_back_whichever_is_seen_first(self, till, first):
        order = self.two_paid(till, a_draft())
        for attempt in (first, 3 - first, first, 3 - first):
            services.settle(till.payment(order, attempt).id)
            run_jobs()
        old, new = till.payment(order, 1), till.payment(order, 2)
        assert (old.state, new.state) == ("voided", "captured")
        assert (old.captured_minor, new.captured_minor) == (0, order.total_minor)
        assert placed_and_paid_once(till, order)
        assert selectors.status(order.id) == "paid"

    def test_the_right_one_is_never_paid_back_meanwhile(self, till):
        order = self.two_paid(till, a_draft())
        for attempt in (2, 1, 2):
            services.settle(till.payment(order, attempt).id)
        run_jobs()
        assert [p["refunded_minor"] for p in till.there(order)] == [0, 0]
        assert placed_and_paid_once(till, order)
