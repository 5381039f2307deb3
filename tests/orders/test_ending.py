"""A delivered order ends when the time to send it back is over: without that its retention would never begin."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from calla.kernel import clock
from calla.orders import jobs, services
from calla.orders.models import Order
from calla.privacy.types import SYSTEM
from tests.builders.orders import a_placed_order

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]


@pytest.fixture
def sent():
    order = a_placed_order()
    services.pack(order.id, by=SYSTEM)
    services.ship(order.id, carrier="Kranich Parcel", tracking_number="K1", by=SYSTEM)
    return order


def state_after(order, days: int) -> Order:
    with time_machine.travel(clock.now() + timedelta(days=days)):
        jobs.complete_delivered()
    return Order.objects.get(pk=order.pk)


def test_it_ends_on_the_first_day_after_the_time_to_send_back(sent):
    services.deliver(sent.id, by=SYSTEM)
    assert state_after(sent, 13).ended_on is None
    ended = state_after(sent, 14)
    assert ended.state == "completed" and ended.ended_on == clock.today() + timedelta(days=14)
    assert "order.ended" in ended.life()


def test_a_parcel_on_its_way_keeps_the_order_open(sent):
    assert state_after(sent, 90).state == "placed"


def test_run_twice_it_changes_nothing(sent):
    services.deliver(sent.id, by=SYSTEM)
    first = state_after(sent, 20).ended_on
    assert state_after(sent, 40).ended_on == first
