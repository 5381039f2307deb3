"""The provider is slow, failing, cut off or dead: a bounded wait, an honest error, and one charge in the end."""

from __future__ import annotations

import time

import pytest

from calla.orders import selectors as order_selectors
from calla.payments import services
from calla.payments.errors import ProviderDown, WaitsForAgreement
from calla.payments.models import Payment, PaymentRequestLog
from calla.payments.services.settling import capture
from calla.payments.types import Look
from calla.privacy.models import PolicyVersion
from tests.builders.orders import a_draft
from tests.builders.shop import POLICY, post
from tests.faults.judge import findings
from tests.faults.machinery import come_back
from tests.support.jobs import run_jobs
from tests.support.paying import state_of

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
BAD = ["500", "429", "hang", "lose_answer"]
LONGEST_WAIT = 9.0


def ails(till, how):
    till.provider.control(api_fail=how)


@pytest.fixture
def promised(till):
    order = a_draft()
    till.pay(order)
    services.refresh(order.id)
    return order


class TestAtTheStart:
    @pytest.mark.parametrize("how", BAD)
    def test_the_draft_stays_and_pressing_again_opens_the_one_payment(self, till, how):
        order = a_draft()
        ails(till, how)
        began = time.monotonic()
        with pytest.raises(ProviderDown, match="Nothing is lost; please try again"):
            services.start(order.id)
        assert time.monotonic() - began < LONGEST_WAIT
        assert state_of(order.id) == "draft" and PaymentRequestLog.objects.count() == 1
        ails(till, "none")
        till.pay(order)
        till.deliver()
        come_back(till)
        assert Payment.objects.count() == len(till.there()) == 1
        assert findings(till, thanked=[order.id]) == []

    def test_a_slow_one_is_waited_for(self, till):
        order = a_draft()
        till.provider.control(api_latency_ms=700)
        assert till.start(order)

    def test_killed_and_back_it_still_knows_the_payment(self, till):
        order = a_draft()
        url = till.start(order)
        till.provider.kill()
        try:
            with pytest.raises(ProviderDown):
                services.start(order.id)
            assert services.refresh(order.id) is Look.SILENT
        finally:
            till.provider.restart()
        assert till.start(order) == url

    def test_without_an_agreement_the_order_stays_and_it_is_said_why(self, till):
        order = a_draft()
        PolicyVersion.objects.all().delete()
        until = "processor.pay.agreement.until = "
        post(POLICY.read_text(encoding="utf-8").replace(f"{until}2028", f"{until}2026").replace(
            f"{until}2026-12-31", f"{until}2026-01-02"))
        with pytest.raises(WaitsForAgreement, match="Your order is kept"):
            services.start(order.id)
        assert services.refresh(order.id) is Look.SAME
        assert state_of(order.id) == "draft" and till.there() == []
        assert order_selectors.token_of(order.id)


class TestAtTheReturn:
    @pytest.mark.parametrize("how", BAD)
    def test_the_page_is_shown_without_its_word_and_reconciling_places_the_order(self, till, how):
        order = a_draft()
        till.pay(order)
        ails(till, how)
        began = time.monotonic()
        services.refresh(order.id)
        assert time.monotonic() - began < LONGEST_WAIT
        assert state_of(order.id) == "draft"
        ails(till, "none")
        come_back(till)
        assert findings(till, thanked=[order.id]) == []


class TestAtTheCapture:
    @pytest.mark.parametrize("how", BAD)
    def test_the_same_key_takes_the_money_once(self, till, promised, how):
        ails(till, how)
        with pytest.raises(ProviderDown):
            capture(till.payment(promised).id)
        assert state_of(promised.id) == "placed"
        ails(till, "none")
        run_jobs()
        capture(till.payment(promised).id)
        come_back(till)
        assert findings(till, thanked=[promised.id]) == []
        assert PaymentRequestLog.objects.filter(step="capture").count() == 1

    def test_killed_in_between_it_is_taken_once_it_is_back(self, till, promised):
        till.provider.kill()
        try:
            with pytest.raises(ProviderDown):
                capture(till.payment(promised).id)
        finally:
            till.provider.restart()
        come_back(till)
        assert findings(till, thanked=[promised.id]) == []
