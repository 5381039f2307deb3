"""What changes between two versions, and what posting the new one does to the shop."""

from __future__ import annotations

import pytest

from calla.policy import Person, Versions, compare, loads, plan
from tests.policy.small import HEAD, NEWSLETTER, PROGRAM, TAX, a_policy, orders

PARTNER = ('recipient.p.name = "P"', 'recipient.p.purpose = "orders"', 'recipient.p.reads = ["email"]')


def kinds(old, new) -> dict[str, str]:
    return {change.path: change.kind for change in compare(old, new) if change.kind != "reworded"}


@pytest.mark.parametrize(
    ("path", "old", "new", "kind"),
    [
        ("password.length", "8", "10", "tightened"),
        ("password.length", "8", "6", "loosened"),
        ("contact.answer", '"3 days"', '"5 days"', "loosened"),
        ("contact.answer", '"3 days"', '"1 day"', "tightened"),
        ("contact.answer", '"30 days"', '"1 month"', "loosened"),
        ("transfer.notice", '"30 days"', '"60 days"', "tightened"),
        ("successor.notice", '"30 days"', '"60 days"', "tightened"),
        ("contact.answer_by.post", '"8 weeks"', '"6 weeks"', "tightened"),
        ("collect.order", '["name", "email"]', '["name"]', "tightened"),
        ("collect.order", '["name", "email"]', '["name", "email?"]', "tightened"),
        ("collect.order", '["name"]', '["name", "phone?"]', "loosened"),
        ("collect.order", '["name", "phone"]', '["name?", "email"]', "loosened"),
        ("limit.all.transfer", '"never"', '"after_notice"', "loosened"),
        ("release.grounds", '["law", "safety"]', '["law"]', "tightened"),
        ("newsletter.at_most", '"daily"', '"monthly"', "tightened"),
        ("rights.objection", '["newsletter"]', '["newsletter", "contact"]', "tightened"),
    ],
)
def test_each_term_knows_its_stricter_side(path, old, new, kind):
    changes = compare(a_policy(f"{path} = {old}"), a_policy(f"{path} = {new}"))
    assert [(change.path, change.sentence, change.kind) for change in changes] == [(path, "T1", kind)]


def test_what_cannot_be_ordered_counts_as_loosened_and_says_so():
    change = compare(a_policy('contact.answer = "30 days"'), a_policy('contact.answer = "1 month"'))[0]
    assert (change.kind, change.unclear) == ("loosened", True)


def test_the_same_said_otherwise_is_no_change():
    assert (
        compare(a_policy(*orders("24 months after order.ended")), a_policy(*orders("2 years after order.ended"))) == []
    )


@pytest.mark.parametrize(
    ("term", "kind"),
    [(PARTNER, "loosened"), (('limit.all.sale = "never"',), "tightened"), (('contact.answer = "1 day"',), "tightened")],
)
def test_grants_that_come_loosen_and_limits_and_duties_tighten(term, kind):
    other = {"loosened": "tightened", "tightened": "loosened"}[kind]
    without, with_it = a_policy(*orders()), a_policy(*orders(), *term)
    assert set(kinds(without, with_it).values()) == {kind}
    assert set(kinds(with_it, without).values()) == {other}


def test_a_claim_that_left_is_a_loosening():
    claim = f'{HEAD}[S]\nheading = "One"\nfact = "Complete."\nclaims = ["cookie_list_complete"]\n'
    note = claim.replace("fact", "note").replace('claims = ["cookie_list_complete"]\n', "")
    changes = compare(loads(claim, PROGRAM), loads(note, PROGRAM))
    assert [(c.path, c.kind) for c in changes] == [("cookie_list_complete", "loosened"), ("", "reworded")]
    assert changes[0].gloss == "no longer promised: the list is complete"


def test_words_alone_are_reworded():
    old = f'{HEAD}[S]\nheading = "One"\nrule = "Within {{contact.answer}}."\ncontact.answer = "3 days"\n'
    changes = compare(loads(old, PROGRAM), loads(old.replace("Within", "In"), PROGRAM))
    assert [(c.sentence, c.kind) for c in changes] == [("S", "reworded")]


def test_a_plan_that_comes_into_force_changes_what_binds():
    old = f'{HEAD}[S]\nheading = "One"\nstate = "planned"\nrule = "In {{contact.answer}}."\ncontact.answer = "3 days"\n'
    assert kinds(loads(old, PROGRAM), loads(old.replace('state = "planned"\n', ""), PROGRAM)) == {
        "contact.answer": "tightened"
    }


@pytest.mark.parametrize(("path", "both"), [("transfer.notice", "31 days"), ("contact.answer", "28 days")])
def test_spans_that_cannot_be_ordered_fold_to_what_satisfies_both(path, both):
    versions = Versions([a_policy(f'{path} = "30 days"'), a_policy(f'{path} = "1 month"')])
    assert str(versions.binding(Person(used=1)).value(path)) == both


class TestPlaces:
    ANSWER = 'contact.answer = "3 days"'

    def test_a_looser_term_in_one_country_is_a_loosening_there(self):
        there = 'in.DE.contact.answer = "5 days"'
        assert kinds(a_policy(self.ANSWER), a_policy(self.ANSWER, there)) == {"in.DE.contact.answer": "loosened"}

    def test_a_group_is_one_change_and_not_one_for_each_country(self):
        there = 'in.EU.contact.answer = "1 day"'
        assert kinds(a_policy(self.ANSWER), a_policy(self.ANSWER, there)) == {"in.EU.contact.answer": "tightened"}

    def test_a_change_everywhere_is_told_once(self):
        there = "in.DE.password.length = 9"
        old, new = a_policy(self.ANSWER, there), a_policy('contact.answer = "1 day"', there)
        assert kinds(old, new) == {"contact.answer": "tightened"}

    def test_a_country_with_its_own_term_is_spared(self):
        there = 'in.DE.contact.answer = "1 day"'
        old, new = a_policy(self.ANSWER, there), a_policy('contact.answer = "5 days"', there)
        assert kinds(old, new) == {"contact.answer": "loosened"}


class TestPlan:
    def test_a_feature_that_comes_brings_its_parts(self):
        before, after = a_policy(*orders()), a_policy(*orders(), *NEWSLETTER, 'collect.newsletter = ["email"]')
        coming = plan(before, after, PROGRAM)
        assert coming.forms == ("+ collect.newsletter: email",)
        assert (coming.letters, coming.jobs, coming.menus) == (("+ issue",), ("+ send_issues",), ("+ newsletter",))
        assert coming.dates == ("+ purpose.newsletter.keep: until newsletter.withdrawn",)
        going = plan(after, before, PROGRAM)
        assert (going.letters, going.jobs, going.menus) == (("- issue",), ("- send_issues",), ("- newsletter",))

    def test_dates_also_of_one_country_and_of_holds(self):
        there = 'in.DE.purpose.orders.keep = "12 months after order.ended"'
        dates = plan(a_policy(*orders()), a_policy(*orders(), *TAX, there), PROGRAM).dates
        assert dates == (
            "+ hold.tax.keep: 10 years after the end of the year of order.ended",
            "~ in.DE.purpose.orders.keep: 24 months after order.ended → 12 months after order.ended",
        )

    def test_no_difference_is_no_plan(self):
        assert not plan(a_policy(*orders()), a_policy(*orders()), PROGRAM)
