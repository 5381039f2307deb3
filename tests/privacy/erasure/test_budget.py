"""An erasure costs as many questions for a person with many orders as for one with a single order."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from calla.privacy import erasure
from calla.privacy.erasure import residues, standing
from calla.privacy.services import people_at
from tests.builders.shop import policy_in_force, policy_text
from tests.privacy.test_retention import NO_TAX, ended

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
AT_MOST = 40  # on both databases together, without transactions
NOT_COUNTED = ("SAVEPOINT", "RELEASE", "ROLLBACK", 'SELECT "privacy_policyversion"')  # the last is asked once a second


def statements(people) -> list[str]:
    with ExitStack() as stack:
        seen = [stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in ("default", "keys")]
        erasure.erase(people)
    asked = [query["sql"] for one in seen for query in one.captured_queries]
    return [text for text in asked if not text.startswith(NOT_COUNTED)]


def orders(count: int) -> tuple:
    for _ in range(count):
        ended()
    return people_at("ada@example.net")


@pytest.mark.parametrize("held", [False, True], ids=["everything goes", "the law holds something"])
def test_ten_orders_cost_as_many_questions_as_one(held):
    if not held:
        policy_in_force(policy_text(*NO_TAX))
    erasure.erase(orders(1))  # what a process asks only once, it has asked
    one, ten = statements(orders(1)), statements(orders(10))
    assert [text[:20] for text in ten] == [text[:20] for text in one]
    assert len(one) <= AT_MOST


def test_what_is_looked_for_at_once_is_found_by_an_index():
    """A search through all of a large table would take as long as the table is large."""
    traces = residues.traces(standing.of(orders(1)))
    values = {"ids": list(traces.ids), "marks": [bytes.fromhex(mark) for mark in traces.marks]}
    with connections["default"].cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + residues._counting("default"), values)
        assert not [line for (line,) in cursor.fetchall() if "Seq Scan" in line]
