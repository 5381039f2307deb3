"""For how many people a change of the policy is one, and what it would end: counted before anything is posted.

Nobody is looked at singly: people are counted in groups by the version they last used and by country, and things are
judged by the rules of the nightly run, each by what binds its person.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, F, Func, Model, OuterRef, TextField
from django.db.models.functions import Cast

from calla.kernel import clock
from calla.policy import Person, Policy, Program, Rules, keep_until
from calla.policy.compare import Change
from calla.policy.schema import look_up
from calla.policy.versions import Versions
from calla.policy.words import REGIONS
from calla.privacy import reading, registry, versions
from calla.privacy.models import Subject
from calla.privacy.registry import Declared
from calla.privacy.retention import Stage, judge

MOST_THINGS = 100_000  # looked at in each table; of more, as many are drawn
MOST_SECONDS = 10.0
Groups = Mapping[tuple[int, str], int]  # version last used and country, to how many people


@dataclass(frozen=True)
class Touched:
    """People whom a change reaches: `now`, and from their next use of the shop by the version they last used."""

    now: int = 0
    from_use: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Ends:
    """What the change does to the things of one table, of which `looked_at` were judged.

    `at_once` end with the next nightly run, `sooner` on an earlier day than now, `later` on a later one or never, once
    their people have used the shop again. `unsaid` would be left without any sentence that says when they end.
    """

    table: str
    things: int
    looked_at: int = 0
    at_once: int = 0
    sooner: int = 0
    later: int = 0
    unsaid: int = 0

    def of_all(self, count: int) -> int:
        """Where not all were looked at, the share of those that were."""
        return round(count * self.things / self.looked_at) if self.looked_at else count


@dataclass(frozen=True)
class Reach:
    touched: Mapping[str, Touched]  # by the path or claim of the change
    ends: tuple[Ends, ...]


@dataclass(frozen=True)
class Sides:
    """What binds a person today, once the new version is posted, and once they have used the shop under it."""

    before: Versions
    after: Versions

    def of(self, used: int, country: str) -> tuple[Rules, Rules, Rules]:
        person = Person(used=used, country=country or None)
        newest = replace(person, used=len(self.after.policies))
        return self.before.binding(person), self.after.binding(person), self.after.binding(newest)


def of(policy: Policy, changes: Sequence[Change]) -> Reach:
    held = [one.policy for one in versions.held()]
    if not held:
        return Reach({}, ())
    sides = Sides(Versions(held), Versions([*held, policy]))
    binding = [change for change in changes if change.kind != "reworded"]
    count = cache(_people)
    touched = {change.path: _touched(change, binding, count(_purpose(change, policy)), sides) for change in binding}
    concerned = _concerned(binding, policy)
    ends = (_ends(table, sides) for table in registry.things() if concerned & {table.purpose, "all"})
    return Reach(touched, tuple(ends))


# --- people -----------------------------------------------------------------------------------------------------------


def _people(purpose: str) -> Groups:
    """Those of whom the shop holds something for this purpose; without one, all it knows."""
    known = Subject.objects.all()
    tables = [table for table in registry.tables() if table.ends and table.purpose == purpose]
    if purpose:
        holding = [Exists(table.model._default_manager.filter(subject=OuterRef("pk"))) for table in tables]
        known = known.filter(reduce(or_, holding)) if holding else known.none()
    rows = known.values_list("version_used", "country").annotate(Count("pk")).order_by()
    return {(used, country): people for used, country, people in rows}


def _purpose(change: Change, policy: Policy) -> str:
    """The use that a change is about, or nothing where it concerns everybody."""
    program, path = policy.program, change.plain
    if "." not in path:
        return ""  # a claim
    known = look_up(path, program)
    moment = program.moments.get(known.names.get("moment", ""))
    if moment:
        return moment.purpose
    return _held_purpose(path, policy) or known.term.purpose


def _held_purpose(path: str, policy: Policy) -> str:
    of = path.split(".")[1] if path.startswith("hold.") else ""
    stated = [policy, *(one.policy for one in versions.held())]
    return next((str(one.get(f"hold.{of}.of")) for one in stated if of and one.get(f"hold.{of}.of")), "")


def _touched(change: Change, changes: Iterable[Change], people: Groups, sides: Sides) -> Touched:
    now, from_use = 0, Counter[int]()
    here = REGIONS.get(change.place, frozenset({change.place}))
    elsewhere = frozenset[str]().union(
        *(REGIONS.get(c.place, {c.place}) for c in changes if c.plain == change.plain and c.place and not change.place)
    )
    for (used, country), count in people.items():
        if country in elsewhere or (change.place and country not in here):
            continue
        was, is_now, will_be = (_said(rules, change.plain) for rules in sides.of(used, country))
        now += count if was != is_now else 0
        from_use[used] += count if is_now != will_be else 0
    return Touched(now, {used: count for used, count in sorted(from_use.items()) if count})


def _said(rules: Rules, path: str) -> Any:
    return rules.get(path) if "." in path else rules.has_claim(path)


# --- things -----------------------------------------------------------------------------------------------------------


def _concerned(changes: Iterable[Change], policy: Policy) -> frozenset[str]:
    """The purposes whose things may end on another day."""
    program = policy.program
    of_time = [change for change in changes if change.plain.endswith(".keep") or change.plain.startswith("hold.")]
    return frozenset(_scope(change, policy, program) for change in of_time)


def _scope(change: Change, policy: Policy, program: Program) -> str:
    scope = look_up(change.plain, program).names.get("scope", "")
    return "all" if scope == "all" or scope in program.categories else _purpose(change, policy)


def _ends(table: Declared, sides: Sides) -> Ends:
    found, looked_at, today, until = Counter[str](), 0, clock.today(), time.monotonic() + MOST_SECONDS

    @cache
    def side(used: int, country: str, life: tuple[tuple[str, date], ...]) -> str:
        return _side(sides.of(used, country), table.purpose, dict(life), country, today)

    for row in _drawn(table):
        if time.monotonic() > until:
            break
        looked_at += 1
        subject = row.subject  # type: ignore[attr-defined]
        life = tuple(sorted(reading.events(row).items()))
        found[side(subject.version_used, subject.country, life)] += 1
    found.pop("", None)
    all_seen = looked_at < MOST_THINGS and time.monotonic() <= until
    things = looked_at if all_seen else table.model._default_manager.count()
    return Ends(table.model._meta.label, things, looked_at, **found)


def _drawn(table: Declared) -> Iterator[Model]:
    """By chance, but the same ones each time: in the order of the digests of their names."""
    digest = Func(Cast(F("pk"), TextField()), function="md5")
    rows = table.model._default_manager.select_related("subject").defer(*(column.attname for column in table.sealed))
    return rows.order_by(digest)[:MOST_THINGS].iterator(chunk_size=5000)


def _side(bound: tuple[Rules, Rules, Rules], purpose: str, life: Mapping[str, date], country: str, today: date) -> str:
    """What becomes of a thing: the name of the count in Ends, or nothing where it keeps its day."""
    now, then = (judge(rules, purpose, life, country or None, today) for rules in bound[:2])
    if Stage.UNSAID in (now, then):
        return "unsaid" if then is Stage.UNSAID and now is not then else ""
    if now is Stage.KEPT and then is not Stage.KEPT:
        return "at_once"
    granting = [rules if rules.has(purpose) else bound[1] for rules in bound]
    is_due, will_be, once_used = (keep_until(one, purpose, life, country or None) or date.max for one in granting)
    return "sooner" if will_be < is_due else "later" if once_used > will_be else ""
