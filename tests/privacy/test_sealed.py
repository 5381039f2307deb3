"""Personal values open for a purpose that the policy grants, in their own row, and never show themselves."""

from __future__ import annotations

import json
import logging
import pickle
from datetime import date
from uuid import uuid4

import pytest
import time_machine

from calla.orders.models import Accounting, Order
from calla.privacy import keys, versions
from calla.privacy.errors import KeyGone, KeysUnavailable, NotGranted, SealBroken, SealedLookup
from calla.privacy.models import LedgerEntry, OpeningCount
from calla.privacy.types import Actor
from tests.builders import orders
from tests.builders.shop import POLICY, post

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]


@pytest.fixture
def order():
    return Order.objects.get(pk=orders.a_draft().pk)


class TestOpening:
    def test_it_gives_the_fields_that_the_policy_grants_the_purpose(self, order):
        assert order.details.open("orders").email == "ada@example.net"

    def test_a_step_sees_its_fields_only(self, order):
        seen = order.details.open("orders.carrier")
        assert seen.delivery_address.city == "Bremen"
        with pytest.raises(NotGranted):
            _ = seen.email

    def test_no_purpose_opens_what_no_sentence_grants(self, order):
        for purpose in ("marketing", "newsletter", "orders.advertising", ""):
            with pytest.raises(NotGranted):
                order.details.open(purpose)

    def test_it_ends_on_the_due_day_whether_or_not_the_deleting_job_ran(self, order):
        order.state, order.ended_on = "completed", date(2026, 1, 31)
        order.number, order.placed_at = "C1", order.drafted_at
        order.save()
        with time_machine.travel("2028-01-30 12:00 +0000"):
            assert order.details.open("orders").name
        with time_machine.travel("2028-01-31 00:00 +0000"), pytest.raises(NotGranted):
            order.details.open("orders")

    def test_the_books_stay_readable_under_the_name_of_the_hold_alone(self, order):
        order.number, order.placed_at, order.ended_on = "C1", order.drafted_at, date(2026, 1, 31)
        order.save()
        books = Accounting.objects.get(order=order)
        with time_machine.travel("2029-01-01 12:00 +0000"):
            assert books.details.open("tax").purchases
            with pytest.raises(NotGranted):
                books.details.open("orders")

    def test_each_is_counted_by_purpose_and_one_by_staff_stands_in_the_ledger(self, order):
        from calla.privacy import reading

        reading.flush()
        OpeningCount.objects.all().delete()
        staff = Actor("staff", uuid4())
        order.details.open("orders", by=staff)
        order.details.open("orders")
        reading.flush()
        assert OpeningCount.objects.get(purpose="orders").count == 2
        entry = LedgerEntry.objects.get(kind="opened")
        assert (entry.subject, entry.actor_subject) == (order.subject_id, staff.subject)


class TestTheSeal:
    def test_a_value_moved_to_another_row_does_not_open(self, order):
        other = Order.objects.get(pk=orders.a_draft().pk)
        Order.objects.filter(pk=other.pk).update(key=order.key)
        other.refresh_from_db()
        other.__dict__["details"] = order.__dict__["details"]
        with pytest.raises(SealBroken):
            other.details.open("orders")

    def test_a_changed_byte_does_not_open(self, order):
        sealed = bytearray(order.__dict__["details"])
        sealed[-1] ^= 1
        order.__dict__["details"] = bytes(sealed)
        with pytest.raises(SealBroken):
            order.details.open("orders")

    def test_without_its_key_nothing_opens_again(self, order):
        keys.destroy([order.key])
        with pytest.raises(KeyGone):
            order.details.open("orders")

    def test_a_root_file_that_does_not_fit_keeps_everything_shut(self, order, monkeypatch):
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        keys.forget_opened()
        monkeypatch.setattr("calla.privacy.roots.cipher", lambda number: AESGCM(bytes(32)))
        with pytest.raises(KeysUnavailable):
            order.details.open("orders")


class TestShowing:
    @pytest.mark.parametrize("show", [str, repr, "{}".format, lambda value: json.dumps(value, default=str)])
    def test_nothing_that_prints_shows_a_value(self, order, show):
        for value in (order, order.details, order.details.open("orders")):
            assert "Brennwald" not in show(value) and "ada@" not in show(value)

    def test_it_cannot_be_pickled_into_a_cache_or_a_job(self, order):
        with pytest.raises(TypeError):
            pickle.dumps(order.details.open("orders"))

    def test_a_log_line_of_it_holds_none(self, order, caplog):
        with caplog.at_level(logging.INFO):
            logging.getLogger("calla").info("opened %s", order.details.open("orders"))
        assert "Brennwald" not in caplog.text


def test_sealed_columns_cannot_be_searched(order):
    for lookup in ("details", "details__contains", "details__gt"):
        with pytest.raises((SealedLookup, TypeError)):
            Order.objects.filter(**{lookup: b"x"}).count()


def test_a_policy_without_the_purpose_opens_nothing(order):
    lines = POLICY.read_text(encoding="utf-8").splitlines()
    kept = "\n".join(line for line in lines if not line.startswith("purpose.orders.steps.carrier"))
    post(kept.replace("{purpose.orders.steps.carrier}", "nothing"))
    with time_machine.travel(versions.PolicyVersion.objects.get(number=2).effective_at):
        versions.forget()
        with pytest.raises(NotGranted):
            order.details.open("orders.carrier")
