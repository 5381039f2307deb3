"""What must hold for every policy, tried on many."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from calla.policy import Person, Policy, PolicyErrors, Read, Versions, decide, loads
from calla.policy.schema import look_up
from calla.policy.spans import Clause, Keep, Span, strictest
from calla.policy.terms import no_looser, verdict
from tests.policy.small import HEAD, NEWSLETTER, PROGRAM, a_policy, orders

EVENTS = ("order.placed", "order.ended", "letter.sent")
KEEP = look_up("purpose.orders.keep", PROGRAM).term

spans = st.builds(Span, st.integers(1, 40), st.sampled_from(["day", "week", "month", "year"]))
clauses = st.builds(Clause, st.sampled_from(EVENTS), st.none() | spans, st.just(False)) | st.builds(
    Clause, st.sampled_from(EVENTS), spans, st.booleans()
)
keeps = st.lists(clauses, max_size=3).map(lambda found: Keep(tuple(found)))
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@st.composite
def lives(draw) -> dict[str, date]:
    """What happened to a record: an order never ends before it was placed, nor without."""
    placed = draw(days)
    life = {"order.placed": placed}
    if draw(st.booleans()):
        life["order.ended"] = placed + timedelta(days=draw(st.integers(0, 900)))
    if draw(st.booleans()):
        life["letter.sent"] = draw(days)
    return draw(st.sampled_from([life, {k: v for k, v in life.items() if k == "letter.sent"}]))


def due(keep: Keep, life: dict[str, date]) -> date:
    return keep.due(life) or date.max


@given(keeps, keeps, lives())
def test_the_stricter_of_two_is_due_when_the_first_of_them_is(one, other, life):
    assert due(strictest((one, other), PROGRAM.precedes), life) == min(due(one, life), due(other, life))


@given(keeps, keeps, lives())
@example(Keep((Clause("order.ended", Span(1, "month")),)), Keep((Clause("order.ended", Span(30, "day")),)), {})
def test_a_verdict_is_never_wrong_about_a_day(old, new, life):
    said = verdict(KEEP, old, new, PROGRAM)
    if said in {"tightened", "same"}:
        assert due(new, life) <= due(old, life)
    if said in {"loosened", "same"}:
        assert due(new, life) >= due(old, life)


@given(spans, spans, days)
def test_a_shorter_span_is_shorter_from_every_day(one, other, start):
    assume(one <= other)
    assert one.after(start) <= other.after(start)


terms = st.fixed_dictionaries(
    {},
    optional={
        "limit.all.transfer": st.sampled_from(['"never"', '"after_notice"']),
        "limit.all.keep": st.sampled_from(['"1 year after order.ended"', '"30 days after order.placed"']),
        "limit.orders.reads": st.sampled_from(['["name"]', '["name", "email"]', '["email", "purchases"]']),
        "transfer.notice": st.sampled_from(['"30 days"', '"1 month"', '"60 days"']),
        "contact.answer": st.sampled_from(['"3 days"', '"1 week"']),
        "collect.order": st.sampled_from(['["name", "email"]', '["name?"]', '["phone"]']),
        "release.grounds": st.sampled_from(['["law"]', '["safety", "law"]', '["rights"]']),
        "release.signatures": st.sampled_from(["1", "2"]),
        "rights.objection": st.sampled_from(['["orders"]', '["newsletter"]']),
        "contact.bulk_at_most": st.sampled_from(["5", "50"]),
    },
)


@st.composite
def policies(draw) -> Policy:
    said = [f"{path} = {value}" for path, value in draw(terms).items()]
    if draw(st.booleans()):
        said += orders(draw(st.sampled_from(["24 months after order.ended", "1 year after order.placed"])))
    if draw(st.booleans()):
        said += NEWSLETTER
    return a_policy("password.length = 8", *said)


@settings(max_examples=200, deadline=None)
@given(st.lists(policies(), min_size=2, max_size=5), st.data())
def test_without_use_nothing_ever_loosens(versions, data):
    used = data.draw(st.integers(1, len(versions) - 1))
    person = Person(used=used)
    before = Versions(versions[:-1]).binding(person).terms
    after = Versions(versions).binding(person).terms
    for path in before.keys() | after.keys():
        term = look_up(path, PROGRAM).term
        if path not in before:
            assert term.force != "grant", f"{path} was opened for somebody who slept"
        elif path not in after:
            assert term.force == "grant", f"{path} no longer binds for somebody who slept"
        else:
            assert no_looser(term, after[path].value, before[path].value, PROGRAM) or before[path] == after[path]


@settings(max_examples=100, deadline=None)
@given(st.lists(policies(), min_size=1, max_size=4), st.integers(1, 4))
def test_nobody_is_ever_allowed_what_a_version_in_between_refused(versions, used):
    person = Person(used=min(used, len(versions)))
    answer = decide(Versions(versions).binding(person), person, Read("orders"))
    each = [decide(policy, person, Read("orders")) for policy in versions[person.used - 1 :]]
    if answer:
        assert all(each) and all(answer.fields <= one.fields for one in each)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_no_text_whatever_breaks_the_reader(body):
    for source in (body, HEAD + body, f'{HEAD}[S]\nheading = "One"\nrule = """{body}"""\nclaims = []\n'):
        try:
            assert isinstance(loads(source, PROGRAM), Policy)
        except PolicyErrors as errors:
            assert all(problem.line >= 1 and problem.column >= 1 for problem in errors.problems)
