"""The shop is killed before or after each call to the provider. Whatever was done and whatever was not, it comes right.

The whole course of an order is played: start, pay, come back, notices, capture, a refund of a part, another order that
is cancelled. One run for each call it makes.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress

import pytest
from django.db import transaction

from calla.kernel import clock
from calla.kernel.money import Money
from calla.orders.models import Order
from calla.orders.states import CancelReason
from calla.payments import services
from calla.payments.errors import TooMuch
from calla.privacy.types import Actor
from tests.builders.orders import a_draft, a_line
from tests.builders.shop import a_variant
from tests.faults.judge import findings
from tests.faults.machinery import Death, come_back, surviving, work
from tests.support.paying import state_of

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
STAFF = Actor("staff")
MOST_CALLS = 40


def press_pay(order: Order, *, patient: bool) -> str | None:
    """Somebody who sees a broken page presses again, or goes away."""
    for _ in range(2 if patient else 1):
        with surviving():
            return services.start(order.id)
    return None


def comes_back(till, order):
    with surviving():
        services.refresh(order.id)
    with surviving():
        till.deliver()
        work()
    with surviving():
        work()
        till.deliver()
        work()


def play(till, death, monkeypatch, *, patient):
    variant = a_variant(on_hand=10)
    kept, called_off = (a_draft(a_line(variant, 2)) for _ in range(2))
    with death.waiting(monkeypatch):
        for order in (kept, called_off):
            if url := press_pay(order, patient=patient):
                till.provider.pay(url)
                comes_back(till, order)
        if state_of(called_off.id) == "placed":
            with surviving():
                services.cancel(called_off.id, CancelReason.CUSTOMER, by=STAFF)
                work()
        if state_of(kept.id) == "placed":
            with surviving():
                give_back_a_part(kept)
                work()
    return variant


def give_back_a_part(order):
    with suppress(TooMuch):  # when its money is not taken yet
        services.refund(order.id, Money(1_000, "EUR"), by=STAFF)


@contextmanager
def a_world_of_its_own():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("answered", [False, True], ids=["before the call", "after its answer"])
@pytest.mark.parametrize("patient", [True, False], ids=["pressed again", "gone away"])
def test_it_comes_right_wherever_the_shop_was_killed(till, monkeypatch, answered, patient):
    survived = 0
    for at in range(1, MOST_CALLS):
        death, till.began = Death(at, answered=answered), clock.now()
        with a_world_of_its_own():
            variant = play(till, death, monkeypatch, patient=patient)
            come_back(till)
            assert findings(till, stock={variant.pk: 10}) == [], f"killed at call {at}"
        if not death.came:
            break
        survived += 1
    assert survived >= 8 and at < MOST_CALLS - 1
