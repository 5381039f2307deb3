"""A policy held against the program, in both directions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from calla.policy import Point, Use, check, enforcement_points, enforces, loads
from calla.policy.program import Registry
from tests.policy.small import NEWSLETTER, PROGRAM, a_policy, text

FORM = 'collect.order = ["name", "email", "purchases"]'
READS = (
    'purpose.orders.basis = "contract"',
    'purpose.orders.reads = ["name", "email", "purchases"]',
    'purpose.orders.steps.carrier = ["name"]',
    "purpose.orders.steps.payment = []",
    'purpose.orders.keep = "24 months after order.ended"',
)
SESSION = ('cookie.session.kind = "session"', 'cookie.session.need = "required"')
PAY = (
    'processor.pay.name = "Pay"',
    'processor.pay.step = "orders.payment"',
    'processor.pay.country = "NL"',
    'processor.pay.agreement.document = "pay.pdf"',
    f'processor.pay.agreement.sha256 = "{"b" * 64}"',
    "processor.pay.agreement.from = 2026-01-01",
    "processor.pay.agreement.until = 2026-12-31",
)
WHOLE = (FORM, *READS, *SESSION, *PAY)
ALL = tuple(Point(path, "shop", "f", "shop.py", 7) for path in ("collect.*", "purpose.*", "cookie.*", "processor.*"))


def found(*terms: str, points=ALL, uses=(), **more) -> list[str]:
    return [str(problem) for problem in check(a_policy(*terms), PROGRAM, points, uses, **more)]


def one(*terms: str, **more) -> str:
    problems = found(*terms, **more)
    assert len(problems) == 1, problems
    return problems[0]


def swapped(old: str, new: str) -> tuple[str, ...]:
    assert any(old in term for term in WHOLE)
    return tuple(term.replace(old, new) for term in WHOLE)


def test_a_policy_that_fits():
    assert found(*WHOLE) == []


class TestTheProgramNeeds:
    def test_what_a_form_cannot_do_without(self):
        assert (
            "policy.toml:9:1: the program cannot do without email here"
            in found(*swapped(FORM, 'collect.order = ["name"]'))[0]
        )

    def test_what_may_not_be_left_empty(self):
        assert "write it without “?”" in one(
            *swapped('["name", "email", "purchases"]', '["name", "email?", "purchases"]')[:1], *WHOLE[1:]
        )

    def test_what_a_purpose_cannot_do_without(self):
        limits = Point("limit.*", "shop", "f", "shop.py", 1)
        problems = found(*WHOLE, 'limit.orders.reads = ["name", "purchases"]', points=(*ALL, limits))
        assert "the program cannot do without email for orders" in problems[-1]

    def test_what_a_step_cannot_do_without(self):
        assert "the step carrier cannot do without name" in one(
            *swapped('steps.carrier = ["name"]', "steps.carrier = []")
        )

    def test_a_step_has_a_sentence(self):
        assert "purpose.orders.steps.payment is missing" in one(*(t for t in WHOLE if "steps.payment" not in t))

    def test_a_form_for_each_purpose_in_force(self):
        assert "no collect.order says that it asks for email, name" in "".join(found(*WHOLE[1:]))

    def test_a_purpose_no_shop_runs_without(self):
        assert "no shop runs without the purpose orders" in one(*SESSION)

    def test_a_cookie_it_cannot_do_without(self):
        assert "cannot do without the cookie session" in one(*(t for t in WHOLE if "cookie" not in t))

    def test_an_agreement_for_each_host(self):
        assert "no processor has an agreement for it" in one(*(t for t in WHOLE if "processor" not in t))


class TestTheProgramCan:
    def test_no_more_than_a_form_can_ask(self):
        more = found(*swapped(FORM, 'collect.order = ["name", "email", "purchases", "message"]'))
        assert "no way to ask for message here" in more[0]

    def test_an_optional_field_is_asked_for_when_a_sentence_says_so(self):
        phone = swapped('"purchases"]', '"purchases", "phone"]')
        assert found(*phone) == []

    def test_no_use_it_does_not_have(self):
        assert (
            "the program has no use for message in orders"
            in found(*swapped('reads = ["name"', 'reads = ["message", "name"'))[0]
        )

    def test_a_cookie_is_what_it_is(self):
        assert "cookie session is “required”, not “choice”" in one(*swapped('need = "required"', 'need = "choice"'))

    def test_a_form_for_a_purpose_that_is_not_granted(self):
        problems = found(*WHOLE, 'collect.newsletter = ["email"]')
        assert "collect.newsletter asks for the purpose newsletter, which no sentence in force grants" in problems[0]


class TestWarnings:
    def test_data_nobody_reads_and_data_nobody_asks_for(self):
        unread = one(*swapped(FORM, 'collect.order = ["name", "email", "purchases", "phone"]'))
        assert "warning: collect.order takes in phone, and no purpose in force may read it" in unread
        unasked = one(*swapped('reads = ["name", "email"', 'reads = ["phone", "name", "email"'))
        assert "warning: orders may read phone, and nothing in force asks for it" in unasked

    def test_numbers_in_words(self):
        source = text(*WHOLE) + '[W]\nrule = "At once we ask twice."\nclaims = ["cookie_list_complete"]\n'
        problems = check(loads(source, PROGRAM), PROGRAM, (*ALL, Point("cookie_list_complete", "", "", "", 1)))
        assert [problem.warning for problem in problems] == [True]
        assert "“twice” is a number in words" in problems[0].message

    def test_what_has_run_out(self):
        assert "the agreement with Pay ended on 2026-12-31" in one(*WHOLE, today=date(2027, 1, 1))
        assert found(*WHOLE, today=date(2026, 12, 31)) == []


def test_what_others_see_is_what_the_program_can_show():
    show = (*ALL, Point("visible.*", "shop", "f", "shop.py", 1))
    problem = one(*WHOLE, 'visible.order_link = ["email"]', points=show)
    assert problem == "policy.toml:69:1: the program shows no email there: known are name, purchases"
    assert found(*WHOLE, 'visible.order_link = ["purchases"]', points=show) == []


class TestEnforcement:
    PASSWORD = "password.length = 8"

    def test_a_sentence_in_force_that_nothing_enforces(self):
        assert "[T16] is in force and nothing in the program enforces it (password.length)" in one(
            *WHOLE, self.PASSWORD
        )
        assert found(*WHOLE, self.PASSWORD, points=(*ALL, Point("password.length", "m", "f", "f.py", 1))) == []

    def planned(self, said: str, points=(), uses=()) -> list[str]:
        policy = loads(text(*WHOLE) + f'[P]\nstate = "planned"\n{said}\n', PROGRAM)
        assert check(policy, PROGRAM, (*ALL, *points), uses) == []
        strict = check(policy, PROGRAM, (*ALL, *points), uses, strict=True)
        return [problem.message for problem in strict]

    HIDING = ["[P] is planned, and all it says is built: this could be in force"]

    def test_a_plan_needs_no_enforcement_and_strict_lets_it_be_while_nothing_enforces_it(self):
        said = 'rule = "{password.length}"\npassword.length = 8'
        assert self.planned(said) == []
        assert self.planned(said, points=[Point("password.length", "m", "f", "f.py", 1)]) == self.HIDING

    def test_a_use_is_built_once_something_is_kept_opened_or_written_for_it(self):
        """The mark for `purpose.*` stands on the one function that reads for every use, built or not."""
        said = 'rule = "{purpose.newsletter.keep}"\n' + "\n".join(NEWSLETTER)
        assert self.planned(said) == []
        letter = Use("letter", "issue", "newsletter", "", "f.py", 1, optional=True)
        assert self.planned(said, uses=[letter]) == self.HIDING

    def test_half_of_it_built_is_not_all_of_it(self):
        said = 'rule = "{password.length}"\npassword.length = 8\nclaims = ["known_passwords_refused"]'
        point, claim = (Point(path, "m", "f", "f.py", 1) for path in ("password.length", "known_passwords_refused"))
        assert self.planned(said, points=[point]) == []
        assert self.planned(said, points=[point, claim]) == self.HIDING

    def test_advice_is_built_where_its_places_show_what_is_meant_for_them(self):
        said = 'advice = "Mind the gap."\nshown = ["sign_up"]'
        assert self.planned(said) == []
        assert self.planned(said, uses=[Use("place", "sign_up", "", "", "f.py", 1)]) == self.HIDING

    def test_a_note_promises_nothing_and_has_nothing_to_wait_for(self):
        assert self.planned('note = "A word about this page."') == self.HIDING

    def test_a_claim_among_others_that_nothing_enforces(self):
        claims = 'claims = ["cookie_list_complete", "known_passwords_refused"]\n'
        source = text(*WHOLE) + f'[W]\nfact = "All true."\n{claims}'
        problems = check(loads(source, PROGRAM), PROGRAM, (*ALL, Point("cookie_list_complete", "", "", "", 1)))
        assert [(problem.warning, problem.column) for problem in problems] == [(True, claims.index('"known') + 1)]

    BESIDE = '[W]\n{kind} = "Within {{contact.answer_by.post}}; {{password.length}} characters."\n'
    BESIDE += 'contact.answer_by.post = "8 weeks"\npassword.length = 8\n{more}'

    def beside(self, kind: str, more: str = "") -> list[str]:
        source = text(*WHOLE) + self.BESIDE.format(kind=kind, more=more)
        points = (*ALL, Point("password.length", "m", "f", "f.py", 1))
        return [str(problem) for problem in check(loads(source, PROGRAM), PROGRAM, points)]

    def test_what_only_people_can_keep_is_no_rule_beside_others(self):
        (problem,) = self.beside("rule")
        assert "nothing in the program keeps contact.answer_by.post: if people do, say it in a pledge" in problem
        assert self.beside("pledge", 'owner = "the office"\nreview = 2030-01-01\n') == []

    def test_nothing_in_this_program_takes_data_from_others(self):
        (problem,) = found(
            *WHOLE, 'source.p.name = "P"', 'source.p.purpose = "orders"', 'source.p.gives = ["name"]',
            points=(*ALL, Point("source.*.name", "m", "f", "f.py", 1), Point("source.*.purpose", "m", "f", "f.py", 1)),
        )  # fmt: skip
        assert "nothing in the program enforces it (source.p.gives)" in problem

    def test_a_term_of_one_country_is_enforced_where_the_term_is(self):
        there = 'in.DE.purpose.orders.keep = "36 months after order.ended"'
        assert found(*WHOLE, there) == []

    @pytest.mark.parametrize("path", ["contact.anser", "cookie_list_compleet", "colect.*"])
    def test_a_mark_that_names_nothing(self, path):
        problem = one(*WHOLE, points=(*ALL, Point(path, "shop", "guard", "shop.py", 42)))
        assert problem.startswith(f"shop.py:42:1: guard enforces “{path}”")


class TestUses:
    @pytest.mark.parametrize(
        ("use", "told"),
        [
            (Use("column", "Order.phone", "orders", "phone", "m.py", 3), "purpose.orders.reads does not cover phone"),
            (Use("form_field", "phone", "order", "phone", "f.py", 4), "collect.order does not cover phone"),
            (Use("cookie", "cart", "", "", "c.py", 5), "no sentence in force names it"),
            (Use("letter", "issue", "", "", "l.py", 6), "no sentence in force grants its purpose newsletter"),
            (Use("purpose", "newsletter", "", "", "p.py", 7), "no sentence in force grants its purpose newsletter"),
        ],
    )
    def test_what_no_sentence_covers_is_told_with_its_place(self, use, told):
        problem = one(*WHOLE, uses=[use])
        assert (
            problem.startswith(f"{use.file}:{use.line}:1: {use.kind.replace('_', ' ')} {use.name}: ")
            and told in problem
        )
        optional = Use(use.kind, use.name, use.serves, use.category, use.file, use.line, optional=True)
        assert found(*WHOLE, uses=[optional]) == []

    def test_a_host_without_an_agreement(self):
        without = [term for term in WHOLE if "processor" not in term]
        assert (
            "no processor has an agreement for orders.payment"
            in found(*without, uses=[Use("host", "payment", "", "", "h.py", 1)])[0]
        )

    @pytest.mark.parametrize("kind", ["column", "form_field", "cookie", "letter", "purpose", "host"])
    def test_what_the_program_never_declared_is_told_even_if_optional(self, kind):
        assert "the program declares no" in one(*WHOLE, uses=[Use(kind, "x", "y", "z", "x.py", 1, optional=True)])

    def test_where_a_moment_and_a_purpose_share_a_name_a_field_asks_the_one_and_a_column_the_other(self):
        source = text(*WHOLE, *NEWSLETTER) + "\n"
        policy = loads(source, PROGRAM)
        uses = [Use(kind, "email", "newsletter", "email", f"{kind}.py", 1) for kind in ("column", "form_field")]
        problems = [problem.message for problem in check(policy, PROGRAM, ALL, uses) if problem.file.endswith(".py")]
        assert problems == [
            "form field email: collect.newsletter does not cover email: grant it there, or declare this optional"
        ]

    def test_what_is_covered(self):
        data = [
            Use("column", "Order.name", "orders", "name", "m.py", 1),
            Use("form_field", "name", "order", "name", "f.py", 1),
        ]
        named = {"cookie": "session", "letter": "order_confirmation", "purpose": "orders", "host": "payment"}
        covered = [*data, *(Use(kind, name, "", "", "x.py", 1) for kind, name in named.items())]
        assert found(*WHOLE, uses=covered) == []


def test_a_feature_without_its_sentence_is_absent():
    without, with_it = a_policy(*WHOLE), a_policy(*WHOLE, *NEWSLETTER, 'collect.newsletter = ["email"]')
    assert not without.has("newsletter") and not without.collects("newsletter")
    assert with_it.has("newsletter") and with_it.collects("newsletter") == {"email": True}
    assert check(without, PROGRAM, ALL) == check(with_it, PROGRAM, ALL) == []


def test_a_pledge_past_its_review():
    source = text(*WHOLE) + '[G]\npledge = "Rooms are locked."\nowner = "Ann"\nreview = 2026-06-01\n'
    policy = loads(source, PROGRAM)
    assert check(policy, PROGRAM, ALL, today=date(2026, 6, 1)) == []
    assert "was to be reviewed" in check(policy, PROGRAM, ALL, today=date(2026, 6, 2))[0].message


def test_words_that_do_not_hang_together_are_refused_at_once():
    say = Registry()
    say.moment("order", needs={"shoe_size"})
    with pytest.raises(ValueError, match="“order” among the moments speaks of"):
        say.freeze()
    say = Registry()
    say.letter("issue", purpose="newsletter")
    with pytest.raises(ValueError, match="newsletter"):
        say.freeze()


def test_a_word_is_declared_once_or_alike():
    say = Registry()
    say.claim("true", {"en": "it is true"})
    say.claim("true", {"en": "it is true"})
    with pytest.raises(ValueError, match="declared twice among the claims, and differently"):
        say.claim("true", {"en": "it is false"})


def test_a_mark_records_its_place_and_changes_nothing():
    def guard() -> str:
        return "same"

    before = len(enforcement_points())
    assert enforces("password.length", "known_passwords_refused")(guard) is guard
    ours = enforcement_points()[before:]
    assert [(p.path, Path(p.file).name) for p in ours] == [
        ("password.length", "test_check.py"),
        ("known_passwords_refused", "test_check.py"),
    ]
    assert all(point.module == __name__ and point.qualname.endswith("guard") and point.line > 1 for point in ours)
