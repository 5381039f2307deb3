"""Money that goes back: once, whole, and never more than was taken."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from calla.catalogue.services import sweep_holds
from calla.kernel import clock
from calla.kernel.money import Money
from calla.orders import services as orders
from calla.orders.states import CancelReason
from calla.payments import gateway, selectors, services
from calla.payments.errors import ProviderDown, TooMuch
from calla.payments.models import Payment, Refund
from calla.payments.services.cancelling import send_refund
from calla.payments.services.settling import capture, unwind
from calla.privacy import versions
from calla.privacy.models import Letter, PolicyVersion
from calla.privacy.types import Actor
from tests.builders.orders import a_draft, a_line
from tests.builders.shop import POLICY, a_variant, post
from tests.support.jobs import run_jobs
from tests.support.paying import state_of

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
STAFF = Actor("staff")


def eur(minor):
    return Money(minor, "EUR")


@pytest.fixture
def promised(till):
    """Placed; its money is authorised and waits to be taken."""
    order = a_draft()
    till.pay(order)
    services.refresh(order.id)
    order.refresh_from_db()
    return order


@pytest.fixture
def paid(till, promised):
    run_jobs()
    assert till.charged(promised) == promised.total_minor
    return promised


class TestCancelling:
    def test_before_the_money_is_taken_it_is_let_go(self, till, promised):
        services.cancel(promised.id, CancelReason.CUSTOMER, by=STAFF)
        run_jobs()
        assert [(p["status"], p["captured_minor"]) for p in till.there(promised)] == [("voided", 0)]
        assert selectors.status(promised.id) == "voided"

    def test_after_it_was_taken_it_is_paid_back_whole_and_once(self, till, paid):
        services.cancel(paid.id, CancelReason.CUSTOMER, by=STAFF)
        services.cancel(paid.id, CancelReason.CUSTOMER, by=STAFF)
        run_jobs()
        till.reconcile()
        run_jobs()
        [there] = till.there(paid)
        assert (there["status"], there["refunded_minor"]) == ("refunded", paid.total_minor)
        assert selectors.status(paid.id) == "refunded"

    def test_what_had_gone_back_before_is_not_paid_back_twice(self, till, paid):
        services.refund(paid.id, eur(700), by=STAFF)
        run_jobs()
        services.cancel(paid.id, CancelReason.OTHER, by=STAFF)
        run_jobs()
        assert till.charged(paid) == 0

    def test_a_refund_on_its_way_and_a_cancellation_come_to_the_whole_and_no_more(self, till, paid):
        granted = services.refund(paid.id, eur(700), by=STAFF)
        services.cancel(paid.id, CancelReason.OTHER, by=STAFF)
        unwind(till.payment(paid).id)  # overtakes the refund
        run_jobs()
        granted.refresh_from_db()
        assert (till.charged(paid), granted.state) == (0, "failed")

    def test_a_capture_that_was_already_on_its_way_is_paid_back(self, till, promised, monkeypatch):
        """Cancelled between the look at the order and the provider's answer."""
        ask = gateway.ask

        def cancel_meanwhile(payment, step, *rest):
            if step == "capture":
                services.cancel(promised.id, CancelReason.CUSTOMER, by=STAFF)
            return ask(payment, step, *rest)

        monkeypatch.setattr(gateway, "ask", cancel_meanwhile)
        capture(till.payment(promised).id)
        run_jobs()
        [there] = till.there(promised)
        assert (there["captured_minor"], there["refunded_minor"]) == (promised.total_minor, promised.total_minor)

    def test_cancelled_by_the_orders_alone_reconciling_gives_the_money_back(self, till, paid):
        orders.cancel(paid.id, CancelReason.OTHER, by=STAFF)
        till.reconcile()
        run_jobs()
        assert till.charged(paid) == 0


class TestDecidedOnce:
    def test_a_payment_that_goes_back_places_nothing_even_when_the_pieces_are_free_again(self, till):
        variant = a_variant(on_hand=1)
        late = a_draft(a_line(variant))
        till.pay(late)
        with time_machine.travel(clock.now() + timedelta(minutes=31)):
            sweep_holds()
            other = a_draft(a_line(variant))
            services.refresh(late.id)
            orders.forget_draft(other.id)
            services.settle(till.payment(late).id)
            assert state_of(late.id) == "draft"
            run_jobs()
        assert state_of(late.id) == "draft" and till.authorised(late) == till.charged(late) == 0

    def test_what_its_order_was_placed_with_is_not_given_back_by_a_job_gone_astray(self, till, paid):
        unwind(till.payment(paid).id)
        assert till.charged(paid) == paid.total_minor


class TestRefunding:
    def test_parts_up_to_the_whole_and_then_no_more(self, till, paid):
        services.refund(paid.id, eur(1_000), by=STAFF)
        run_jobs()
        assert selectors.status(paid.id) == "partially_refunded"
        services.refund(paid.id, eur(paid.total_minor - 1_000), by=STAFF)
        with pytest.raises(TooMuch, match="At most"):
            services.refund(paid.id, eur(1), by=STAFF)
        run_jobs()
        assert till.charged(paid) == 0 and selectors.status(paid.id) == "refunded"

    @pytest.mark.parametrize("amount", [eur(0), eur(-1), eur(10_000_000), Money(100, "SEK")])
    def test_nonsense_is_refused_and_nothing_follows(self, till, paid, amount):
        with pytest.raises(TooMuch):
            services.refund(paid.id, amount, by=STAFF)
        assert not Refund.objects.exists() and till.charged(paid) == paid.total_minor

    def test_what_is_on_its_way_counts(self, till, paid):
        services.refund(paid.id, eur(paid.total_minor - 10), by=STAFF)
        with pytest.raises(TooMuch) as refused:
            services.refund(paid.id, eur(11), by=STAFF)
        assert refused.value.left == eur(10)

    def test_nothing_goes_back_before_anything_was_taken(self, till, promised):
        with pytest.raises(TooMuch):
            services.refund(promised.id, eur(1), by=STAFF)

    def test_a_second_payment_that_is_going_back_is_not_the_one_that_is_refunded(self, till, paid):
        before = till.payment(paid)
        Payment.objects.create(
            order=paid, subject_id=paid.subject_id, attempt=0, provider="testpay", reference="pay_other",
            state="captured", currency="EUR", amount_minor=99, captured_minor=99, expires_at=before.expires_at,
        )
        assert services.refund(paid.id, eur(100), by=STAFF).payment_id == before.id

    @pytest.mark.parametrize("fault", ["500", "429", "hang", "lose_answer"])
    def test_a_failing_provider_leaves_it_pending_and_the_same_key_pays_back_once(self, till, paid, fault):
        granted = services.refund(paid.id, eur(1_000), by=STAFF)
        till.provider.control(api_fail=fault)
        with pytest.raises(ProviderDown):
            send_refund(granted.id)
        till.provider.control(api_fail="none")
        granted.refresh_from_db()
        assert granted.state == "pending"
        run_jobs()
        send_refund(granted.id)
        granted.refresh_from_db()
        assert granted.state == "succeeded" and till.charged(paid) == paid.total_minor - 1_000

    def test_one_whose_job_was_lost_is_sent_by_reconciling(self, till, paid):
        granted = services.refund(paid.id, eur(1_000), by=STAFF)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
        with time_machine.travel(clock.now() + timedelta(minutes=6)):
            till.reconcile()
        run_jobs()
        granted.refresh_from_db()
        assert granted.state == "succeeded" and till.charged(paid) == paid.total_minor - 1_000

    def test_without_an_agreement_it_waits(self, till, paid):
        granted = services.refund(paid.id, eur(1_000), by=STAFF)
        without_agreement()
        with pytest.raises(Exception, match="agreement"):
            send_refund(granted.id)
        granted.refresh_from_db()
        assert granted.state == "pending"


def without_agreement():
    """The agreement with the payment service ran out yesterday; the policy says so as its file would."""
    text = POLICY.read_text(encoding="utf-8")
    versions.forget()
    lapsed = re.sub(r"(processor\.pay\.agreement\.until = )\S+", r"\g<1>2026-01-01", text)
    assert lapsed != text
    PolicyVersion.objects.all().delete()
    post(lapsed)


class TestWhenTheMoneyDoesNotCome:
    def test_the_order_is_held_back_and_the_buyer_told(self, till, promised):
        there = till.the_payment(promised)
        till.provider.api("POST", f"/v1/payments/{there['id']}/void", {}, key=f"{there['id']}-elsewhere")
        run_jobs()
        assert state_of(promised.id) == "on_hold"
        assert Letter.objects.get(kind="payment_problem").state == "sent"
        till.reconcile()
        run_jobs()
        assert Letter.objects.filter(kind="payment_problem").count() == 1

    def test_seen_by_a_notice_before_the_capture_it_is_the_same(self, till, promised):
        there = till.the_payment(promised)
        till.provider.api("POST", f"/v1/payments/{there['id']}/void", {}, key=f"{there['id']}-elsewhere")
        services.settle(till.payment(promised).id)
        assert state_of(promised.id) == "on_hold"

    def test_already_taken_under_a_key_long_forgotten_is_found_by_looking(self, till, promised):
        there = till.the_payment(promised)
        amount = {"amount_minor": promised.total_minor}
        till.provider.api("POST", f"/v1/payments/{there['id']}/capture", amount, key=f"{there['id']}-before")
        run_jobs()
        assert state_of(promised.id) == "placed" and till.payment(promised).state == "captured"

    def test_without_an_agreement_the_order_stays_and_the_money_is_taken_once_there_is_one(self, till, promised):
        without_agreement()
        with pytest.raises(Exception, match="agreement"):
            capture(till.payment(promised).id)
        assert state_of(promised.id) == "placed" and till.payment(promised).state == "authorised"
        versions.forget()
        PolicyVersion.objects.all().delete()
        post(POLICY.read_text(encoding="utf-8"))
        run_jobs()
        assert till.charged(promised) == promised.total_minor
