"""What no sentence opens is refused, and each answer names its sentences."""

from __future__ import annotations

import timeit

import pytest

from calla.policy import (
    ANYBODY,
    Collect,
    NotAllowed,
    Person,
    Process,
    Read,
    Release,
    Sell,
    SetCookie,
    Transfer,
    Write,
    decide,
    loads,
)
from tests.policy.small import HEAD, NEWSLETTER, PROGRAM, a_policy, day, orders, text

CARRIER = (
    'processor.parcel.name = "Parcel"',
    'processor.parcel.step = "orders.carrier"',
    'processor.parcel.country = "DE"',
    'processor.parcel.agreement.document = "parcel.pdf"',
    f'processor.parcel.agreement.sha256 = "{"a" * 64}"',
    "processor.parcel.agreement.from = 2026-01-01",
    "processor.parcel.agreement.until = 2026-12-31",
)
PARTNER = (
    'recipient.partner.name = "Partner"',
    'recipient.partner.purpose = "orders"',
    'recipient.partner.reads = ["email", "phone"]',
)
TODAY = day("2026-06-01")
EVERY_ACTION = [
    Read("orders"),
    Read("orders", "carrier"),
    Collect("order"),
    SetCookie("cart"),
    Write("order_confirmation"),
    Process("orders.carrier", TODAY),
    Transfer("orders", "partner", TODAY, day("2020-01-01")),
    Release("orders", "law", 9),
    Sell("orders"),
]


@pytest.mark.parametrize("action", EVERY_ACTION, ids=repr)
def test_an_empty_policy_allows_nothing(action):
    empty = loads(f'{HEAD}[N]\nheading = "One"\nnote = "Nothing."\n', PROGRAM)
    assert not decide(empty, ANYBODY, action)
    with pytest.raises(NotAllowed):
        decide(empty, ANYBODY, action).or_refuse()


@pytest.mark.parametrize("kind", ["reserve", "planned"])
@pytest.mark.parametrize("action", EVERY_ACTION, ids=repr)
def test_neither_a_reserve_nor_a_plan_opens_anything(kind, action):
    cart = ('cookie.cart.kind = "persistent"', 'cookie.cart.need = "required"', 'cookie.cart.life = "1 day"')
    grounds = ('release.grounds = ["law"]', 'collect.order = ["name"]')
    full = text(*orders(), *CARRIER, *PARTNER, *cart, *grounds)
    if action != Sell("orders"):
        assert decide(loads(full, PROGRAM), ANYBODY, action)
    changed = (
        full.replace("rule =", "reserve =")
        if kind == "reserve"
        else full.replace("rule =", 'state = "planned"\nrule =')
    )
    assert not decide(loads(changed, PROGRAM), ANYBODY, action)


class TestReading:
    def test_it_gives_the_fields_and_the_sentences(self):
        answer = decide(a_policy(*orders()), ANYBODY, Read("orders", "carrier"))
        assert (answer.fields, answer.because) == ({"name"}, ("T3", "T2"))

    def test_every_limit_narrows_it_and_is_named(self):
        limits = ('limit.all.reads = ["name", "email"]', 'limit.orders.reads = ["name", "purchases"]')
        answer = decide(a_policy(*orders(), *limits), ANYBODY, Read("orders"))
        assert (answer.fields, answer.because) == ({"name"}, ("T2", "T5", "T6"))

    def test_a_category_that_is_never_kept_is_never_read(self):
        limited = a_policy(*orders(), 'limit.email.keep = "not at all"')
        assert limited.reads("orders") == {"name", "billing_address", "purchases"}

    @pytest.mark.parametrize("step", ["payment", "unheard"])
    def test_a_step_without_a_sentence_sees_nothing(self, step):
        assert not decide(a_policy(*orders()), ANYBODY, Read("orders", step))
        assert a_policy(*orders()).reads("orders", step=step) == frozenset()

    def test_consent_is_needed_where_it_is_the_basis(self):
        policy = a_policy(*NEWSLETTER)
        assert not decide(policy, ANYBODY, Read("newsletter"))
        assert decide(policy, Person(consents={"newsletter": 1}), Read("newsletter"))

    def test_an_objection_counts_where_one_may_object(self):
        objecting = Person(objections=frozenset({"newsletter", "orders"}))
        opt_out = a_policy(*orders(), 'purpose.newsletter.basis = "opt_out"', *NEWSLETTER[1:])
        assert decide(opt_out, ANYBODY, Read("newsletter"))
        assert not decide(opt_out, objecting, Read("newsletter"))
        assert not decide(opt_out, Person(gpc=True), Read("newsletter"))
        assert decide(opt_out, objecting, Read("orders"))
        assert not decide(a_policy(*orders(), 'rights.objection = ["orders"]'), objecting, Read("orders"))

    def test_a_paused_use_stops(self):
        assert not decide(a_policy(*orders()), Person(paused=frozenset({"orders"})), Read("orders"))

    def test_it_is_quick(self):
        policy, action = a_policy(*orders()), Read("orders", "carrier")
        runs = 20_000
        best = min(timeit.repeat(lambda: decide(policy, ANYBODY, action), number=runs, repeat=5)) / runs
        assert best < 5e-6  # well under 1e-6 on a quiet machine


class TestCookies:
    CART = ('cookie.cart.kind = "persistent"', 'cookie.cart.need = "choice"', 'cookie.cart.life = "1 month"')

    def test_a_chosen_cookie_waits_for_a_yes(self):
        policy = a_policy(*self.CART)
        assert not decide(policy, ANYBODY, SetCookie("cart"))
        assert decide(policy, Person(cookies=frozenset({"cart"})), SetCookie("cart")).because == ("T1",)
        assert not decide(policy, Person(cookies=frozenset({"session"})), SetCookie("session"))

    def test_its_life_is_never_longer_than_said(self):
        assert a_policy(*self.CART).cookies["cart"].max_age == 28 * 24 * 3600


class TestLetters:
    CONTACT = (
        'purpose.contact.basis = "contract"',
        'purpose.contact.reads = ["email"]',
        'purpose.contact.keep = "1 month after letter.sent"',
        'contact.reasons = ["recall", "order_problem"]',
        'contact.bulk_reasons = ["recall"]',
        "contact.bulk_at_most = 20",
    )

    @pytest.mark.parametrize(
        ("reason", "people", "allowed"),
        [("recall", 1, True), ("recall", 500, True), ("order_problem", 20, True), ("order_problem", 21, False),
         ("boredom", 1, False), (None, 1, False)],
    )  # fmt: skip
    def test_a_necessary_letter_has_a_reason_that_bears_its_crowd(self, reason, people, allowed):
        assert bool(decide(a_policy(*self.CONTACT), ANYBODY, Write("recall", reason, people))) is allowed

    def test_a_letter_the_program_does_not_know_is_refused(self):
        assert not decide(a_policy(*orders()), ANYBODY, Write("love"))


class TestOutsiders:
    @pytest.mark.parametrize(
        ("today", "allowed"),
        [("2025-12-31", False), ("2026-01-01", True), ("2026-12-31", True), ("2027-01-01", False)],
    )
    def test_a_processor_works_while_its_agreement_lasts(self, today, allowed):
        answer = decide(a_policy(*orders(), *CARRIER), ANYBODY, Process("orders.carrier", day(today)))
        assert bool(answer) is allowed
        if allowed:
            assert answer.fields == {"name"}

    def test_a_recipient_gets_what_both_it_and_the_purpose_may_read(self):
        action = Transfer("orders", "partner", TODAY, TODAY)
        assert decide(a_policy(*orders(), *PARTNER), ANYBODY, action).fields == {"email"}

    def test_a_no_is_the_end_of_a_transfer(self):
        assert not decide(
            a_policy(*orders(), *PARTNER), ANYBODY, Transfer("orders", "partner", TODAY, TODAY, objected=True)
        )

    def test_a_recipient_of_one_purpose_gets_nothing_of_another(self):
        policy = a_policy(*orders(), *PARTNER, *NEWSLETTER)
        reader = Person(consents={"newsletter": 1})
        assert not decide(policy, reader, Transfer("newsletter", "partner", TODAY, TODAY))

    def test_a_limit_on_one_purpose_is_stricter_than_the_general_one(self):
        general = ('limit.all.transfer = "after_notice"', 'transfer.notice = "30 days"')
        action = Transfer("orders", "partner", TODAY, day("2026-01-01"))
        assert decide(a_policy(*orders(), *PARTNER, *general), ANYBODY, action)
        assert not decide(a_policy(*orders(), *PARTNER, *general, 'limit.orders.transfer = "never"'), ANYBODY, action)

    def test_a_release_takes_a_ground_and_signatures(self):
        policy = a_policy(*orders(), 'release.grounds = ["law", "safety"]', "release.signatures = 2")
        assert decide(policy, ANYBODY, Release("orders", "law", 2))
        assert not decide(policy, ANYBODY, Release("orders", "law", 1))
        assert not decide(policy, ANYBODY, Release("orders", "rights", 2))

    def test_readers_are_released_to_the_law_alone(self):
        policy = a_policy(*NEWSLETTER, 'release.grounds = ["law", "safety"]', 'limit.newsletter.release = ["law"]')
        assert decide(policy, ANYBODY, Release("newsletter", "law", 1))
        assert not decide(policy, ANYBODY, Release("newsletter", "safety", 1))
