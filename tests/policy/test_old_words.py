"""A version that was posted once stays readable when a later release has lost some of its words; those bind nothing."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from calla.policy import Person, PolicyErrors, Read, SetCookie, compare, decide, loads, view
from calla.policy.gloss import gloss
from calla.policy.retention import readable_under
from calla.policy.versions import Versions
from tests.policy.small import NEWSLETTER, ORDERS, PROGRAM, TAX, days, orders, text

FORM = 'collect.order = ["name", "email", "purchases"]'
LIMIT = 'limit.newsletter.transfer = "never"'
COOKIE = ('cookie.cart.kind = "session"', 'cookie.cart.need = "choice"')
CADENCE = 'newsletter.at_most = "weekly"'


def without(**names):
    """The program as a later release has it: `without(categories="purchases")`."""
    later = {
        family: {name: thing for name, thing in getattr(PROGRAM, family).items() if name != gone}
        for family, gone in names.items()
    }
    return dataclasses.replace(PROGRAM, **later, looked_up={})


def posted(*terms, program, claims=""):
    """What the small program once took, as the later one loads it."""
    source = text(*terms) + claims
    loads(source, PROGRAM)
    return loads(source, program, posted=True)


class TestAWordThatIsGone:
    def test_is_refused_in_a_file_of_today(self):
        with pytest.raises(PolicyErrors, match="no category of data is called “purchases”"):
            loads(text(*orders()), without(categories="purchases"))

    def test_leaves_its_list_and_the_others_stay(self):
        later = without(categories="purchases")
        policy = posted(FORM, *orders(), program=later)
        assert policy.reads("orders") == {"name", "email", "billing_address"}
        assert dict(policy.collects("order")) == {"name": True, "email": True}
        assert decide(policy, Person(), Read("orders")).fields == {"name", "email", "billing_address"}

    def test_grants_a_purpose_no_more(self):
        policy = posted(*orders(), *NEWSLETTER, program=without(purposes="newsletter", features="newsletter"))
        assert policy.has("orders") and not policy.has("newsletter")

    def test_leaves_a_cookie_that_nobody_can_set(self):
        policy = posted(*COOKIE, program=without(cookies="cart"))
        assert not policy.cookies and not decide(policy, Person(), SetCookie("cart"))

    def test_of_a_limit_makes_it_as_strict_as_can_be(self):
        cadence = {name: word for name, word in PROGRAM.lists["cadence"].items() if name != "weekly"}
        program = dataclasses.replace(PROGRAM, lists={**PROGRAM.lists, "cadence": cadence}, looked_up={})
        policy = posted(*NEWSLETTER, CADENCE, program=program)
        assert policy.value("newsletter.at_most") == "monthly"

    def test_of_a_claim_claims_nothing(self):
        fact = '[C]\nfact = "So it is."\nclaims = ["cookie_list_complete", "known_passwords_refused"]\n'
        policy = posted(*orders(), program=without(claims="known_passwords_refused"), claims=fact)
        assert set(policy.claims) == {"cookie_list_complete"}


class TestAnEventThatIsGone:
    LATER = without(events="order.ended")

    @pytest.fixture
    def old(self):
        return posted(*orders("24 months after order.ended"), *TAX, program=self.LATER)

    def test_grants_nothing_rather_than_without_end(self, old):
        """Half a grant is none: without an end it might be kept for ever, with none at all it would be destroyed."""
        assert not old.has("orders") and not old.rules().holds

    def test_whoever_has_not_been_here_since_is_read_by_nobody_and_loses_nothing(self, old):
        new = loads(text(*ORDERS, 'purpose.orders.keep = "24 months after order.placed"'), self.LATER)
        binding = Versions([old, new])
        placed = days(order_placed="2026-01-31")
        assert not decide(binding.binding(Person(used=1)), Person(used=1), Read("orders"))
        assert decide(binding.binding(Person(used=2)), Person(used=2), Read("orders"))
        assert readable_under(binding.binding(Person(used=1)), placed, date(2026, 2, 1), purposes=["orders"]) == {}


class TestHistory:
    def test_its_sentences_read_as_they_did(self):
        policy = posted(FORM, *orders(), program=without(categories="purchases"))
        lines = {line.id: line for section in view(policy) for line in section.lines}
        assert lines["T1"].text == "It holds: name, email, purchases."
        assert ("collect.order", "collect.order once held purchases, which this shop no longer knows") in lines[
            "T1"
        ].glosses

    def test_what_is_gone_altogether_is_shown_as_it_was_written(self):
        policy = posted(*orders(), *COOKIE, TAX[0], *TAX[1:], program=without(events="order.ended", cookies="cart"))
        lines = [line for section in view(policy) for line in section.lines]
        texts = " ".join(line.text for line in lines)
        assert "10 years after the end of the year of order.ended" in texts
        said = dict(pair for line in lines for pair in line.glosses)
        assert said["cookie.cart.kind"] == "“session” once stood here; this shop no longer knows cookie.cart.kind"

    def test_a_version_whose_words_all_live_is_the_same_either_way(self):
        source = text(FORM, *orders(), *NEWSLETTER, *TAX)
        strict, kept = loads(source, PROGRAM), loads(source, PROGRAM, posted=True)
        assert strict.said == kept.said and not kept.lost and compare(strict, kept) == []
        assert gloss("collect.order", kept.stated["collect.order"], PROGRAM)

    def test_it_can_be_compared_with_a_file_of_today(self):
        later = without(categories="purchases")
        old = posted(FORM, *orders(), program=later)
        new = loads(text('collect.order = ["name", "email"]', *ORDERS[:1],
                         'purpose.orders.reads = ["name", "email"]', *ORDERS[2:],
                         'purpose.orders.keep = "24 months after order.ended"'), later)  # fmt: skip
        assert {(change.path, change.kind) for change in compare(old, new) if change.path} == {
            ("purpose.orders.reads", "tightened")
        }


def test_a_file_that_is_no_policy_is_refused_however_old():
    with pytest.raises(PolicyErrors):
        loads("[policy]\nformat = 7\n", PROGRAM, posted=True)
