"""Somebody is found by their address, in whatever app, and in none that forgot them."""

from __future__ import annotations

import pytest

from calla.customers.types import Role
from calla.orders.models import Order
from calla.privacy import registry
from calla.privacy import services as privacy
from tests.builders import orders
from tests.support.people import somebody

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
ADA = "ada@example.net"


def test_every_row_that_carries_an_address_names_its_subject():
    found = {orders.a_placed_order().subject_id, orders.a_draft().subject_id, somebody(Role.OWNER, ADA).subject_id}
    orders.a_placed_order(email="brian@example.net")
    assert set(privacy.people_at("Ada@Example.NET ")) == found


def test_two_rows_of_one_person_are_one_person():
    account = somebody(Role.STAFF, ADA)
    order = orders.a_placed_order()
    Order.objects.filter(pk=order.pk).update(subject=account.subject)
    assert privacy.people_at(ADA) == (account.subject_id,)


def test_it_asks_one_question_for_each_index(django_assert_num_queries):
    for _ in range(5):
        orders.a_placed_order()
    with django_assert_num_queries(len(list(registry.indexes()))):
        assert len(privacy.people_at(ADA)) == 5


def test_the_address_of_somebody_is_opened_for_a_purpose_that_may():
    subject = orders.a_placed_order(email="Ada@example.net").subject_id
    assert privacy.address_of(subject, "orders") == "Ada@example.net"
    assert privacy.address_of(subject, "returns") is None, "no sentence in force grants it"


def test_no_two_indexes_could_be_joined():
    contexts = [indexed.context for _table, _column, indexed in registry.indexes()]
    assert len(contexts) == len(set(contexts)) >= 2
