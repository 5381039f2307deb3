"""An address that is corrected at the moment its parcel is packed: one comes first, and the other sees it."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest
from django.db import connections, transaction

from calla.orders import correcting, selectors, services
from calla.privacy.errors import CorrectionRefused
from calla.privacy.types import Actor
from tests.builders.orders import HOME, a_placed_order

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]), pytest.mark.usefixtures("shop"),
]
ELSEWHERE = replace(HOME, lines=("Am Deich 7",))


def meanwhile(deed) -> tuple[threading.Thread, list[object]]:
    outcome: list[object] = []

    def run() -> None:
        try:
            outcome.append(deed())
        except CorrectionRefused as refused:
            outcome.append(refused)
        finally:
            connections.close_all()

    return threading.Thread(target=run), outcome


def _delivery(order):
    return selectors.for_parcel(order.id, by=Actor("staff")).details.delivery_address


def test_packed_first_the_correction_is_refused():
    order = a_placed_order()
    buyer, outcome = meanwhile(lambda: correcting.correct(order.id, "delivery_address", ELSEWHERE))
    with transaction.atomic():
        services.pack(order.id, by=Actor("staff"))
        buyer.start()
        time.sleep(0.6)
    buyer.join(10)
    assert isinstance(outcome[0], CorrectionRefused) and "hold it back" in str(outcome[0])
    assert _delivery(order) == HOME


def test_corrected_first_the_parcel_is_packed_with_the_new_address():
    order = a_placed_order()
    seen: list[object] = []

    def pack() -> None:
        services.pack(order.id, by=Actor("staff"))
        seen.append(_delivery(order))

    packer, _outcome = meanwhile(pack)
    with transaction.atomic():
        correcting.correct(order.id, "delivery_address", ELSEWHERE)
        packer.start()
        time.sleep(0.6)
        assert seen == []
    packer.join(10)
    assert seen == [ELSEWHERE]
