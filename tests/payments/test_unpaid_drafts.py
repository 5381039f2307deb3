"""A draft that nobody paid is forgotten, but never one that somebody pays or is just about to."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from calla.catalogue.models import Stock
from calla.catalogue.services import sweep_holds
from calla.kernel import clock
from calla.orders import services as orders
from calla.orders.models import Order
from calla.payments import services
from calla.payments.errors import ProviderDown, TimeIsOver
from calla.payments.models import Payment
from calla.payments.services.settling import unwind
from calla.privacy import keys
from calla.privacy.errors import KeyGone
from calla.privacy.models import Letter, Subject
from tests.builders.orders import a_draft, a_line, a_request
from tests.builders.shop import a_variant
from tests.support.jobs import run_jobs
from tests.support.paying import state_of

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]


def later(**how_much):
    return time_machine.travel(clock.now() + timedelta(**how_much))


class TestForgetting:
    def test_draft_person_keys_and_hold_go_and_the_page_at_the_provider_is_closed(self, till):
        order = a_draft(a_line(variant := a_variant(on_hand=3), 2))
        accounting = order.accounting.key
        url = till.start(order)
        with later(minutes=33):
            assert services.drop_unpaid() == 1
            run_jobs()
        assert not Order.objects.exists() and not Subject.objects.exists() and not Payment.objects.exists()
        assert Stock.objects.get(variant=variant).held == 0
        for key in (order.key, accounting):
            keys.forget_opened()
            with pytest.raises(KeyGone):
                keys.raw(key)
        till.provider.pay(url)
        assert [p["status"] for p in till.there()] == ["expired"]

    def test_not_before_its_time(self, till):
        order = a_draft()
        till.start(order)
        with later(minutes=31):
            assert services.drop_unpaid() == 0
        assert state_of(order.id) == "draft"

    def test_one_whose_payment_never_reached_the_provider_goes_as_well(self, till):
        order = a_draft()
        till.provider.control(api_fail="500")
        with pytest.raises(ProviderDown):
            services.start(order.id)
        till.provider.control(api_fail="none")
        Payment.objects.update(expires_at=clock.now() - timedelta(minutes=3))
        Order.objects.update(held_until=clock.now() - timedelta(minutes=3))
        assert services.drop_unpaid() == 1
        assert till.there() == []

    def test_one_that_was_never_started_goes_while_the_provider_is_down(self, till):
        started, started_too, fresh = a_draft(), a_draft(), a_draft()
        till.start(started)
        till.start(started_too)
        till.provider.control(api_fail="500")
        with later(minutes=33):
            assert services.drop_unpaid() == 1
        assert not Order.objects.filter(pk=fresh.pk).exists()
        assert state_of(started.id) == state_of(started_too.id) == "draft"


class TestPaidInTheLastSecond:
    def test_it_counts(self, till):
        order = a_draft()
        till.pay(order)
        with later(minutes=33):
            assert services.drop_unpaid() == 0
            run_jobs()
        assert state_of(order.id) == "placed" and till.charged(order) == order.total_minor

    def test_when_the_pieces_went_to_somebody_else_meanwhile_the_money_goes_back_and_the_buyer_is_told(self, till):
        variant = a_variant(on_hand=1)
        order = a_draft(a_line(variant))
        till.pay(order)
        with later(minutes=33):
            sweep_holds()
            a_draft(a_line(variant))
            assert services.drop_unpaid() == 0
            run_jobs()
            assert state_of(order.id) == "draft"
            assert (till.authorised(), till.charged()) == (0, 0)
            assert [p["status"] for p in till.there(order)] == ["voided"]
            assert [letter.state for letter in Letter.objects.filter(kind="payment_problem")] == ["sent"]
            assert services.drop_unpaid() == 1
        assert not Order.objects.filter(pk=order.pk).exists()

    def test_the_draft_waits_while_that_letter_is_owed_but_not_for_ever(self, till):
        variant = a_variant(on_hand=1)
        order = a_draft(a_line(variant))
        till.pay(order)
        with later(minutes=33):
            sweep_holds()
            a_draft(a_line(variant))
            services.drop_unpaid()
            unwind(till.payment(order).id)
            assert services.drop_unpaid() == 0
        with later(days=2):
            assert services.drop_unpaid() >= 1
            run_jobs()
        assert not Letter.objects.exists()


class TestJustAboutToPay:
    def test_a_draft_renewed_at_that_moment_stays(self, till, monkeypatch):
        request = a_request()
        order = orders.draft(request)
        till.start(order)
        with later(minutes=33):
            renewed = a_request(cart_digest=request.cart_digest, lines=request.lines)
            due = [order.id]
            orders.draft(renewed)  # between the question which drafts are due and the lock
            monkeypatch.setattr("calla.orders.selectors.drafts_held_until", lambda before: due)
            assert services.drop_unpaid() == 0
            assert till.start(order)
        assert state_of(order.id) == "draft"

    def test_pressing_pay_late_gives_the_whole_time_again(self, till):
        request = a_request()
        order = orders.draft(request)
        first = till.start(order)
        with later(minutes=27):
            orders.draft(a_request(cart_digest=request.cart_digest, lines=request.lines))
            second = till.start(order)
            assert second != first and till.payment(order, 2).expires_at - clock.now() > timedelta(minutes=29)
        assert [p["status"] for p in till.there(order)] == ["expired", "open"]

    def test_asking_again_for_the_last_minutes_opens_the_same_page(self, till):
        order = a_draft()
        first = till.start(order)
        with later(minutes=27):
            assert till.start(order) == first
        assert Payment.objects.count() == 1

    def test_once_the_time_is_over_it_is_said_in_words_and_nothing_is_started(self, till):
        order = a_draft()
        with later(minutes=31), pytest.raises(TimeIsOver, match="order again"):
            services.start(order.id)
        assert till.there() == []
