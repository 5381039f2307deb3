"""No agreement with the payment service in force: the order is kept, the buyer is told, and all goes on later."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from calla.catalogue.models import Stock
from calla.kernel import clock
from calla.orders.models import Order
from calla.payments import selectors, services
from calla.payments.errors import WaitsForAgreement
from calla.payments.models import Payment
from calla.privacy import versions
from calla.privacy.models import Letter
from tests.builders.orders import a_draft, a_line
from tests.builders.shop import a_variant, policy_in_force, policy_text
from tests.support.jobs import run_jobs
from tests.support.paying import state_of

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
PAY = "processor.pay.agreement.until = "


def lapse():
    policy_in_force(policy_text((f"{PAY}2028-12-31", f"{PAY}2026-01-02")))


def waits(order):
    with pytest.raises(WaitsForAgreement) as told:
        services.start(order.id)
    return str(told.value)


def test_nothing_is_sent_and_the_buyer_is_told_the_truth(till):
    order = a_draft()
    lapse()
    said = waits(order)
    assert "agreement" in said and "Nothing was charged" in said and "until" in said
    assert till.there() == []


def test_the_order_and_its_pieces_are_kept_for_days(till):
    order = a_draft(a_line(variant := a_variant(on_hand=3), 2))
    lapse()
    waits(order)
    with time_machine.travel(clock.now() + timedelta(days=6)):
        versions.forget()
        assert services.drop_unpaid() == 0 and state_of(order.id) == "draft"
        assert Stock.objects.get(variant=variant).held == 2
    with time_machine.travel(clock.now() + timedelta(days=8)):
        versions.forget()
        services.drop_unpaid()
        assert not Order.objects.exists() and Stock.objects.get(variant=variant).held == 0


def test_the_office_sees_how_many_wait(till):
    lapse()
    for _ in range(2):
        waits(a_draft())
    assert selectors.waiting_for_agreement() == 2


def test_pressed_again_it_waits_as_before(till):
    order = a_draft()
    lapse()
    waits(order), waits(order)
    assert state_of(order.id) == "draft" and till.there() == []
    assert selectors.waiting_for_agreement() == 1
    policy_in_force()
    assert services.go_on() == 1


def test_while_it_has_lapsed_nobody_is_written_to(till):
    order = a_draft()
    lapse()
    waits(order)
    assert services.go_on() == 0 and not Letter.objects.exists()
    assert Payment.objects.get(order=order).lapsed_at


def test_with_a_new_agreement_they_are_written_to_once_and_can_pay(till):
    order = a_draft()
    lapse()
    waits(order)
    policy_in_force()
    assert (services.go_on(), services.go_on()) == (1, 0)
    run_jobs()
    assert Letter.objects.filter(kind="payment_possible", state="sent").count() == 1
    assert selectors.waiting_for_agreement() == 0
    till.pay(order)
    till.reconcile()
    run_jobs()
    assert state_of(order.id) == "placed" and till.charged(order) == order.total_minor


def test_money_that_was_promised_before_is_taken_once_there_is_a_new_one(till):
    order = a_draft()
    till.pay(order)
    till.deliver()
    lapse()
    with pytest.raises(Exception, match="agreement"):
        run_jobs()
    policy_in_force()
    till.reconcile()
    run_jobs()
    assert state_of(order.id) == "placed" and till.charged(order) == order.total_minor
