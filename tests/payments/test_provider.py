"""The shop's side of the test provider, over the real protocol and through the gate for what leaves."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from calla.demo.testpay import cards
from calla.demo.testpay.process import RunningProvider
from calla.kernel import clock
from calla.kernel.errors import Unavailable
from calla.kernel.money import Money
from calla.payments.errors import ProviderDown, ProviderRefused
from calla.payments.providers import testpay
from calla.payments.providers.base import Provider
from calla.payments.types import PaymentRequest, ReportedState
from calla.privacy import egress, versions
from tests.builders.shop import post

POLICY = """
[policy]
format = 1
shop = "Calladream"
language = "en"

[P1]
heading = "Helpers"
fact = "We are helped by those in this table: {table.processors}"
processor.pay.name = "Test Pay"
processor.pay.step = "orders.payment"
processor.pay.country = "NL"
processor.pay.agreement.document = "agreements/test-pay.pdf"
processor.pay.agreement.sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
processor.pay.agreement.from = 2020-01-01
processor.pay.agreement.until = 2099-12-31
"""
LAPSED = POLICY.replace("2099-12-31", "2020-12-31")
WHOLE = Money(12_900, "EUR")

pytestmark = pytest.mark.django_db


@pytest.fixture
def without_agreement(other_side: RunningProvider, settings: Any) -> Iterator[Provider]:
    settings.EGRESS = {testpay.STEP: other_side.url}
    versions.forget()
    yield testpay.TestPay(other_side.url, other_side.key, [other_side.webhook_secret])
    versions.forget()


@pytest.fixture
def provider(without_agreement: Provider) -> Provider:
    post(POLICY)
    return without_agreement


def request(**changes: Any) -> PaymentRequest:
    given = {
        "amount": WHOLE, "our_reference": "attempt-1", "description": "Order at Calladream",
        "return_url": "http://127.0.0.1:8000/orders/secret-token", "cancel_url": "http://127.0.0.1:8000/checkout/secret-token",
        "expires_at": clock.now() + timedelta(minutes=30), "customer": {"email": "canary@example.org"}, **changes,
    }  # fmt: skip
    return PaymentRequest(**given)


@pytest.fixture
def paid(provider: Provider, other_side: RunningProvider) -> Callable[..., str]:
    def pay(key: str, number: str = cards.PAYS, **changes: Any) -> str:
        started = provider.start(request(**changes), key=key)
        other_side.pay(started.pay_url, number)
        return started.reference

    return pay


class TestACourseOfEvents:
    def test_from_start_to_refund_each_report_tells_where_it_stands(self, provider, other_side):
        started = provider.start(request(our_reference="attempt-7"), key="course")
        report = provider.look_up(started.reference)
        assert (report.state, report.amount, report.our_reference) == (ReportedState.OPEN, WHOLE, "attempt-7")
        assert (report.authorised, report.captured, report.currency) == (Money(0, "EUR"), Money(0, "EUR"), "EUR")
        other_side.pay(started.pay_url)
        assert provider.look_up(started.reference).authorised == WHOLE
        captured = provider.capture(started.reference, WHOLE, key="course-capture")
        assert (captured.state, captured.captured) == (ReportedState.CAPTURED, WHOLE)
        back = provider.refund(started.reference, Money(900, "EUR"), key="course-refund")
        assert (back.state, back.refunded) == (ReportedState.PARTIALLY_REFUNDED, Money(900, "EUR"))
        assert provider.look_up(started.reference) == back

    def test_an_authorisation_is_let_go_and_an_unpaid_payment_ended(self, provider, paid):
        assert provider.void(paid("let-go"), key="let-go-void").state is ReportedState.VOIDED
        started = provider.start(request(), key="unpaid")
        assert provider.expire(started.reference, key="unpaid-expire").state is ReportedState.EXPIRED

    def test_declined_cards_are_counted(self, provider, paid):
        report = provider.look_up(paid("declined", cards.DECLINED))
        assert (report.state, report.failures) == (ReportedState.OPEN, 1)

    def test_every_card_is_reported_as_it_came_out(self, provider, paid):
        states = {number: provider.look_up(paid(f"card-{number}", number)).state for number in cards.MEANING}
        assert states == {
            cards.PAYS: ReportedState.AUTHORISED,
            cards.DECLINED: ReportedState.OPEN,
            cards.ASKS_AGAIN: ReportedState.AUTHORISED,
            cards.DISPUTED: ReportedState.AUTHORISED,
        }

    def test_since_brings_all_that_changed_page_after_page_and_nothing_older(self, provider):
        old = provider.start(request(), key="old").reference
        began = clock.now()
        made = [provider.start(request(our_reference=f"since-{n}"), key=f"since-{n}").reference for n in range(101)]
        found = [report.reference for report in provider.since(began)]
        assert found == made and old not in found


class TestTryingAgain:
    def test_the_same_key_starts_one_payment_and_charges_once(self, provider, other_side, paid):
        first = provider.start(asked := request(), key="again")
        assert provider.start(asked, key="again") == first
        reference = paid("again-paid")
        once = provider.capture(reference, WHOLE, key="again-capture")
        assert provider.capture(reference, WHOLE, key="again-capture") == once
        mine = [p for p in other_side.payments() if p["id"] == reference]
        assert [p["captured_minor"] for p in mine] == [12_900]

    def test_a_lost_answer_is_down_and_the_same_key_finds_the_one_charge(self, provider, other_side, paid):
        reference = paid("lost")
        other_side.control(api_fail="lose_answer")
        with pytest.raises(ProviderDown):
            provider.capture(reference, WHOLE, key="lost-capture")
        other_side.control(api_fail="none")
        assert provider.capture(reference, WHOLE, key="lost-capture").captured == WHOLE

    @pytest.mark.parametrize("fault", ["500", "429"])
    def test_a_failing_provider_is_down_and_nothing_happened(self, provider, other_side, paid, fault):
        reference = paid(f"failing-{fault}")
        other_side.control(api_fail=fault)
        with pytest.raises(ProviderDown) as down:
            provider.capture(reference, WHOLE, key=f"failing-capture-{fault}")
        assert isinstance(down.value, Unavailable)
        other_side.control(api_fail="none")
        assert provider.look_up(reference).captured == Money(0, "EUR")

    def test_a_hanging_provider_is_given_up_in_time(self, provider, other_side):
        other_side.control(api_fail="hang")
        began = clock.now()
        with pytest.raises(ProviderDown):
            provider.look_up("pay_any")
        assert clock.now() - began < timedelta(seconds=8)

    def test_a_killed_provider_is_down_and_knows_the_charge_when_it_is_back(self, provider, other_side, paid):
        reference = paid("killed")
        provider.capture(reference, WHOLE, key="killed-capture")
        other_side.kill()
        try:
            with pytest.raises(ProviderDown):
                provider.look_up(reference)
        finally:
            other_side.restart()
        assert provider.look_up(reference).captured == WHOLE


class TestRefusals:
    def test_too_much_and_out_of_turn_are_refused_with_their_reason(self, provider, paid):
        reference = paid("refused")
        for act, reason in [
            (lambda: provider.capture(reference, Money(12_901, "EUR"), key="refused-1"), "too_much"),
            (lambda: provider.refund(reference, WHOLE, key="refused-2"), "illegal_move"),
            (lambda: provider.expire(reference, key="refused-3"), "illegal_move"),
            (lambda: provider.start(request(amount=Money(1, "EUR")), key="refused"), "key_reused"),
            (lambda: provider.start(request(amount=Money(0, "EUR")), key="refused-4"), "invalid"),
            (lambda: provider.look_up("pay_unknown"), "not_found"),
            (lambda: provider.look_up("../../control"), "not_found"),
        ]:
            with pytest.raises(ProviderRefused) as refused:
                act()
            assert refused.value.reason == reason
        report = provider.look_up(reference)
        assert (report.state, report.captured) == (ReportedState.AUTHORISED, Money(0, "EUR"))

    def test_a_wrong_key_is_refused(self, provider, other_side):
        stranger = testpay.TestPay(other_side.url, "another-key-of-some-length", [other_side.webhook_secret])
        with pytest.raises(ProviderRefused) as refused:
            stranger.look_up("pay_any")
        assert refused.value.reason == "unauthorised"

    def test_without_an_agreement_in_force_nothing_leaves(self, without_agreement, other_side):
        before = other_side.payments()
        post(LAPSED)
        with pytest.raises(ProviderRefused) as refused:
            without_agreement.start(request(), key="lapsed")
        assert refused.value.reason == "agreement_lapsed" and other_side.payments() == before

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (200, b"<html>"), (200, b"[]"), (200, b'{"id": "pay_1"}'), (200, b"\xff"), (404, b"<html>not here"),
            (302, b""), (204, b""), (200, b'{"currency": "EUR", "status": "levitating"}'),
        ],
    )  # fmt: skip
    def test_an_answer_that_makes_no_sense_is_no_answer(self, provider, monkeypatch, status, body):
        monkeypatch.setattr(egress, "call", lambda *_, **__: egress.Answer(status, body))
        with pytest.raises(ProviderDown):
            provider.look_up("pay_1")


class TestDiscretion:
    def test_no_secret_and_nothing_of_the_customer_shows_in_what_is_printed(self, provider, other_side):
        asked = request()
        started = provider.start(asked, key="discreet")
        printed = f"{provider!r} {asked!r} {started!r}"
        hidden = [other_side.key, other_side.webhook_secret, "canary@example.org", "secret-token", "/pay/"]
        assert [word for word in hidden if word in printed] == []

    def test_errors_quote_neither_key_nor_address(self, provider, other_side):
        other_side.control(api_fail="500")
        with pytest.raises(ProviderDown) as down:
            provider.start(request(), key="discreet-error")
        assert other_side.key not in f"{down.value!r} {down.value.why}" and "secret-token" not in down.value.why

    def test_a_secret_that_can_check_nothing_stops_the_start_unquoted(self):
        for secret in ["", "short", "whsec_c2hvcnQ=", "whsec_%%%"]:
            with pytest.raises(ValueError) as refused:
                testpay.TestPay("http://127.0.0.1:1", "key", [secret])
            assert not secret or secret not in str(refused.value)

    def test_what_the_provider_keeps_of_the_customer_is_the_names_of_the_fields(self, provider, other_side):
        reference = provider.start(request(), key="kept").reference
        kept = b"".join(f.read_bytes() for f in Path(other_side.folder).rglob("*") if f.is_file())
        assert reference.encode() in kept and b"canary@example.org" not in kept
        assert next(p for p in other_side.payments() if p["id"] == reference)["customer_fields"] == ["email"]


def test_times_go_out_with_their_offset(provider, other_side):
    local = datetime(2049, 1, 1, 12, tzinfo=UTC).astimezone()
    reference = provider.start(request(expires_at=local), key="offset").reference
    held = next(p for p in other_side.payments() if p["id"] == reference)
    assert held["expires_at"] == "2049-01-01T12:00:00.000000Z"
