"""Histories of a shop and one person: versions, uses, consents, objections, orders, erasure, and days that pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from calla.policy import (
    Allowed,
    Person,
    Policy,
    PolicyErrors,
    Read,
    Receive,
    Rules,
    Show,
    Transfer,
    Versions,
    decide,
    keep_until,
    loads,
    readable_under,
)
from tests.policy.oracle import FOREVER, Oracle, Somebody
from tests.policy.small import PROGRAM, TAX, text

Draw = Callable[[st.SearchStrategy[Any]], Any]
GETS, GIVES = "recipient.partner.reads", "source.register.gives"
PARTNER = ('recipient.partner.name = "Partner"', 'recipient.partner.purpose = "orders"')
REGISTER = ('source.register.name = "Register"', 'source.register.purpose = "orders"')
OWED = {name: purpose.ends for name, purpose in PROGRAM.purposes.items() if purpose.ends}
FIRST_DAY = date(2026, 1, 29)


def _one_of(path: str, *values: str) -> st.SearchStrategy[tuple[str, ...]]:
    """A term with one of these values, or no such term."""
    return st.sampled_from([(), *((f"{path} = {value}",) for value in values)])


KEEPS = (
    '"24 months after order.ended"',
    '"1 year after order.placed"',
    '"until order.ended"',
    '"1 month after order.ended"',
    '"30 days after order.ended, at the latest 2 years after order.placed"',
)
FIELDS = ('["name", "email", "purchases"]', '["name", "email"]', '["email", "phone", "purchases"]')
SOMETIMES = (
    _one_of("limit.all.keep", '"1 year after order.ended"', '"30 days after order.placed"'),
    _one_of("in.DE.limit.all.keep", '"60 days after order.ended"'),
    _one_of("in.EU.limit.orders.keep", '"10 months after order.ended"'),
    _one_of("limit.phone.keep", '"not at all"', '"14 days after order.placed"'),
    _one_of("limit.orders.reads", '["name"]', '["name", "email"]', '["email", "purchases"]'),
    _one_of("limit.all.reads", '["name", "email", "phone"]'),
    _one_of("limit.all.transfer", '"never"', '"after_notice"'),
    _one_of("transfer.notice", '"30 days"', '"1 month"', '"60 days"'),
    _one_of("rights.objection", '["orders"]', '["newsletter"]', '["newsletter", "contact"]'),
    st.sampled_from([(), (*PARTNER, f'{GETS} = ["email"]'), (*PARTNER, f'{GETS} = ["email", "name"]')]),
)


OTHERS = st.sampled_from([
    (), ('visible.order_link = ["email"]',), ("visible.order_link = []", 'in.EU.visible.order_link = ["email"]'),
    (*REGISTER, f'{GIVES} = ["email"]'), (*REGISTER, f"{GIVES} = []", f'in.DE.{GIVES} = ["email"]'),
])  # fmt: skip


@st.composite
def an_order_purpose(draw: Draw) -> list[str]:
    basis = draw(st.sampled_from(["contract", "contract", "opt_out"]))
    return [
        f'purpose.orders.basis = "{basis}"',
        f"purpose.orders.reads = {draw(st.sampled_from(FIELDS))}",
        f"purpose.orders.keep = {draw(st.sampled_from(KEEPS))}",
        *draw(_one_of("purpose.orders.steps.carrier", '["email"]', "[]")),
        *draw(_one_of("in.DE.purpose.orders.keep", KEEPS[3], KEEPS[2])),
        *draw(OTHERS),
        *(TAX if basis == "contract" and draw(st.booleans()) else ()),
    ]


@st.composite
def a_newsletter(draw: Draw) -> list[str]:
    keep = draw(st.sampled_from(["until newsletter.withdrawn", "2 years after letter.sent"]))
    return [
        f'purpose.newsletter.basis = "{draw(st.sampled_from(["consent", "consent", "opt_out"]))}"',
        'purpose.newsletter.reads = ["email"]',
        f'purpose.newsletter.keep = "{keep}"',
    ]


@st.composite
def versions(draw: Draw) -> str:
    """The text of a policy; what belongs together stands or falls together."""
    said = ["password.length = 8", *(term for strategy in SOMETIMES for term in draw(strategy))]
    said += draw(an_order_purpose()) if draw(st.integers(0, 3)) else []
    said += draw(a_newsletter()) if draw(st.integers(0, 2)) else []
    return text(*said)


@lru_cache(4096)
def loaded(source: str) -> Policy:
    """What cannot be loaded is no version; the strategy looks for another."""
    try:
        return loads(source, PROGRAM)
    except PolicyErrors:
        reject()


@lru_cache(256)
def posted(texts: tuple[str, ...]) -> Versions:
    """Remembered as a shop remembers them from one question to the next, with all that was folded for somebody."""
    return Versions([loaded(text) for text in texts])


@dataclass
class History:
    """What has happened so far, told to the program and to the oracle alike."""

    texts: list[str]
    country: str | None
    person: Person = field(default_factory=Person)
    today: date = FIRST_DAY
    life: dict[str, date] = field(default_factory=dict)
    noticed: date | None = None
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.person = Person(used=len(self.texts), country=self.country)

    def step(self, what: str, detail: int, new: str) -> None:
        number, uses = len(self.texts), ("orders", "newsletter")
        purpose = uses[detail % 2]
        match what:
            case "post":
                self.texts.append(new)
            case "use":
                self.person = replace(self.person, used=number)
            case "consent":  # said with a form, which is a use as well
                self.person = replace(self.person, used=number, consents={**self.person.consents, purpose: number})
            case "withdraw":
                kept = {name: version for name, version in self.person.consents.items() if name != purpose}
                self.person = replace(self.person, consents=kept)
            case "object":
                self.person = replace(self.person, objections=self.person.objections ^ {purpose})
            case "pause":
                self.person = replace(self.person, paused=self.person.paused ^ {purpose})
            case "order":
                self.life = {"order.placed": self.today, **self.life}
            case "end" if "order.placed" in self.life:
                self.life = {"order.ended": self.today, **self.life}
            case "write":
                self.life["letter.sent"] = self.today
            case "erase":
                self.life = {"person.erased": self.today, **self.life}
            case "notice":
                self.noticed = self.today
        self.today += timedelta(days=detail)

    def judge(self) -> None:
        """What the program allows is what the oracle allows; for a notice, where lengths cannot be ordered, no more."""
        program = posted(tuple(self.texts)).binding(self.person)
        oracle, person = Oracle(self.texts, OWED), self.person
        who = Somebody(person.used or 0, person.consents, person.objections, person.paused, person.country)
        for purpose, step in (("orders", None), ("orders", "carrier"), ("newsletter", None)):
            said = decide(program, person, Read(purpose, step))
            fields = set(said.fields) if isinstance(said, Allowed) else None
            self._alike(fields, oracle.reads(who, purpose, step), f"reading for {purpose} {step or ''}")
            self.seen["refused" if fields is None else "read"] += 1
        for what, ours, theirs in (
            ("seen by others", Show("order_link"), oracle.seen_by_others(who, "orders", "order_link")),
            ("told by others", Receive("orders", "register"), oracle.told_by(who, "orders", "register")),
        ):
            said = decide(program, person, ours)
            self._alike(set(said.fields) if isinstance(said, Allowed) else None, theirs, what)
            self.seen[what if theirs else f"not {what}"] += 1
        for purpose in ("orders", "newsletter"):
            self._judge_time(program, oracle, who, purpose)
        for objected in (False, True):
            passed = decide(program, person, Transfer("orders", "partner", self.today, self.noticed, objected))
            expected = oracle.passed_on(who, "orders", "partner", self.today, self.noticed, objected=objected)
            if isinstance(passed, Allowed):
                assert expected is not None and passed.fields <= expected, self
            self.seen["passed on" if passed else "kept in"] += 1

    def _judge_time(self, program: Rules, oracle: Oracle, who: Somebody, purpose: str) -> None:
        readable = readable_under(program, self.life, self.today, self.country, purposes=[purpose])
        expected = {purpose: oracle.readable(who, purpose, self.life, self.today)}
        if purpose == "orders":
            expected["tax"] = oracle.held(who, "tax", self.life, self.today)
            self.seen["held by law" if expected["tax"] else "not held"] += 1
        self._alike({name: set(fields) for name, fields in readable.items()}, _some(expected), "on this day")
        if oracle.granted(who, purpose):
            until = keep_until(program, purpose, self.life, self.country) or FOREVER
            self._alike(until, oracle.until(who, purpose, self.life), f"until when for {purpose}")

    def _alike(self, ours: object, theirs: object, about: str) -> None:
        assert ours == theirs, f"{about}: the program says {ours}, the oracle {theirs}\n{self}"


def _some(found: dict[str, set[str]]) -> dict[str, set[str]]:
    return {name: fields for name, fields in found.items() if fields}


STEPS = (
    "post", "post", "use", "consent", "withdraw", "object", "pause", "order", "end", "write", "erase", "notice", "wait",
)  # fmt: skip


@st.composite
def histories(draw: Draw) -> History:
    """Judged after every step; what is returned has held all along."""
    history = History([draw(versions())], draw(st.sampled_from([None, "DE", "FR", "US"])))
    history.judge()
    for _ in range(draw(st.integers(1, 7))):
        what, days = draw(st.sampled_from(STEPS)), draw(st.sampled_from([0, 1, 29, 31, 200, 365, 731]))
        history.step(what, days, draw(versions()) if what == "post" else "")
        history.judge()
    return history
