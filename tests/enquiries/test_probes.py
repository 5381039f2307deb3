"""The probes of questions find the shop in order, and see each promise that is broken."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calla.enquiries import services
from calla.enquiries.models import Enquiry
from calla.kernel import clock
from calla.privacy import probing, reading
from calla.privacy.keystore.models import DataKey
from tests.builders.shop import policy_in_force, policy_text

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
OURS = [one for one in probing.probes() if one.name.startswith("enquiries.") or "contact_without_account" in one.proves]
NO_QUESTIONS = ('[S5b]\nunder = "S5"\n', '[S5b]\nunder = "S5"\nstate = "planned"\n')


def found(name):
    [one] = [one for one in OURS if one.name.endswith(name)]
    return probing.run(one)


@pytest.mark.parametrize("one", OURS, ids=lambda one: one.name)
def test_all_is_well_and_nothing_is_left(one):
    assert probing.run(one).ok, probing.run(one).said
    assert not Enquiry.objects.exists() and not DataKey.objects.exists()


@pytest.mark.parametrize("one", OURS, ids=lambda one: one.name)
def test_a_shop_that_takes_no_questions_breaks_nothing(one):
    policy_in_force(policy_text(NO_QUESTIONS))
    assert probing.run(one).ok


BROKEN = {
    "a_question_has_a_clock_and_is_called_late_when_it_is": (services, "_due", lambda case: None),
    "a_question_opens_for_nothing_but_its_answer": (reading, "granted", lambda row, kind, purpose: kind.categories()),
    "a_question_whose_time_is_over_cannot_be_read": (Enquiry, "life", lambda case: {}),
    "no_card_number_is_kept_with_a_question": (services, "without_cards", lambda text: text),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_fails_where_what_it_proves_is_taken_out(name, monkeypatch):
    assert found(name).ok
    monkeypatch.setattr(*BROKEN[name])
    assert not found(name).ok


def test_a_clock_that_is_too_slow_is_found(monkeypatch):
    monkeypatch.setattr(services, "_due", lambda case: clock.now() + timedelta(days=30))
    assert not found("a_question_has_a_clock_and_is_called_late_when_it_is").ok


def test_a_shop_where_nobody_can_ask_is_found(monkeypatch):
    def broken(asked):
        raise services.NothingToAsk

    monkeypatch.setattr(services, "ask", broken)
    assert not found("anybody_can_ask_without_account_and_cookie").ok


def test_what_is_not_collected_and_kept_all_the_same_is_found(monkeypatch):
    policy_in_force(policy_text(
        ('collect.enquiry = ["name?", "email", "message", "order_number?"]',
         'collect.enquiry = ["email", "message", "order_number?"]'),
        ('purpose.enquiries.reads = ["name", "email", "message", "order_number"]',
         'purpose.enquiries.reads = ["email", "message", "order_number"]'),
    ))  # fmt: skip
    assert found("a_question_keeps_no_more_than_it_may_ask_for").ok
