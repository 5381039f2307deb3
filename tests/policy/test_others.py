"""Who else tells the shop something of a person, who else sees something, and who gets all of it with the shop."""

from __future__ import annotations

import pytest

from calla.policy import ANYBODY, Person, PolicyErrors, Receive, Show, Versions, decide
from calla.policy.errors import BadValue
from calla.policy.schema import look_up
from calla.policy.view import view
from tests.policy.small import NEWSLETTER, PROGRAM, a_policy, orders

REGISTER = ('source.register.name = "the postal register"', 'source.register.purpose = "orders"')
GIVES = 'source.register.gives = ["billing_address", "name"]'
SEEN = 'visible.order_link = ["name", "purchases"]'


def refusal(*terms: str) -> str:
    with pytest.raises(PolicyErrors) as errors:
        a_policy(*terms)
    return str(errors.value)


class TestSources:
    def test_nothing_is_taken_from_others_where_no_sentence_names_them(self):
        assert not decide(a_policy(*orders()), ANYBODY, Receive("orders", "register"))

    def test_a_source_gives_what_it_is_named_for(self):
        answer = decide(a_policy(*orders(), *REGISTER, GIVES), ANYBODY, Receive("orders", "register"))
        assert answer.fields == {"billing_address", "name"} and answer.because[0] == "T7"

    def test_a_limit_holds_for_what_comes_from_others_too(self):
        policy = a_policy(*orders(), *REGISTER, GIVES, 'limit.all.reads = ["name", "email"]')
        assert decide(policy, ANYBODY, Receive("orders", "register")).fields == {"name"}

    def test_a_source_for_one_use_gives_nothing_for_another(self):
        policy = a_policy(*orders(), *NEWSLETTER, *REGISTER, GIVES)
        assert not decide(policy, Person(consents={"newsletter": 1}), Receive("newsletter", "register"))

    def test_a_paused_use_takes_nothing_in(self):
        policy = a_policy(*orders(), *REGISTER, GIVES)
        assert not decide(policy, Person(paused=frozenset({"orders"})), Receive("orders", "register"))

    def test_half_a_source_is_told(self):
        assert "source.register is half said: source.register.gives is missing" in refusal(*orders(), *REGISTER)

    def test_it_gives_no_more_than_its_use_may_read(self):
        message = refusal(*orders(), *REGISTER, 'source.register.gives = ["phone"]')
        assert "source.register.gives opens phone, which purpose.orders.reads does not" in message


class TestWhatOthersSee:
    def test_nothing_is_seen_where_no_sentence_says_so(self):
        assert not decide(a_policy(*orders()), ANYBODY, Show("order_link"))
        assert not decide(a_policy(*orders(), SEEN), ANYBODY, Show("elsewhere"))

    def test_what_is_said_is_seen(self):
        answer = decide(a_policy(*orders(), SEEN), ANYBODY, Show("order_link"))
        assert (answer.fields, answer.because) == ({"name", "purchases"}, ("T5",))

    def test_what_may_not_be_read_is_not_seen(self):
        policy = a_policy(*orders(), SEEN, 'limit.name.keep = "not at all"')
        assert decide(policy, ANYBODY, Show("order_link")).fields == {"purchases"}

    def test_whoever_slept_through_a_loosening_is_not_seen_by_more(self):
        versions = Versions([a_policy(*orders(), 'visible.order_link = ["name"]'), a_policy(*orders(), SEEN)])
        seen = [decide(versions.binding(person), person, Show("order_link")) for person in map(Person, (1, 2))]
        assert [one.fields for one in seen] == [{"name"}, {"name", "purchases"}]
        assert not decide(Versions([a_policy(*orders()), a_policy(*orders(), SEEN)]).binding(Person(1)), Person(1),
                          Show("order_link"))  # fmt: skip

    def test_more_than_its_use_reads_is_told(self):
        message = refusal(*orders(), 'visible.order_link = ["message"]')
        assert "visible.order_link opens message, which purpose.orders.reads does not" in message

    def test_an_unknown_place_gets_the_nearest_one(self):
        with pytest.raises(BadValue, match="no place that others see is called “order_lnk”: did you mean “order_link”"):
            look_up("visible.order_lnk", PROGRAM)

    def test_it_is_read_aloud(self):
        lines = [line for section in view(a_policy(*orders(), SEEN)) for line in section.lines]
        assert lines[-1].text == "It holds: your name and what you buy."
        assert lines[-1].glosses == (
            ("visible.order_link", "an order's address: all that is seen is your name and what you buy"),
        )


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        (('successor.notice = "30 days"', 'limit.all.transfer = "never"'), "nothing is ever passed on"),
        (('successor.notice = "30 days"', 'transfer.notice = "60 days"'), "make successor.notice at least as long"),
        (('successor.notice = "30 days"', 'transfer.notice = "1 month"'), "make successor.notice at least as long"),
        (('contact.answer = "3 days"', 'contact.answer_by.post = "2 weeks"'), "make contact.answer_by.post shorter"),
        (('contact.answer = "3 days"', 'contact.answer_by.mail = "3 days"'), "make contact.answer_by.mail shorter"),
        (("age.order = 18",), "nothing is asked there, so nobody is asked for their age: say collect.order"),
        (("age.visit = 18", "collect.visit = []"), "nobody is asked for their age"),
    ],
)
def test_what_cannot_stand_together_is_told_with_what_to_do(terms, message):
    assert message in refusal(*terms)


@pytest.mark.parametrize(
    "terms",
    [
        ('successor.notice = "60 days"', 'transfer.notice = "30 days"', 'limit.all.transfer = "after_notice"'),
        ('contact.answer = "2 weeks"', 'contact.answer_by.mail = "3 days"'),
        ('contact.answer_by.mail = "3 days"', 'contact.answer_by.post = "8 weeks"'),
        ("age.order = 18", 'collect.order = ["name"]'),
    ],
)
def test_what_can_stand_together_may(terms):
    assert a_policy(*terms).program is PROGRAM


def test_a_looser_age_binds_everybody_alike():
    versions = Versions([a_policy('collect.order = ["name"]', f"age.order = {age}") for age in (18, 16)])
    assert versions.binding(Person(used=1)).value("age.order") == 16
