"""Whoever steals a copy of the main database opens nothing, and with a later copy of the keys nobody who was erased."""

from __future__ import annotations

import subprocess

import pytest
from cryptography.exceptions import InvalidTag

from calla.kernel import clock
from calla.kernel.postgres import programs
from calla.orders.models import Order
from calla.privacy import erasure, keys, rotation
from calla.privacy.errors import KeyGone, KeysUnavailable
from calla.privacy.keystore.models import DataKey
from calla.privacy.services import people_at
from tests.builders.orders import a_placed_order
from tests.builders.shop import policy_in_force, policy_text
from tests.privacy.test_canaries import Canary
from tests.privacy.test_retention import NO_TAX
from tests.running.test_backup import backed_up
from tests.support import traces

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.usefixtures("shop", "own_roots"),
]


@pytest.fixture
def canary():
    policy_in_force(policy_text(*NO_TAX))
    one = Canary()
    Order.objects.filter(pk=one.buys().pk).update(state="completed", ended_on=clock.today())
    return one


def sealed_of(canary) -> list:
    """Each sealed value of theirs, as a stolen copy of the main database holds it."""
    orders = Order.objects.select_related("subject", "accounting__subject").filter(subject__in=people_at(canary.email))
    return [row.details for order in orders for row in (order, order.accounting)]


def test_a_dump_of_the_main_database_says_nothing_of_them(canary, tmp_path):
    made = backed_up(tmp_path)
    command = [programs.installed() / "bin" / "pg_restore", "--file=-", made / "shop.dump"]
    dump = subprocess.run(command, capture_output=True, check=True).stdout  # as text: the file itself is packed
    assert b"COPY public.orders_order " in dump
    assert traces.within(dump, traces.spellings(canary.values)) == []


def test_the_keys_of_later_open_nothing_of_whoever_was_erased(canary):
    stolen, living = sealed_of(canary), a_placed_order()
    wrapped = {row.pk: (row.root_id, bytes(row.wrapped)) for row in DataKey.objects.all()}
    assert [value._plain()["name"] for value in stolen] == [canary.name] * 2

    erasure.erase(people_at(canary.email))
    rotation.rewrap()
    keys.forget_opened()
    for value in stolen:
        with pytest.raises(KeyGone):
            value._plain()
        for key in DataKey.objects.values_list("pk", flat=True):  # all that are left, each tried
            with pytest.raises(InvalidTag):
                body = value.row.__dict__["details"]
                keys.cipher(key).decrypt(body[:12], body[12:], value._bound_to())
    for value in stolen:  # what an old page or a standby still holds of the key was wrapped by a root that is gone
        root, leftover = wrapped[value.row.key]
        with pytest.raises(KeysUnavailable):
            keys.unwrap(root, value.row.key, leftover)
    assert Order.objects.select_related("subject").get(pk=living.pk).details.open("orders").name
