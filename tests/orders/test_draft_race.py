"""A draft that is changed at the moment its payment comes in: the two must queue up."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest
from django.db import connections, transaction

from calla.orders import services
from calla.orders.models import Order
from tests.builders.orders import a_request

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]), pytest.mark.usefixtures("shop"),
]


def test_changing_a_draft_while_it_is_being_placed_leaves_it_placed():
    request = a_request()
    order = services.draft(request)
    outcome = []

    def press_again():
        try:
            outcome.append(services.draft(replace(request, name="Somebody Else")))
        finally:
            connections.close_all()

    other_tab = threading.Thread(target=press_again)
    with transaction.atomic():
        services.place(order.id)
        other_tab.start()
        time.sleep(0.6)
    other_tab.join(10)
    assert outcome[0].state == "placed"
    order.refresh_from_db()
    assert (order.state, bool(order.number)) == ("placed", True)
    assert order.details.open("orders").name == "Ada Brennwald"
    assert Order.objects.count() == 1
