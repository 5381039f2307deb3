"""The shop stays open while its keys are wrapped anew: whoever makes or opens one meanwhile notices nothing."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from calla.privacy import keys, rotation
from calla.privacy.errors import KeysUnavailable
from calla.privacy.keystore.models import Root

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]), pytest.mark.usefixtures("shop", "own_roots")
]
NIGHTS = 12


def test_keys_are_made_and_opened_through_every_rotation():
    kept, refused, over = [keys.make()], [], threading.Event()

    def trade() -> None:
        try:
            while not over.is_set():
                kept.append(keys.make())
                keys.forget_opened()
                keys.raw(kept[-1])
        except KeysUnavailable as error:
            refused.append(error.why)
        finally:
            connections.close_all()

    sellers = [threading.Thread(target=trade) for _ in range(3)]
    for seller in sellers:
        seller.start()
    for _ in range(NIGHTS):
        rotation.rewrap()
    over.set()
    for seller in sellers:
        seller.join()
    keys.forget_opened()
    assert refused == []
    assert all(keys.raw(key) for key in kept) and Root.objects.filter(state="current").count() == 1
