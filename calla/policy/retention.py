"""Until when a record is kept, and under which name it can be read on a given day.

A record is read under its purpose before the due day, whether or not the deleting job has run. After that the law may
hold some of its fields, through the hold's last day and under the hold's name only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from calla.policy.rules import Hold, Rules

ERASED = "person.erased"  # the event of a request for erasure; it ends every purpose, once nothing runs any more

Events = Mapping[str, date]


class Ruled(Protocol):
    def rules(self, country: str | None = None) -> Rules: ...


def keep_until(
    policy: Ruled, purpose: str, events: Events, country: str | None = None, *, category: str | None = None
) -> date | None:
    """The day from which a purpose may no longer read; None while no event has set one.

    `NEVER_KEPT` is a day long past: what is never stored is always due.
    """
    rules = policy.rules(country)
    due = rules.keep(purpose, category).due(events)
    erased = _erased(rules, purpose, events)
    return min((day for day in (due, erased) if day), default=None)


def _erased(rules: Rules, purpose: str, events: Events) -> date | None:
    """Erasure works at once; only work that is owed, such as an order under way, runs to its end first."""
    asked, ends = events.get(ERASED), rules.program.purposes[purpose].ends
    if asked is None or not ends or rules.purposes[purpose].basis in {"consent", "opt_out"}:
        return asked
    return max(asked, events[ends]) if ends in events else None


def held_until(
    policy: Ruled, hold: Hold, events: Events, country: str | None = None, *, in_force: date = date.min
) -> date | None:
    """The last day of a hold on this record, or None where it holds nothing.

    It brings nothing back: a hold begins while the record is still there, and adds nothing if it ends sooner.
    """
    due = keep_until(policy, hold.of, events, country)
    last = hold.keep.due(events)
    if due is None or (last is not None and last < due) or in_force > due:
        return None
    if hold.since and (hold.since not in events or events[hold.since] >= due):
        return None
    return last or date.max


def readable_under(
    policy: Ruled,
    events: Events,
    today: date,
    country: str | None = None,
    *,
    purposes: Iterable[str] | None = None,
    in_force: Mapping[str, date] | None = None,
) -> dict[str, frozenset[str]]:
    """Purpose or hold to the fields that can be read under it today.

    Without `purposes` they are those whose time is counted from one of the events. `in_force` gives the day from which
    a hold has been law.
    """
    rules = policy.rules(country)
    asked = list(_counted_from(rules, events) if purposes is None else purposes)
    readable = {}
    for name in asked:
        if name in rules.purposes and (fields := _fields(rules, name, events, today, country)):
            readable[name] = fields
    for hold in rules.holds.values():
        if hold.of in asked and hold.of in rules.purposes and _has_ended(rules, hold.of, events, today, country):
            last = held_until(rules, hold, events, country, in_force=(in_force or {}).get(hold.name, date.min))
            if last and today <= last:
                readable[hold.name] = hold.reads
    return readable


def _has_ended(rules: Rules, purpose: str, events: Events, today: date, country: str | None) -> bool:
    """By its day alone: a use that may read nothing just now has not ended for that, and opens nothing to a hold."""
    due = keep_until(rules, purpose, events, country)
    return due is not None and due <= today


def _counted_from(rules: Rules, events: Events) -> list[str]:
    return [name for name in rules.purposes if any(clause.event in events for clause in rules.keep(name).clauses)]


def _fields(rules: Rules, purpose: str, events: Events, today: date, country: str | None) -> frozenset[str]:
    dues = {name: keep_until(rules, purpose, events, country, category=name) for name in rules.reads(purpose)}
    return frozenset(name for name, due in dues.items() if due is None or today < due)
