"""Lengths of time, and how long data is kept.

Days are UTC dates. A month later is the same day of the month, or the last day that month has.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import product

from calla.policy.errors import BadValue

HOURS = {"hour": 1, "day": 24, "week": 7 * 24}
MONTHS = {"month": 1, "year": 12}
NEVER_KEPT = date.min  # the due day of what may not be stored at all: always past

SPAN = re.compile(r"(?P<count>[1-9]\d*) (?P<unit>hour|day|week|month|year)(?P<plural>s?)")
CLAUSE = re.compile(r"until (?P<until>\S+)|(?P<span>.+?) after (?P<year_end>the end of the year of )?(?P<event>\S+)")


@dataclass(frozen=True, slots=True)
class Span:
    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    @property
    def exact(self) -> tuple[str, int]:
        """The length in a unit of which all of its kin are whole multiples: months, or hours."""
        return (
            ("months", self.count * MONTHS[self.unit])
            if self.unit in MONTHS
            else ("hours", self.count * HOURS[self.unit])
        )

    def after(self, day: date) -> date:
        base, length = self.exact
        return _months_after(day, length) if base == "months" else day + timedelta(hours=length)

    def longest_and_shortest(self) -> tuple[int, int]:
        base, length = self.exact
        return _hours_in_months(length) if base == "months" else (length, length)

    @property
    def longest(self) -> timedelta:
        return timedelta(hours=self.longest_and_shortest()[0])

    @property
    def shortest(self) -> timedelta:
        return timedelta(hours=self.longest_and_shortest()[1])

    def __le__(self, other: Span) -> bool:
        """Never longer, whatever day it is counted from. 30 days and 1 month are neither way round."""
        (base, length), (others_base, others_length) = self.exact, other.exact
        if base == others_base:
            return length <= others_length
        return self.longest_and_shortest()[0] <= other.longest_and_shortest()[1]


def at_least_both(one: Span, other: Span) -> Span:
    """For spans that cannot be ordered, such as 30 days and 1 month: what is never shorter than either."""
    return Span(max(span.longest_and_shortest()[0] for span in (one, other)) // 24, "day")


def at_most_both(one: Span, other: Span) -> Span:
    return Span(min(span.longest_and_shortest()[1] for span in (one, other)) // 24, "day")


LONGEST = Span(100, "year")


def parse_span(text: object) -> Span:
    match = SPAN.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise BadValue(f"{text!r} is no length of time: write a number and a unit, such as “30 days” or “1 year”")
    span = Span(int(match["count"]), match["unit"])
    if not span <= LONGEST:
        raise BadValue(f"“{text}” is longer than {LONGEST}, and so no promise anybody could keep")
    return span


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@cache
def _hours_in_months(months: int) -> tuple[int, int]:
    """The longest and the shortest that so many months can be, over common, leap and century years."""
    starts = (
        day
        for year, month in product([*range(1888, 1913), *range(1988, 2013)], range(1, 13))
        for day in (date(year, month, 1), date(year, month, monthrange(year, month)[1]))
    )
    lengths = [(_months_after(start, months) - start).days * 24 for start in starts]
    return max(lengths), min(lengths)


@dataclass(frozen=True, slots=True)
class Clause:
    """`span` after `event`, or after the end of the year it falls in; without a span, until the event itself."""

    event: str
    span: Span | None = None
    year_end: bool = False

    def __str__(self) -> str:
        if self.span is None:
            return f"until {self.event}"
        return f"{self.span} after {'the end of the year of ' if self.year_end else ''}{self.event}"

    def due(self, event_day: date) -> date:
        start = date(event_day.year, 12, 31) if self.year_end else event_day
        return self.span.after(start) if self.span else start

    def never_later(self, other: Clause, precedes: Mapping[str, frozenset[str]]) -> bool:
        """Due no later than the other in every case. `precedes[e]` holds the events that have come once e has."""
        if self.event != other.event and self.event not in precedes.get(other.event, ()):
            return False
        if self.year_end and not other.year_end:
            return False
        return self.span is None or (other.span is not None and self.span <= other.span)


@dataclass(frozen=True, slots=True)
class Keep:
    """Data is gone at the earliest of the clauses; with no clause at all it is never stored.

    So the stricter of two is simply all their clauses together.
    """

    clauses: tuple[Clause, ...]

    def __str__(self) -> str:
        return ", at the latest ".join(map(str, self.clauses)) or "not at all"

    def due(self, events: Mapping[str, date]) -> date | None:
        """The day on which reading stops, or None while no event has set one."""
        if not self.clauses:
            return NEVER_KEPT
        return min((c.due(events[c.event]) for c in self.clauses if c.event in events), default=None)

    def never_longer(self, other: Keep, precedes: Mapping[str, frozenset[str]]) -> bool:
        if not self.clauses:
            return True
        return bool(other.clauses) and all(
            any(mine.never_later(theirs, precedes) for mine in self.clauses) for theirs in other.clauses
        )


def strictest(keeps: Iterable[Keep], precedes: Mapping[str, frozenset[str]]) -> Keep:
    """All clauses together, without those that another one always comes before."""
    every = tuple(keeps)
    if any(not keep.clauses for keep in every):
        return Keep(())
    kept: list[Clause] = []
    for clause in (clause for keep in every for clause in keep.clauses):
        if not any(other.never_later(clause, precedes) for other in kept):
            kept = [other for other in kept if not clause.never_later(other, precedes)] + [clause]
    return Keep(tuple(kept))


def parse_keep(text: object) -> Keep:
    if text == "not at all":
        return Keep(())
    if not isinstance(text, str):
        raise BadValue("how long is a text, such as “24 months after order.ended”, “until order.ended” or “not at all”")
    return Keep(tuple(_clause(part) for part in text.split(", at the latest ")))


def _clause(text: str) -> Clause:
    match = CLAUSE.fullmatch(text)
    if not match:
        raise BadValue(f"“{text}” says no end: write “until event”, “30 days after event” or “not at all”")
    if match["until"]:
        return Clause(match["until"])
    span = parse_span(match["span"])
    if span.unit == "hour" and span.count % 24:
        raise BadValue(f"“{span}”: what is kept is counted in whole days")
    return Clause(match["event"], span, bool(match["year_end"]))
