"""Payments at the provider that fit no order: nothing is placed with them, and promised money is let go."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta

import pytest
import time_machine

from calla.kernel import clock
from calla.kernel.money import Money
from calla.orders import services as orders
from calla.payments import services
from calla.payments.errors import NoticeRefused, NotStray
from calla.payments.models import Payment, ProviderNotice, Stray
from calla.privacy.models import Letter
from tests.builders.orders import a_draft
from tests.demo.paying import wanted
from tests.support.jobs import queued, run_jobs
from tests.support.paying import state_of

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]


def a_payment_elsewhere(till, key, **changes):
    """Somebody with the shop's key asks the provider for a payment the shop knows nothing of, and pays it."""
    key = f"{key}-{till.began.timestamp()}"
    made = json.loads(till.provider.api("POST", "/v1/payments", wanted(**changes), key=key).body)
    till.provider.pay(made["pay_url"])
    return made["id"]


def status_of(till, reference):
    return next(p["status"] for p in till.there() if p["id"] == reference)


class TestForgottenDrafts:
    def test_paid_after_it_was_forgotten_the_money_goes_back(self, till):
        order = a_draft()
        till.pay(order)
        Payment.objects.all().delete()
        orders.forget_draft(order.id)
        till.deliver(times=2)
        run_jobs()
        assert [(p["status"], p["captured_minor"]) for p in till.there()] == [("voided", 0)]
        [stray] = Stray.objects.all()
        assert stray.settled_at is not None and not Letter.objects.exists()

    def test_reconciling_finds_it_without_a_notice(self, till):
        order = a_draft()
        till.pay(order)
        Payment.objects.all().delete()
        orders.forget_draft(order.id)
        assert till.reconcile()
        assert [p["status"] for p in till.there()] == ["voided"]

    def test_what_was_taken_without_an_order_is_told_and_left_to_a_person(self, till):
        """Only a placed order's money is taken, so this is a lost database: the parcel may have left already."""
        reference = a_payment_elsewhere(till, "lost")
        till.provider.api("POST", f"/v1/payments/{reference}/capture", {"amount_minor": 12_900}, key=reference)
        till.deliver()
        run_jobs()
        found = till.reconcile()
        assert found.payments_without_order == (reference,) and not found
        assert status_of(till, reference) == "captured"


class TestGivingBackWhatWasTakenForNoOrder:
    """Never by the clock: a shop that lost its database, or shares its account, would give everybody's money away."""

    @pytest.fixture
    def stray(self, till):
        reference = a_payment_elsewhere(till, "stray")
        till.provider.api("POST", f"/v1/payments/{reference}/capture", {"amount_minor": 12_900}, key=reference)
        till.deliver()
        run_jobs()
        return reference

    def test_a_person_who_has_looked_gives_it_back_whole_and_once(self, till, stray):
        assert services.pay_back(stray) == Money(12_900, "EUR")
        with pytest.raises(NotStray, match="nothing"):
            services.pay_back(stray)
        assert status_of(till, stray) == "refunded" and till.reconcile()
        assert Stray.objects.get(reference=stray).settled_at is not None

    def test_what_was_given_back_before_is_not_given_back_twice(self, till, stray):
        till.provider.api("POST", f"/v1/payments/{stray}/refund", {"amount_minor": 900}, key=f"{stray}-part")
        assert services.pay_back(stray) == Money(12_000, "EUR")
        assert status_of(till, stray) == "refunded"

    def test_an_orders_payment_is_given_back_at_its_order_only(self, till):
        order = a_draft()
        till.pay(order)
        services.refresh(order.id)
        run_jobs()
        with pytest.raises(NotStray, match="an order"):
            services.pay_back(till.payment(order).reference)
        assert till.charged(order) == order.total_minor and not Stray.objects.exists()

    def test_time_alone_gives_nothing_back(self, till, stray):
        with time_machine.travel(clock.now() + timedelta(days=60)):
            till.reconcile()
        assert status_of(till, stray) == "captured"


class TestAPaymentThatDoesNotFit:
    @pytest.mark.parametrize("changes", [{"amount_minor": 1}, {"currency": "SEK"}])
    @pytest.mark.parametrize("started", [True, False])
    def test_another_amount_or_currency_places_nothing_and_goes_back(self, till, changes, started):
        order = a_draft()
        till.start(order)
        if not started:
            Payment.objects.update(reference=None, state="requested")
        payment = till.payment(order)
        reference = a_payment_elsewhere(
            till, "forged", **{"reference": str(payment.id), "amount_minor": order.total_minor, **changes}
        )
        till.deliver()
        run_jobs()
        till.reconcile()
        run_jobs()
        assert state_of(order.id) == "draft" and status_of(till, reference) == "voided"
        till.pay(order)
        till.deliver()
        run_jobs()
        assert state_of(order.id) == "placed" and till.charged() == order.total_minor
        assert Payment.objects.count() == 1  # ours was never mixed up with it

    def test_another_payment_under_our_own_number_goes_back_and_ours_still_pays(self, till):
        order = a_draft()
        url = till.start(order)
        reference = a_payment_elsewhere(
            till, "double", reference=str(till.payment(order).id), amount_minor=order.total_minor
        )
        till.deliver()
        run_jobs()
        assert status_of(till, reference) == "voided" and state_of(order.id) == "draft"
        till.provider.pay(url)
        till.deliver()
        run_jobs()
        assert state_of(order.id) == "placed" and till.charged() == order.total_minor

    def test_one_whose_number_we_had_not_written_down_is_ours(self, till):
        order = a_draft()
        till.pay(order)
        Payment.objects.update(reference=None, state="requested")  # the crash after the provider's answer
        till.deliver()
        run_jobs()
        assert state_of(order.id) == "placed" and till.charged() == order.total_minor


class TestForgedNotices:
    def signed(self, till, body, *, secret=None, at=None):
        raw, sent_at = json.dumps(body).encode(), str(int(at or time.time()))
        key = base64.b64decode((secret or till.provider.webhook_secret).removeprefix("whsec_"))
        mac = base64.b64encode(hmac.digest(key, f"msg_x.{sent_at}.".encode() + raw, hashlib.sha256)).decode()
        return {"webhook-id": "msg_x", "webhook-timestamp": sent_at, "webhook-signature": f"v1,{mac}"}, raw

    @pytest.mark.parametrize("how", ["secret", "old", "changed"])
    def test_nothing_is_stored_and_nothing_follows(self, till, how):
        order = a_draft()
        till.start(order)
        body = {"type": "payment.authorised", "data": {"payment": {"id": till.payment(order).reference}}}
        headers, raw = {
            "secret": lambda: self.signed(till, body, secret="whsec_" + "A" * 64),
            "old": lambda: self.signed(till, body, at=time.time() - 3600),
            "changed": lambda: (self.signed(till, body)[0], json.dumps(body).replace("author", "re-author").encode()),
        }[how]()
        before = len(queued())
        with pytest.raises(NoticeRefused):
            services.receive(headers, raw)
        assert not ProviderNotice.objects.exists() and len(queued()) == before

    def test_a_rightly_signed_notice_that_lies_about_the_payment_changes_nothing(self, till):
        order = a_draft()
        till.start(order)
        body = {"type": "payment.captured", "data": {"payment": {
            "id": till.payment(order).reference, "status": "captured", "captured_minor": order.total_minor}}}
        assert services.receive(*self.signed(till, body))
        run_jobs()
        assert state_of(order.id) == "draft"


def test_notices_are_forgotten_when_the_provider_can_no_longer_repeat_them(till):
    order = a_draft()
    till.pay(order)
    till.deliver()
    with time_machine.travel(clock.now() + timedelta(days=29)):
        services.forget_old_notices()
    assert ProviderNotice.objects.count() == 1
    with time_machine.travel(clock.now() + timedelta(days=31)):
        services.forget_old_notices()
    assert not ProviderNotice.objects.exists()
