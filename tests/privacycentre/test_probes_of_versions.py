"""The probes of versions and times hold in a shop that keeps its word, and turn red in one that does not."""

from __future__ import annotations

import pytest

from calla.orders import probes as of_orders
from calla.policy import tables
from calla.policy.versions import Versions
from calla.privacy import probing, reading, versions
from calla.privacycentre import pages, probes
from tests.builders.shop import policy_in_force, policy_text

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
OURS = (
    probes.page_data_and_program_are_of_one_version,
    probes.every_version_can_still_be_read_as_it_was,
    probes.a_looser_version_waits_for_the_next_use,
    probes.the_register_holds_every_use_of_the_policy,
    of_orders.an_order_is_read_until_its_day_and_no_longer,
)


def outcome(function) -> probing.Finding:
    (one,) = (probe for probe in probing.probes() if probe.run is function)
    return probing.run(one)


@pytest.mark.parametrize("function", OURS, ids=lambda function: function.__name__)
def test_it_holds_under_one_version_and_under_several(function):
    assert outcome(function).ok, outcome(function).said
    policy_in_force(policy_text(("24 months after order.ended", "12 months after order.ended")))
    policy_in_force(policy_text(("24 months after order.ended", "36 months after order.ended")))
    assert outcome(function).ok, outcome(function).said


def test_a_page_of_another_version_turns_it_red(monkeypatch):
    policy_in_force(policy_text(("24 months after order.ended", "12 months after order.ended")))
    monkeypatch.setattr(pages, "live", lambda version: {"version.number": 1, "version.date": None})
    assert not outcome(OURS[0]).ok


def test_a_version_that_can_be_read_no_more_turns_it_red(monkeypatch):
    monkeypatch.setattr(versions, "posted", lambda number: None)
    assert "can no longer be read" in outcome(OURS[1]).said


def test_a_loosening_that_binds_at_once_turns_it_red(monkeypatch):
    monkeypatch.setattr(Versions, "binding", lambda self, person: self.current.rules(person.country))
    assert "became longer for somebody who was away" in outcome(OURS[2]).said


def test_a_register_that_lacks_a_use_turns_it_red(monkeypatch):
    whole = tables.ROWS["table.register"]
    shortened = {**tables.ROWS, "table.register": lambda rules, language: list(whole(rules, language))[1:]}
    monkeypatch.setattr(tables, "ROWS", shortened)
    assert "lacks a use" in outcome(OURS[3]).said


def test_an_order_that_opens_after_its_day_turns_it_red(monkeypatch):
    monkeypatch.setattr(reading, "keep_until", lambda *args, **more: None)
    assert "whose time was over" in outcome(OURS[4]).said
