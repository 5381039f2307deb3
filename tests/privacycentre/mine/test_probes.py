"""The probes of these pages see what they say they see: with the enforcing part gone, each turns red."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from calla.kernel import clock
from calla.privacy import passes, probing, stopping
from calla.privacy.models import Subject
from calla.privacycentre.mine import copies

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def finding(name: str) -> probing.Finding:
    [one] = [one for one in probing.probes() if one.name == f"privacycentre.{name}"]
    return probing.run(one)


OURS = [
    "whoever_asks_gets_all_of_it_in_every_form", "the_link_ends_and_cannot_be_made_up",
    "a_paused_use_reads_nothing_until_it_goes_on", "a_no_is_noted_for_each_use_that_may_be_refused",
    "people_correct_what_is_theirs_and_nothing_else", "a_card_number_gets_no_further_than_a_corrected_address",
    "a_new_address_needs_its_reader_and_who_knows_the_old_one",
]  # fmt: skip


@pytest.mark.parametrize("name", OURS)
def test_all_is_well_and_leaves_nothing(name):
    before = Subject.objects.count()
    assert finding(name) == probing.Finding(finding(name).probe, ok=True)
    assert Subject.objects.count() == before


def test_a_copy_that_lacks_something_is_red(monkeypatch):
    monkeypatch.setattr(copies, "made", lambda form, report: ("", "text/plain"))
    assert "lacked a name" in finding(OURS[0]).said


def test_a_link_without_an_end_is_red(monkeypatch):
    monkeypatch.setattr(passes, "clock", SimpleNamespace(now=lambda: clock.now() - timedelta(days=1)))
    assert "still opens" in finding(OURS[1]).said


def test_a_pause_that_stops_nothing_is_red(monkeypatch):
    monkeypatch.setattr(stopping, "_set", lambda *args, **options: None)
    assert "read all the same" in finding(OURS[2]).said


def test_a_no_to_anything_is_red(monkeypatch):
    real = stopping.can_be_refused
    monkeypatch.setattr(stopping, "can_be_refused", lambda policy: real(policy) | {"staff"})
    assert "nobody may refuse" in finding(OURS[3]).said
