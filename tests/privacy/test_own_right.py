"""The purpose by which people see their own: all that is held, no longer than it is held, from the day it is posted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from calla.kernel import clock
from calla.orders.models import Accounting, Order
from calla.policy.check import check
from calla.privacy import reading, versions
from calla.privacy.errors import NotGranted
from calla.privacy.models import LedgerEntry
from calla.privacy.types import Actor
from tests.builders import orders
from tests.builders.shop import policy_in_force, policy_text

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
PLANNED = [(f"[{name}]\n", f'[{name}]\nstate = "planned"\n') for name in ("S5d", "R2", "R4")]


def ended(days: int) -> Order:
    order = orders.a_placed_order()
    order.ended_on = clock.today() - timedelta(days=days)
    order.save()
    return order


class TestReading:
    def test_it_sees_all_fields_of_what_is_kept(self):
        order = orders.a_placed_order()
        assert order.details.open("rights").email == orders.ADA["email"]
        assert order.accounting.details.open("rights").purchases

    def test_it_sees_nothing_of_what_has_had_its_time(self):
        left = ended(800).details.open("rights")
        for gone in ("email", "delivery_address"):
            with pytest.raises(NotGranted):
                getattr(left, gone)

    def test_it_sees_what_only_the_law_still_holds(self):
        books = Accounting.objects.get(order=ended(800))
        assert books.details.open("rights").billing_address == orders.HOME
        with time_machine.travel(date(clock.today().year + 12, 1, 1)), pytest.raises(NotGranted):
            books.details.open("rights")

    def test_another_use_reads_no_longer_than_what_a_row_is_kept_for(self):
        """“staff” knows no time for orders of its own: without this it would read them for ever."""
        assert ended(10).details.open("staff").email
        with pytest.raises(NotGranted):
            ended(800).details.open("staff")

    def test_it_is_counted_and_is_no_opening_by_staff(self):
        order = orders.a_placed_order()
        reading.flush()
        order.details.open("rights")
        assert reading._counts == {("rights", "orders.order"): 1}
        assert not LedgerEntry.objects.filter(kind="opened").exists()
        order.details.open("rights", by=Actor("staff", order.subject_id))
        assert LedgerEntry.objects.get(kind="opened").subject == order.subject_id


def test_it_binds_from_its_posting_on_also_towards_those_who_were_not_here_since():
    policy_in_force(policy_text(*PLANNED))
    order = orders.a_placed_order()
    with pytest.raises(NotGranted):
        order.details.open("rights")
    policy_in_force()
    assert Order.objects.get(pk=order.pk).details.open("rights").email


def test_a_policy_that_would_keep_something_back_is_refused():
    text = policy_text(('"sign_in_secret", "message"', '"message"'))
    policy_in_force(text)
    policy = versions.current()
    said = [problem.message for problem in check(policy, policy.program) if not problem.warning]
    assert any("staff reads sign_in_secret, which people could not see by rights" in one for one in said)
