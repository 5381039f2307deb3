"""An order that costs nothing is placed without a payment: no provider takes a payment of nought."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from calla.catalogue.errors import OutOfStock
from calla.catalogue.models import Stock, StockHold
from calla.kernel import clock
from calla.kernel.money import Money
from calla.orders import services as orders
from calla.orders.models import OrderEvent
from calla.orders.states import CancelReason
from calla.payments import selectors, services
from calla.payments.errors import TimeIsOver
from calla.payments.models import Payment
from calla.privacy.models import Letter
from calla.privacy.types import Actor
from tests.builders.orders import a_draft, a_line, a_request
from tests.builders.shop import a_variant
from tests.support.jobs import run_jobs
from tests.support.paying import state_of

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
NOTHING = {"shipping": Money(0, "EUR"), "tax": Money(0, "EUR")}


def free(**changes):
    return a_draft(a_line(a_variant(price=0, on_hand=2)), **NOTHING, **changes)


def test_pay_places_it_once_and_asks_nobody(till):
    order = free()
    assert services.start(order.id) is None and services.start(order.id) is None
    assert state_of(order.id) == "placed" and not Payment.objects.exists() and till.there() == []
    assert list(OrderEvent.objects.values_list("kind", "actor")) == [("order:place", "system")]
    stock = Stock.objects.get()
    assert (stock.allocated, stock.held) == (1, 0) and Letter.objects.get().kind == "order_confirmation"


def test_the_books_miss_no_payment_for_it_and_the_office_sees_it_paid(till):
    order = free()
    services.start(order.id)
    run_jobs()
    assert till.reconcile() and selectors.status(order.id, free=True) == "paid"
    orders.release(orders.hold_back(order.id, by=Actor("staff")).id, by=Actor("staff"))
    services.cancel(order.id, CancelReason.OTHER, by=Actor("staff"))
    run_jobs()
    assert state_of(order.id) == "cancelled" and till.reconcile()


def test_a_draft_that_came_to_cost_nothing_ends_its_open_payment(till):
    request = a_request(a_line(a_variant(price=0)), shipping=Money(490, "EUR"))
    order = orders.draft(request)
    till.start(order)
    orders.draft(replace(request, **NOTHING))
    assert services.start(order.id) is None
    assert state_of(order.id) == "placed" and till.the_payment(order)["status"] == "expired"


def test_pieces_that_are_gone_are_not_given_away(till):
    order = free()
    with time_machine.travel(order.held_until + timedelta(seconds=1)), pytest.raises(TimeIsOver):
        services.start(order.id)
    with time_machine.travel(clock.now() + timedelta(minutes=29)):
        StockHold.objects.all().delete()
        Stock.objects.update(on_hand=0, held=0)
        with pytest.raises(OutOfStock):
            services.start(order.id)
    assert state_of(order.id) == "draft" and not Letter.objects.exists()
