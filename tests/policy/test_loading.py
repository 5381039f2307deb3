"""A file that cannot be used is answered like a compiler answers: where, what, and what to do."""

from __future__ import annotations

import pytest

from calla.policy import PolicyErrors, load, loads
from tests.policy.small import HEAD, NEWSLETTER, PROGRAM, TAX, a_policy, orders, text


def problems(source: str) -> list[str]:
    with pytest.raises(PolicyErrors) as caught:
        loads(source, PROGRAM)
    return [str(problem) for problem in caught.value.problems]


def problem(body: str, head: str = HEAD) -> str:
    found = problems(head + body)
    assert len(found) == 1, found
    return found[0]


def rule(text: str, *terms: str) -> str:
    return "\n".join(['[S1]\nheading = "One"', f'rule = "{text}"', *terms, ""])


ANSWER = 'contact.answer = "3 days"'


class TestPlaces:
    def test_an_unknown_path_gets_the_nearest(self):
        assert problem(rule("We answer.", 'contact.anser = "3 days"')) == (
            "policy.toml:8:1: contact.anser: no term is called “contact.anser”: did you mean “contact.answer”?"
        )

    def test_a_digit_outside_a_slot(self):
        assert problem(rule("Within {contact.answer}, or 5.", ANSWER)).startswith(
            "policy.toml:7:37: the number 5 stands"
        )

    def test_a_digit_on_a_later_line(self):
        body = '[S1]\nheading = "One"\nrule = """Within {contact.answer}\nor 5."""\ncontact.answer = "3 days"\n'
        assert problem(body).startswith("policy.toml:8:4: the number 5 stands")

    def test_a_digit_in_a_heading(self):
        assert problem(rule("Within {contact.answer}.", ANSWER).replace("One", "1")).startswith("policy.toml:6:12:")

    def test_a_foreign_digit(self):
        assert "the number ٣ stands" in problem(rule("Within {contact.answer}, ٣.", ANSWER))

    def test_everything_wrong_is_told_at_once(self):
        found = problems(HEAD + rule("5 {", 'contact.answer = "soon"', 'shown = ["signup"]'))
        assert [one.split(": ")[0] for one in found] == [
            f"policy.toml:{place}" for place in ("7:9", "7:11", "8:1", "9:10")
        ]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('[S1]\nrule = """Never closed\nclaims = []\n', "policy.toml:6:1: this text is never closed"),
        ('[S1]\nrule = "Never closed\n', "policy.toml:6:21: this text is not closed"),
        ('[S1]\nrule "x"\n', "policy.toml:6:6: a term is written “path = value”"),
        ('[S1]\nrule = "x"\n[S1]\n', "policy.toml:7:4: this stands in the file already"),
        ('[S1]\nrule = "x"\nrule = "y"\n', "policy.toml:7:11: this stands in the file already"),
        ("[S1]\nrule = yes\n", "policy.toml:6:8: this value cannot be read"),
        ('[S1]\nclaims = ["a"\n', "this list is not closed"),
        ('[S1]\nrule = "x" y\n', "policy.toml:6:12: one line holds one term"),
        ("[S1]\n= 3\n", "policy.toml:6:1: this is neither"),
    ],
)
def test_slips_of_the_pen_are_told_in_plain_words(body, told):
    assert told in problem(body)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (rule("{contact.answer}", 'contact.answer = "3 day s"'), "is no length of time"),
        (rule("{contact.answer}", "contact.answer = 3"), "is no length of time"),
        (rule("{contact.answer}", 'contact.answer = "0 days"'), "is no length of time"),
        (rule("{password.length}", 'password.length = "8"'), "takes a number, without quotes"),
        (rule("{password.length}", "password.length = true"), "takes a number"),
        (rule("{password.length}", "password.length = -8"), "takes a number"),
        (
            rule("{collect.order}", 'collect.order = ["nam"]'),
            "no category of data is called “nam”: did you mean “name”?",
        ),
        (rule("{collect.order}", 'collect.order = ["name", "name"]'), "more than once"),
        (rule("{collect.order}", 'collect.order = ["name", "name?"]'), "asked for twice"),
        (rule("{collect.order}", 'collect.order = "name"'), "takes a list of words"),
        (rule("{collect.ordr}", 'collect.ordr = ["name"]'), "no moment is called “ordr”: did you mean “order”?"),
        (rule("x", 'limit.orderz.sale = "never"'), "no purpose or category is called “orderz”: did you mean “orders”?"),
        (rule("x", 'purpose.orders.steps.carier = ["name"]'), "no step is called “carier”: did you mean “carrier”?"),
        (rule("x", 'in.Germany.contact.answer = "1 day"'), "“Germany” is no country"),
        (rule("x", 'limit.all.transfer = "maybe"'), "known are after_notice, never"),
        (rule("{limit.all.keep}", 'limit.all.keep = "36 hours after order.ended"'), "counted in whole days"),
        (rule("{limit.all.keep}", 'limit.all.keep = "a while"'), "says no end"),
        (rule("{limit.all.keep}", 'limit.all.keep = "1 day after order.end"'), "did you mean “order.ended”?"),
        (rule("x", 'processor.p.agreement.sha256 = "5f1c"'), "does not fit"),
        (rule("x", 'processor.p.agreement.until = "2027"'), "takes a day, such as"),
        (rule("x", "processor.p.name = 3"), "takes a text in quotes"),
        (rule("x", 'processor.p.name = "  "'), "takes a text in quotes"),
        (rule("x", "review = 3", ANSWER.replace("contact", "contact")), "review is the day"),
        (rule("x", 'claims = ["cookie_list_compleet"]'), "did you mean “cookie_list_complete”?"),
        (rule("x", 'state = "draft"', 'claims = ["cookie_list_complete"]'), "state is “planned”"),
    ],
)
def test_values_that_do_not_fit_are_told_what_does(body, told):
    assert any(told in one for one in problems(HEAD + body))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (rule("Nothing below."), "a rule needs a term or a claim"),
        ('[S1]\nheading = "One"\nadvice = "Lock the door."\n', "advice needs shown"),
        ('[S1]\nheading = "One"\npledge = "Rooms are locked."\nowner = "Ann"\n', "needs an owner and the day"),
        ('[S1]\nheading = "One"\nnote = "We will never tell."\n', "“will” promises something"),
        ('[S1]\nheading = "One"\nnote = "A thought."\nclaims = ["cookie_list_complete"]\n', "a note explains"),
        ('[S1]\nheading = "One"\nnote = "A."\nfact = "B."\n', "fact and note at once"),
        ('[S1]\nheading = "One"\n', "this sentence has no text"),
        ('[S1]\nnote = "A."\n', "the first sentence opens a section"),
        ('[S1]\nheading = "One"\nnote = "A."\n[S2]\nheading = "One"\nnote = "B."\n', "[S1] has this heading already"),
        ('[S1]\nheading = "One"\nnote = "A."\nunder = "S9"\n', "no sentence is called “S9”: known are S1"),
        (rule("{contact.answr}", 'claims = ["cookie_list_complete"]'), "prints nothing"),
        (
            rule("{cookie.kart}", 'claims = ["cookie_list_complete"]'),
            "no cookie is called “kart”: did you mean “cart”?",
        ),
        (rule("{contact.answer:or}", ANSWER), "joins the words of a list"),
        (rule("{collect.order:length}", 'collect.order = ["name"]'), "takes the time alone"),
        (rule("{contact.answer:big}", ANSWER), "there is no form “big”"),
        (rule("A lone } and {contact.answer}", ANSWER), "a lone “}”"),
        (rule("As below.", ANSWER), "contact.answer binds and nobody can read it: print it with {contact.answer}"),
    ],
)
def test_a_policy_must_agree_with_itself(body, told):
    assert told in problem(body)


class TestTheWhole:
    @pytest.mark.parametrize("missing", [0, 1, 3])
    def test_half_a_purpose_is_no_purpose(self, missing):
        part = ("basis", "reads", "steps", "keep")[missing]
        with pytest.raises(PolicyErrors, match=rf"purpose\.orders is half said: purpose\.orders\.{part} is missing"):
            a_policy(*(term for number, term in enumerate(orders()) if number != missing))

    def test_a_lasting_cookie_has_a_life_and_another_has_none(self):
        with pytest.raises(PolicyErrors, match=r"cookie\.cart\.life is missing"):
            a_policy('cookie.cart.kind = "persistent"', 'cookie.cart.need = "choice"')
        with pytest.raises(PolicyErrors, match="it has no life"):
            a_policy(
                'cookie.session.kind = "session"', 'cookie.session.need = "required"', 'cookie.session.life = "1 day"'
            )

    def test_a_grant_stands_once_and_limits_may_overlap(self):
        with pytest.raises(PolicyErrors, match=r"\[T1\] says contact.answer already; only limits may overlap"):
            a_policy(ANSWER, ANSWER)
        twice = a_policy(
            *orders(), 'limit.all.keep = "1 year after order.ended"', 'limit.all.keep = "6 months after order.ended"'
        )
        assert str(twice.value("limit.all.keep")) == "6 months after order.ended"
        assert twice.rules().because("limit.all.keep") == ("T6",)

    def test_a_step_opens_no_more_than_its_purpose(self):
        with pytest.raises(PolicyErrors, match=r"opens phone, which purpose\.orders\.reads does not"):
            a_policy(*orders()[:2], 'purpose.orders.steps.carrier = ["name", "phone"]', orders()[3])

    def test_what_is_never_kept_is_not_asked_for(self):
        with pytest.raises(PolicyErrors, match="asks for card_number, which"):
            a_policy('collect.order = ["card_number"]', 'limit.card_number.keep = "not at all"')

    def test_an_agreement_begins_before_it_ends(self):
        with pytest.raises(PolicyErrors, match="ends before it begins"):
            a_policy("processor.p.agreement.from = 2027-01-02", "processor.p.agreement.until = 2027-01-01")

    def test_a_sentence_in_force_cannot_print_a_plan(self):
        planned = text(*TAX, *orders(), *NEWSLETTER).replace("[T7]\n", '[T7]\nstate = "planned"\n')
        planned = planned.replace("[T8]\n", '[T8]\nstate = "planned"\n')
        printing = (
            f'{planned}[S9]\nrule = "{{purpose.orders.keep}} {{hold.tax.keep}}"\nclaims = ["cookie_list_complete"]\n'
        )
        assert "is only planned, in [T8]" in "".join(problems(printing))


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("", "the file begins with [policy]"),
        ('[policy]\nformat = 2\nshop = "A"\nlanguage = "en"\n', "2:1: this program reads format = 1"),
        ('[policy]\nformat = 1\nlanguage = "en"\n', "[policy] needs shop"),
        ('[policy]\nformat = 1\nshop = "A"\nlanguage = "en"\nlangage = "de"\n', "did you mean “language”?"),
        ('stray = 1\n[policy]\nformat = 1\nshop = "A"\nlanguage = "en"\n', "1:1: “stray” stands above"),
    ],
)
def test_the_head_of_the_file(head, told):
    assert told in problem('[S1]\nheading = "One"\nnote = "A."\n', head)


def test_a_file_that_is_not_there_or_not_text(tmp_path):
    with pytest.raises(PolicyErrors, match="cannot be read"):
        load(tmp_path / "policy.toml", PROGRAM)
    (tmp_path / "policy.toml").write_bytes(b"[policy]\n\xff\n")
    with pytest.raises(PolicyErrors, match=r"policy\.toml:2:1: the policy is not UTF-8"):
        load(tmp_path / "policy.toml", PROGRAM)


def test_the_digest_is_of_every_letter():
    assert a_policy(*orders()).digest != a_policy(*orders("25 months after order.ended")).digest


FITTING = {
    "password.length": ("3", "1.5", "99999999999999999999"),
    "contact.answer": ('"3 days"',),
    "successor.notice": ('"3 days"',),
    "limit.all.keep": ('"not at all"', '"3 days after order.ended"'),
    "collect.order": ("[]", '["name"]'),
    "limit.all.reads": ("[]", '["name"]'),
    "limit.all.sale": ('"never"',),
    "release.grounds": ("[]", '["law"]'),
    "processor.p.agreement.from": ("2026-01-01",),
    "processor.p.country": ('"DE"',),
}
VALUES = {value for values in FITTING.values() for value in values} | {
    *("nan", "inf", "-3", "-0.5", "true", '""', '"  "', "12:00:00", "2026-01-01T00:00:00Z", "1e400", "[[]]", "[1]"),
    *('["name", "name"]', '[""]', '["?"]', "{ a = 1 }", "{}", '"0 days"', '"99999999 years"', '" until order.ended"'),
}


@pytest.mark.parametrize("path", FITTING)
@pytest.mark.parametrize("value", sorted(VALUES))
def test_every_kind_of_term_takes_what_fits_and_tells_what_does_not(path, value):
    source = f'{HEAD}[S1]\nheading = "One"\nrule = "As below."\n{path} = {value}\n'
    told = []
    try:
        loads(source, PROGRAM)
    except PolicyErrors as errors:
        told = [one.message for one in errors.problems if (one.line, one.column) == (8, 1)]
    only_alone = ("nobody can read it", "half said")
    assert bool([one for one in told if not any(this in one for this in only_alone)]) is (value not in FITTING[path]), (
        told
    )


@pytest.mark.parametrize("key", ["heading", "under", "state", "claims", "shown", "owner", "review", "rule", "note"])
@pytest.mark.parametrize("value", sorted(VALUES))
def test_no_value_of_a_key_breaks_the_reader(key, value):
    with pytest.raises(PolicyErrors):
        loads(f"{HEAD}[S1]\n{key} = {value}\n", PROGRAM)
