"""What an erasure would do, in three columns, and what must run to its end first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain
from typing import Any
from uuid import UUID

from calla.kernel import clock
from calla.kernel.sets import among
from calla.policy.retention import held_until
from calla.policy.rules import Hold, Rules
from calla.privacy import mail, reading, registry, retention, versions
from calla.privacy.erasure import standing
from calla.privacy.erasure.standing import Standing
from calla.privacy.registry import Declared
from calla.privacy.retention import Stage


@dataclass(frozen=True, slots=True)
class Part:
    """Things of one kind: what they are called, how many there are, and which values of the person are in them."""

    what: str
    count: int
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What a law holds of things of one kind, readable under its name alone through the day `until`."""

    what: str
    count: int
    fields: tuple[str, ...]
    hold: str
    law: str
    until: date


@dataclass(frozen=True, slots=True)
class Plan:
    """`first` is owed to the person, such as an order under way: it is served, and gone the day it ends."""

    at: date
    gone: tuple[Part, ...]
    kept: tuple[Kept, ...]
    anonymous: tuple[str, ...]
    first: tuple[Part, ...]

    def __bool__(self) -> bool:
        return bool(self.gone or self.kept or self.first)


def plan(subjects: Collection[UUID], at: date | None = None) -> Plan:
    """What `erase` would do on that day, by default today."""
    with versions.pinned():
        return planned(standing.of(subjects), at or clock.today())[0]


def planned(here: Standing, at: date) -> tuple[Plan, set[UUID]]:
    """The plan for these people, and to whom of them something is owed."""
    count, owed = _Counting(), set[UUID]()
    for table, row, stage in _judged(here, at):
        count.add(table, row, stage)
        owed |= {row.subject_id} if stage is Stage.KEPT else set()
    gone = [*count.parts(Stage.OVER), *_besides(here, owed)]
    stays = tuple(dict.fromkeys(table.stays for table in registry.tables() if table.stays))
    return Plan(at, tuple(gone), tuple(count.held()), stays, tuple(count.parts(Stage.KEPT))), owed


def _judged(here: Standing, at: date) -> Iterator[tuple[Declared, Any, Stage]]:
    """Each of these people's things, and where it would stand once they have everything erased on that day."""
    for table in here.things:
        for row in chain.from_iterable(retention.batches(table, subject_id__in=among(here.people))):
            row.subject.erased_on = row.subject.erased_on or at
            yield table, row, retention.stage(row, table.purpose, at)


class _Counting:
    def __init__(self) -> None:
        self.found: dict[Stage, dict[tuple[Any, ...], int]] = {}

    def add(self, table: Declared, row: Any, stage: Stage) -> None:
        """What a law does not hold of a thing goes at once, and counts as gone."""
        rules = versions.binding(reading.person_of(row)).rules(row.subject.country or None)
        what, fields = _what(table), _fields(table)
        if rules.has(table.purpose):
            fields &= rules.reads(table.purpose)  # what no sentence asks for was never stored
        if stage is Stage.HELD:
            for hold, until in _holds(rules, table, row):
                self._count(Stage.HELD, (what, hold.reads & fields, hold.name, hold.law, until))
                fields -= hold.reads
            if retention.is_blank(table, row):
                return
            stage = Stage.OVER
        self._count(stage, (what, frozenset(fields)))

    def _count(self, stage: Stage, key: tuple[Any, ...]) -> None:
        counts = self.found.setdefault(stage, {})
        counts[key] = counts.get(key, 0) + 1

    def parts(self, stage: Stage) -> Iterator[Part]:
        for (what, fields), count in self.found.get(stage, {}).items():
            yield Part(what, count, _said(fields))

    def held(self) -> Iterator[Kept]:
        for (what, fields, hold, law, until), count in self.found.get(Stage.HELD, {}).items():
            yield Kept(what, count, _said(fields), hold, law, until)


def _holds(rules: Rules, table: Declared, row: Any) -> Iterator[tuple[Hold, date]]:
    for hold in rules.holds.values():
        if hold.of == table.purpose:
            until = held_until(rules, hold, reading.events(row), row.subject.country or None)
            if until is not None:
                yield hold, until


def _what(table: Declared) -> str:
    return str(table.model._meta.verbose_name)


@cache
def _fields(table: Declared) -> frozenset[str]:
    """Categories of a thing and of its parts."""
    tables = (table, *(part for part, _ in registry.parts(table)))
    sealed = [column.kind.categories() for one in tables for column in one.sealed]
    plain = {meaning.category for one in tables for meaning in one.columns.values() if hasattr(meaning, "category")}
    return frozenset(plain).union(*sealed)


def _said(categories: frozenset[str]) -> tuple[str, ...]:
    policy = versions.current()
    return tuple(policy.program.categories[name].phrase(policy.language) for name in sorted(categories))


def _besides(here: Standing, owed: Collection[UUID]) -> Iterator[Part]:
    """What hangs on the person and not on a thing of theirs; a letter about what is owed still goes out."""
    letters = [one for one in here.letters if not (one.subject_id in owed and one.state in mail.WAITING)]
    for what, count in (("note of a letter", len(letters)), ("sign-in", here.sessions)):
        if count:
            yield Part(what, count)
