"""What has had its time ends: rows go, and the keys of what was sealed are destroyed.

Each row is judged by the policy that binds its person, on the same day from which reading refuses it. A run names no
app: it walks the registry, in batches, each a transaction of its own with its lines in the ledger. Killed half-way, the
next one goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet, Value

from calla.kernel import clock, sets
from calla.kernel.sets import among
from calla.policy import Policy, Rules, enforces
from calla.policy.retention import ERASED, keep_until, readable_under
from calla.privacy import dooming, reading, registry, versions
from calla.privacy.models import Letter, Subject
from calla.privacy.registry import Declared

AT_ONCE = 1000  # rows looked at with one question, and ended in one transaction


class Stage(Enum):
    """Where a row stands on a day. `UNSAID`: no sentence in force grants its purpose, and so none says when it ends."""

    KEPT = "kept"
    HELD = "held"
    OVER = "over"
    UNSAID = "unsaid"


@dataclass
class Report:
    """What a run did: tables to how many rows, how many keys were destroyed and how many people forgotten whole."""

    at: date
    over: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    unsaid: Counter[str] = field(default_factory=Counter)
    keys: int = 0
    people: int = 0

    def counter(self, of: Stage) -> Counter[str]:
        return {Stage.OVER: self.over, Stage.HELD: self.held, Stage.UNSAID: self.unsaid}[of]

    def as_data(self) -> dict[str, Any]:
        tables = {"over": dict(self.over), "held": dict(self.held), "unsaid": dict(self.unsaid)}
        return {"at": self.at.isoformat(), **tables, "keys": self.keys, "people": self.people}


@enforces("keys_end_in_time")
def run(
    at: date | None = None, *, of: Collection[UUID] | None = None, change: bool = True,
    tell: Callable[[Report], None] = lambda report: None,
) -> Report:  # fmt: skip
    """End everything whose time is over on the day `at`, by default today; `tell` hears of it after each batch.
    `of` some people alone, or of everybody.

    Without `change` it is only counted what would end.
    """
    report = Report(at or clock.today())
    if change:
        dooming.carry_out()  # what a killed run had noted
    with versions.pinned():
        for table in registry.things() if of is None else things_of(of):
            for rows in batches(table, of):
                _look_at(table, rows, report, change=change)
                tell(report)
        _end_records_of_letters(of, report, change=change)
    return report


def _end_records_of_letters(of: Collection[UUID] | None, report: Report, *, change: bool) -> None:
    """They have no key, and go with their person whatever happens; this is for those whose own time is over before."""
    letters = Letter.objects.exclude(state__in=[Letter.State.QUEUED, Letter.State.SENDING]).select_related("subject")
    for batch in _in_batches(letters if of is None else letters.filter(subject_id__in=among(of))):
        over = [one.pk for one in batch if _record_is_over(one, report.at)]
        if over and change:
            Letter.objects.filter(pk__in=among(over)).delete()
        report.over.update({"privacy.Letter": len(over)} if over else {})


def _record_is_over(letter: Letter, today: date) -> bool:
    person = reading.person_of(letter)
    return judge(versions.binding(person), "contact", letter.life(), person.country, today) is Stage.OVER


@enforces("purpose.*.keep", "limit.*.keep")
def stage(row: Any, purpose: str, today: date) -> Stage:
    """By the same dates as `reading.granted`."""
    person = reading.person_of(row)
    return judge(versions.binding(person), purpose, reading.events(row), person.country, today)


def judge(policy: Policy | Rules, purpose: str, life: Mapping[str, date], country: str | None, today: date) -> Stage:
    """Where something to which this has happened stands, under a policy that need not be in force."""
    if not policy.rules(country).has(purpose):
        return Stage.OVER if ERASED in life else Stage.UNSAID
    due = keep_until(policy, purpose, life, country) if life else None
    if due is None or today < due:
        return Stage.KEPT
    holds = readable_under(policy, life, today, country, purposes=[purpose]).keys() - {purpose}
    return Stage.HELD if holds else Stage.OVER


def things_of(subjects: Collection[UUID]) -> list[Declared]:
    """The tables in which any of these people has a thing, found with one question."""
    tables = list(registry.things())
    asked = [
        table.model._default_manager.filter(subject_id__in=among(subjects))
        .order_by().annotate(table=Value(number)).values_list("table")[:1]
        for number, table in enumerate(tables)
    ]  # fmt: skip
    return [tables[number] for (number,) in sorted(asked[0].union(*asked[1:]))]


def batches(table: Declared, of: Collection[UUID] | None = None) -> Iterator[list[Any]]:
    """The rows of a table with their persons, `of` some people alone; few at a time, each with one question."""
    rows = table.model._default_manager.select_related("subject")
    return _in_batches(rows if of is None else rows.filter(subject_id__in=among(of)))


def _in_batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    rows = rows.order_by("pk")
    batch = list(rows[:AT_ONCE])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:AT_ONCE]) if len(batch) == AT_ONCE else []


def _look_at(table: Declared, rows: Iterable[Model], report: Report, *, change: bool) -> None:
    label, due = table.model._meta.label, []
    for row in rows:
        now = stage(row, table.purpose, report.at)
        ends = now is Stage.OVER or (now is Stage.HELD and not is_blank(table, row))
        if ends:
            due.append(row)
        if now is Stage.UNSAID or (ends and not change):
            report.counter(now)[label] += 1
    if due and change:
        _end(table, [row.pk for row in due], report)


def is_blank(table: Declared, row: Model) -> bool:
    """What was not held of it is gone already."""
    return not any(row.__dict__[column.attname] for column in table.sealed)


def _end(table: Declared, ids: Sequence[Any], report: Report) -> None:
    """Somebody may have changed a row since it was looked at: it is locked and judged again."""
    with transaction.atomic():
        locked = table.model._default_manager.select_for_update(of=("self",), skip_locked=True)
        rows = list(locked.select_related("subject").filter(pk__in=among(ids)))
        by_stage = {row.pk: stage(row, table.purpose, report.at) for row in rows}
        held = [row for row in rows if by_stage[row.pk] is Stage.HELD]
        over = [row for row in rows if by_stage[row.pk] is Stage.OVER]
        report.keys += _strip(table, held) + _delete(table, over)
        report.people += forget_people({row.subject_id for row in over})  # type: ignore[attr-defined]
    dooming.carry_out()
    for now, ended in ((Stage.HELD, held), (Stage.OVER, over)):
        report.counter(now).update({table.model._meta.label: len(ended)} if ended else {})


def _strip(table: Declared, rows: Sequence[Model]) -> int:
    """Leave only what the law holds; how many keys that takes."""
    ids = [row.pk for row in rows]
    parts = [(part, found) for part, found in _with_parts(table, ids) if part.ends and not part.ends.held]
    doomed = dooming.note(key for part, found in parts for key in _keys(part, found)) if ids else 0
    for part, found in parts if ids else ():
        if part.ends and part.ends.blanks:
            found.update(**part.ends.blanks)
        elif part is not table:
            sets.delete(found)
    return doomed


def _delete(table: Declared, rows: Sequence[Model]) -> int:
    """The parts before what they are part of; how many keys that takes."""
    ids, gone = [row.pk for row in rows], set[type[Model]]()
    doomed = dooming.note(key for part, found in _with_parts(table, ids) for key in _keys(part, found)) if ids else 0
    for part, found in _with_parts(table, ids) if ids else ():
        sets.delete(found, but=gone)
        gone.add(part.model)
    return doomed


def _with_parts(table: Declared, ids: Sequence[Any]) -> Iterator[tuple[Declared, QuerySet[Any]]]:
    """These rows of the table and all that is part of them, the parts first."""
    for part, path in (*reversed(list(registry.parts(table))), (table, "pk")):
        yield part, part.model._default_manager.filter(**{f"{path}__in": among(ids)})


def _keys(table: Declared, rows: QuerySet[Any]) -> Iterator[dooming.Doomed]:
    """The keys of what is sealed there; what is empty has lost its key already."""
    for column in table.sealed:
        for subject, key, value in rows.order_by().values_list("subject_id", column.key, column.attname):
            if value:
                yield dooming.Doomed(key, subject, f"{table.model._meta.label_lower}: its time is over")


def forget_people(subjects: Collection[Any]) -> int:
    """Whoever has nothing left here goes too, with the records of the letters they were written; how many that are.

    They are locked before it is looked what they have: nothing new of theirs comes to be in between.
    """
    if not subjects:
        return 0
    with transaction.atomic():
        asked = Subject.objects.select_for_update().filter(pk__in=among(subjects)).order_by("pk")
        leaving = set(asked.values_list("pk", flat=True))
        leaving -= having_something(leaving)
        if leaving:
            Letter.objects.filter(subject_id__in=among(leaving)).delete()
            with_things = {table.model for table in registry.tables() if table.ends}
            sets.delete(Subject.objects.filter(pk__in=among(leaving)), but=with_things | {Letter})
    return len(leaving)


def having_something(subjects: Collection[Any]) -> set[Any]:
    """Those of these people of whom a row is left that has a time of its own, or is part of one."""
    tables = [table.model._default_manager for table in registry.tables() if table.ends]
    rows = [table.filter(subject_id__in=among(subjects)).order_by() for table in tables]
    first, *others = (those.values_list("subject_id") for those in rows)
    return {subject for (subject,) in first.union(*others)}
