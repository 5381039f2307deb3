"""Openings are counted: in memory, written together, nobody's name in them; one by staff is written down at once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from calla.orders.models import Order
from calla.privacy import reading
from calla.privacy.errors import KeyGone, NotGranted
from calla.privacy.jobs import keep_the_ledger
from calla.privacy.middleware import OnePolicy
from calla.privacy.models import LedgerEntry, OpeningCount
from calla.privacy.types import SYSTEM, Actor
from tests.builders import orders

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
STAFF = Actor("staff", uuid4())


@pytest.fixture
def order():
    order = Order.objects.get(pk=orders.a_draft().pk)
    reading.flush()
    OpeningCount.objects.all().delete()
    yield order
    reading.flush()


def counted():
    reading.flush()
    return {(row.purpose, row.model): row.count for row in OpeningCount.objects.all()}


def test_each_is_counted_by_purpose_and_kind(order):
    for purpose in ("orders", "orders", "orders.carrier"):
        order.details.open(purpose)
    order.accounting.details.open("orders")
    assert counted() == {
        ("orders", "orders.order"): 2, ("orders.carrier", "orders.order"): 1, ("orders", "orders.accounting"): 1,
    }  # fmt: skip


def test_one_row_a_day_grows(order):
    with time_machine.travel(datetime(2026, 12, 1, 12, tzinfo=UTC)) as now:
        for day in (1, 1, 2):
            now.move_to(datetime(2026, 12, day, 12, tzinfo=UTC))
            order.details.open("orders")
            reading.flush()
    assert sorted(OpeningCount.objects.values_list("day__day", "count")) == [(1, 2), (2, 1)]


def test_an_opening_that_was_refused_is_none(order):
    with pytest.raises(NotGranted):
        order.details.open("newsletter", by=STAFF)
    assert counted() == {} and not LedgerEntry.objects.filter(kind="opened").exists()


def test_neither_is_one_that_found_no_key(order):
    from calla.privacy import keys

    keys.destroy([order.key])
    with pytest.raises(KeyGone):
        order.details.open("orders", by=STAFF)
    assert counted() == {} and not LedgerEntry.objects.filter(kind="opened").exists()


def test_opening_asks_the_database_nothing_to_count(order, django_assert_num_queries):
    order.details.open("orders")
    with django_assert_num_queries(0):
        order.details.open("orders")


def test_counts_go_with_the_next_request_once_they_are_due(order, monkeypatch):
    page = OnePolicy(lambda request: HttpResponse(order.details.open("orders").email))
    page(RequestFactory().get("/"))
    assert not OpeningCount.objects.exists()
    monkeypatch.setattr(reading, "_flushed", -1e9)
    page(RequestFactory().get("/"))
    assert OpeningCount.objects.get().count == 2


def test_the_job_writes_what_is_left_and_chains_the_ledger(order):
    order.details.open("orders", by=STAFF)
    keep_the_ledger()
    assert OpeningCount.objects.get().count == 1
    assert not LedgerEntry.objects.filter(position=None).exists()


def test_a_count_holds_no_person(order):
    assert {field.name for field in OpeningCount._meta.fields} == {"id", "day", "purpose", "model", "count"}


def test_one_by_staff_stands_in_the_ledger_and_one_by_the_program_does_not(order):
    order.details.open("orders", by=SYSTEM)
    order.details.open("orders")
    assert not LedgerEntry.objects.filter(kind="opened").exists()
    order.details.open("orders", by=STAFF)
    entry = LedgerEntry.objects.get(kind="opened")
    assert (entry.subject, entry.actor, entry.actor_subject) == (order.subject_id, "staff", STAFF.subject)
    assert (entry.purpose, entry.what) == ("orders", f"orders.order {order.pk}")


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_none_is_lost_or_doubled_between_threads():
    order = Order.objects.get(pk=orders.a_draft().pk)
    counted()
    OpeningCount.objects.all().delete()

    def open_and_write():
        for _ in range(50):
            order.details.open("orders")
            reading.flush()
        connection.close()

    threads = [threading.Thread(target=open_and_write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted() == {("orders", "orders.order"): 200}
