"""Many connections at the same moment: the customer, their browser, the provider and the office, all in a race."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connections, transaction

from calla.cart import selectors as cart_selectors
from calla.cart import services as carts
from calla.cart.errors import NotEnough
from calla.catalogue.errors import OutOfStock
from calla.catalogue.models import Stock
from calla.checkout import selectors as checkout_selectors
from calla.checkout import services as checkout
from calla.checkout.types import PayRequest
from calla.kernel import tokens
from calla.kernel.money import Money
from calla.orders.models import Order
from calla.orders.states import CancelReason
from calla.payments import services
from calla.payments.errors import TooMuch
from calla.payments.models import Payment
from calla.payments.services.cancelling import send_refund
from calla.payments.services.settling import capture
from calla.privacy.types import Actor
from tests.builders.orders import ADA, HOME, a_draft
from tests.builders.shop import a_variant
from tests.catalogue.conftest import at_once
from tests.faults.judge import findings
from tests.faults.machinery import come_back
from tests.support.jobs import run_jobs

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]),
    pytest.mark.usefixtures("shop", "home", "no_jobs"),
]
STAFF = Actor("staff")


def errors(outcomes: list[Any], *expected: type[Exception]) -> list[Any]:
    return [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, expected)]


def a_cart(variant) -> PayRequest:
    """A cart with one piece, and the form filled in."""
    token = carts.open_cart()[1]
    carts.add(token, variant.pk)
    quote = checkout_selectors.quote(cart_selectors.cart(token), "DE")
    return PayRequest(
        cart_token=token, delivery=HOME, billing=HOME, method_id=quote.method.id, shown=quote.total,
        pieces=quote.pieces, **ADA,
    )


def test_twenty_clicks_on_pay_make_one_order_and_one_payment(till):
    request = a_cart(variant := a_variant(on_hand=3))
    outcomes = at_once([partial(checkout.pay, request) for _ in range(20)])
    assert errors(outcomes) == []
    assert len(set(outcomes)) == 1
    assert Order.objects.count() == Payment.objects.count() == len(till.there()) == 1
    till.provider.pay(outcomes[0])
    till.deliver()
    come_back(till)
    assert findings(till, stock={variant.pk: 3}, thanked=[Order.objects.get().id]) == []


def test_return_and_notice_at_once_place_one_order_and_take_its_money_once(till):
    for _ in range(4):
        order = a_draft()
        till.pay(order)
        payment, notice = till.payment(order), till.notices()[-1]
        calls: list[Callable[[], Any]] = [partial(services.refresh, order.id), partial(services.settle, payment.id)] * 3
        outcomes = at_once([*calls, partial(services.receive, *notice), partial(services.receive, *notice)])
        assert errors(outcomes) == [] and sorted(outcomes[-2:]) == [False, True]
        assert errors(at_once([partial(capture, payment.id)] * 4)) == []
    come_back(till)
    assert findings(till, thanked=Order.objects.values_list("id", flat=True)) == []


def a_paid_order(till) -> Order:
    order = a_draft()
    till.pay(order)
    services.refresh(order.id)
    return order


def test_refunds_at_once_never_come_to_more_than_was_taken(till):
    order = a_paid_order(till)
    run_jobs()
    part = Money(order.total_minor // 3, "EUR")
    outcomes = at_once([partial(services.refund, order.id, part, by=STAFF) for _ in range(8)])
    assert errors(outcomes, TooMuch) == []
    granted = [one for one in outcomes if not isinstance(one, Exception)]
    assert len(granted) == 3
    assert errors(at_once([partial(send_refund, one.id) for one in granted for _ in range(2)])) == []
    come_back(till)
    assert till.charged(order) == order.total_minor - 3 * part.minor
    assert findings(till) == []


def test_cancelling_races_with_taking_the_money(till):
    for _ in range(5):
        order = a_paid_order(till)
        cancel = partial(services.cancel, order.id, CancelReason.CUSTOMER, by=STAFF)
        taking = partial(capture, till.payment(order).id)
        assert errors(at_once([taking, cancel, taking, partial(services.settle, till.payment(order).id)])) == []
    come_back(till)
    assert till.charged() == 0 and set(Order.objects.values_list("state", flat=True)) == {"cancelled"}
    assert findings(till) == []


def test_a_look_at_the_payment_during_a_cancellation_does_not_undo_it(till):
    order = a_paid_order(till)
    run_jobs()
    payment = till.payment(order)

    def look() -> None:
        services.settle(payment.id)
        connections.close_all()

    other = threading.Thread(target=look)
    with transaction.atomic():
        services.cancel(order.id, CancelReason.CUSTOMER, by=STAFF)
        other.start()
        time.sleep(0.6)
    other.join(10)
    payment.refresh_from_db()
    assert payment.goes_back_at is not None
    run_jobs()
    assert till.charged(order) == 0


def test_drafts_are_not_forgotten_while_their_payment_comes_in(till):
    orders = [a_draft() for _ in range(4)]
    for order in orders:
        till.pay(order)
    over = till.began - timedelta(minutes=5)
    Order.objects.update(held_until=over)
    Payment.objects.update(expires_at=over)
    calls = [partial(services.settle, till.payment(order).id) for order in orders]
    assert errors(at_once([*calls, services.drop_unpaid, services.drop_unpaid])) == []
    come_back(till)
    assert findings(till, thanked=[order.id for order in orders]) == []


def test_two_hundred_buyers_and_a_hundred_pieces(till):
    """Everybody who was thanked has an order, everybody else was told before anything was charged."""
    variant = a_variant(on_hand=100)

    def buy(number: int) -> str:
        try:
            request = a_cart(variant)
            till.provider.pay(checkout.pay(request))
            order = Order.objects.get(cart_digest=tokens.digest(request.cart_token))
            if number % 3:  # the others' browsers do not come back
                services.refresh(order.id)
        except (OutOfStock, NotEnough):
            return "told"
        finally:
            connections.close_all()
        return str(order.id)

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(buy, random.Random(7).sample(range(200), 200)))
    placed = [outcome for outcome in outcomes if outcome != "told"]
    till.deliver(times=2)
    come_back(till)
    assert (len(placed), outcomes.count("told")) == (100, 100)
    assert Order.objects.filter(state="placed").count() == 100
    stock = Stock.objects.get(variant=variant)
    assert (stock.on_hand - stock.allocated, stock.held) == (0, 0)
    assert findings(till, stock={variant.pk: 100}, thanked=map(UUID, placed)) == []
