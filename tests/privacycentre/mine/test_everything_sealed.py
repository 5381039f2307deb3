"""Whatever is sealed of somebody, in whichever table, stands in their copy: each value exactly once."""

from __future__ import annotations

import pytest

from calla.orders.models import Note
from calla.orders.types import NoteDetails
from calla.privacy import held, keys
from calla.privacy.services import people_at
from calla.privacycentre.mine import copies, report
from tests.builders import enquiries, orders
from tests.support import planting
from tests.support.people import somebody

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AT_LEAST = {
    "customers.Account.details", "enquiries.Enquiry.details", "enquiries.Message.text", "orders.Accounting.details",
    "orders.Note.details", "orders.Order.details",
}  # fmt: skip


@pytest.fixture
def ada(shop):
    """Somebody with one of everything."""
    order = orders.a_placed_order()
    note = Note(order=order, subject_id=order.subject_id, key=keys.make(), reason="delay")
    note.details.seal(NoteDetails(text="It comes a day later."))
    note.save(force_insert=True)
    enquiries.asked()
    return [*people_at("ada@example.net"), somebody().subject_id]


def test_each_canary_in_each_sealed_column_stands_in_the_copy_exactly_once(ada):
    marks = planting.in_all_that_is_sealed(ada)
    assert set(marks.values()) >= AT_LEAST
    text = copies.as_json(report.of(ada))
    assert {where: text.count(mark) for mark, where in marks.items() if text.count(mark) != 1} == {}


def test_what_is_left_out_would_be_seen(ada, monkeypatch):
    marks = planting.in_all_that_is_sealed(ada)
    shown = held._values
    monkeypatch.setattr(held, "_values", lambda table, *given: () if table.model is Note else shown(table, *given))
    text = copies.as_json(report.of(ada))
    assert {where for mark, where in marks.items() if text.count(mark) != 1} == {"orders.Note.details"}
