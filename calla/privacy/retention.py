"""What has had its time ends: rows go, and the keys of what was sealed are destroyed.

Each row is judged by the policy that binds its person, on the same day from which reading refuses it. A run names no
app: it walks the registry, in batches, each a transaction of its own with its lines in the ledger. Killed half-way, the
next one goes on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from psycopg.sql import SQL, Identifier, Literal

from calla.kernel import clock, sets
from calla.kernel.sets import among
from calla.policy import Policy, Rules, enforces
from calla.policy.retention import ERASED, keep_until, readable_under
from calla.privacy import dooming, reading, registry, versions
from calla.privacy.models import Letter, Subject
from calla.privacy.registry import Declared

Part = tuple[Declared, str]  # a table, and the path of foreign keys by which its rows lead to what they are part of
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
    theirs = {} if of is None else {"subject_id__in": among(of)}
    if change:
        dooming.carry_out()  # what a killed run had noted
    with versions.pinned():
        for table in registry.things():
            for rows in batches(table, **theirs):
                _look_at(table, rows, report, change=change)
                tell(report)
        _end_records_of_letters(theirs, report, change=change)
    return report


def end_of(subjects: Collection[UUID], things: Iterable[Declared]) -> Report:
    """The same for a few people at once, of whom nearly everything ends: what they have in these tables is looked at
    once, under lock, and keys go last."""
    report = Report(clock.today())
    for table in things:
        theirs = table.model._default_manager.filter(subject_id__in=among(subjects)).order_by("pk")
        looked_at = _end(table, theirs[:AT_ONCE], report)
        while len(looked_at) == AT_ONCE:
            looked_at = _end(table, theirs.filter(pk__gt=looked_at[-1].pk)[:AT_ONCE], report)
    dooming.carry_out()
    return report


def _end_records_of_letters(theirs: Mapping[str, Any], report: Report, *, change: bool) -> None:
    """They have no key, and go with their person whatever happens; this is for those whose own time is over before."""
    letters = Letter.objects.exclude(state__in=[Letter.State.QUEUED, Letter.State.SENDING]).select_related("subject")
    for batch in _in_batches(letters.filter(**theirs)):
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


def batches(table: Declared, **of: Any) -> Iterator[list[Any]]:
    """The rows of a table with their persons, `of` some people alone; few at a time, each with one question."""
    return _in_batches(table.model._default_manager.select_related("subject").filter(**of))


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
        _end(table, table.model._default_manager.filter(pk__in=among(row.pk for row in due)), report)
        dooming.carry_out()


def is_blank(table: Declared, row: Model) -> bool:
    """What was not held of it is gone already."""
    return not any(row.__dict__[column.attname] for column in table.sealed)


def _end(table: Declared, rows: QuerySet[Any], report: Report) -> list[Any]:
    """End those of these rows whose time is over, and note their keys. They are locked and judged by what they are
    then: somebody may have changed them meanwhile. Returns what was looked at."""
    with transaction.atomic():
        locked = list(rows.select_for_update(of=("self",), skip_locked=True).select_related("subject"))
        by_stage = defaultdict(list)
        for row in locked:
            by_stage[stage(row, table.purpose, report.at)].append(row)
        held, over = [row for row in by_stage[Stage.HELD] if not is_blank(table, row)], by_stage[Stage.OVER]
        if held:
            report.keys += _strip(table, [row.pk for row in held])
        if over:
            report.keys += _delete(table, [row.pk for row in over])
            report.people += forget_people({row.subject_id for row in over})
    for now, ended in ((Stage.HELD, held), (Stage.OVER, over)):
        report.counter(now).update({table.model._meta.label: len(ended)} if ended else {})
    return locked


def _strip(table: Declared, ids: Sequence[Any]) -> int:
    """Leave only what the law holds; how many keys that takes."""
    parts = [(part, path) for part, path in _with_parts(table) if part.ends and not part.ends.held]
    doomed = dooming.note(_keys(parts, ids))
    for part, path in parts:
        if part.ends and part.ends.blanks:
            part.model._default_manager.filter(**{f"{path}__in": among(ids)}).update(**part.ends.blanks)
        elif part is not table:
            sets.delete(ids, (part.model, path))
    return doomed


def _delete(table: Declared, ids: Sequence[Any]) -> int:
    """The parts before what they are part of; how many keys that takes."""
    doomed = dooming.note(_keys(_with_parts(table), ids))
    sets.delete(ids, *((part.model, path) for part, path in _with_parts(table)))
    return doomed


def _with_parts(table: Declared) -> list[Part]:
    """The table and all whose rows are part of its own, the parts first, each with the path that leads there."""
    return [*reversed(list(registry.parts(table))), (table, "pk")]


def _keys(parts: Iterable[Part], ids: Sequence[Any]) -> Iterator[dooming.Doomed]:
    """The keys of what is sealed in rows that lead to these; what is empty has lost its key already."""
    sealed = tuple(part for part in parts if part[0].sealed)
    if not sealed:
        return
    with connection.cursor() as cursor:
        cursor.execute(_asking_for_keys(sealed), {"ids": list(ids)})
        for subject, key, table in cursor.fetchall():
            yield dooming.Doomed(key, subject, f"{table}: its time is over")


@cache
def _asking_for_keys(parts: tuple[Part, ...]) -> str:
    of_one = SQL("SELECT subject_id, {}, {} FROM {} WHERE octet_length({}) > 0 AND {}")
    questions = [
        of_one.format(
            Identifier(_column(part, field.key)), Literal(part.model._meta.label_lower),
            Identifier(part.model._meta.db_table), Identifier(str(field.column)), sets.leading(part.model, path),
        )
        for part, path in parts for field in part.sealed
    ]  # fmt: skip
    return SQL(" UNION ALL ").join(questions).as_string(None)


def _column(table: Declared, name: str) -> str:
    field: Any = table.model._meta.get_field(name)
    return str(field.column)


def forget_people(subjects: Collection[Any]) -> int:
    """Whoever has nothing left here goes too, with the records of the letters they were written; how many that are.

    They are locked before it is looked what they have: nothing new of theirs comes to be in between.
    """
    if not subjects:
        return 0
    with transaction.atomic(savepoint=False):
        asked = Subject.objects.select_for_update().filter(pk__in=among(subjects)).order_by("pk")
        tables = tuple(table.model for table in registry.tables() if table.ends)
        leaving = set(asked.values_list("pk", flat=True))
        leaving -= _having_rows(leaving, tables)
        if leaving:
            sets.delete(leaving, (Letter, "subject"), (Subject, "pk"), but=tables)
    return len(leaving)


def _having_rows(subjects: Collection[Any], tables: tuple[type[Model], ...]) -> set[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_asking_whose(tables), {"ids": list(subjects)})
        return {subject for (subject,) in cursor.fetchall()}


@cache
def _asking_whose(tables: tuple[type[Model], ...]) -> str:
    of_one = SQL("SELECT subject_id FROM {} WHERE {}")
    questions = [of_one.format(Identifier(table._meta.db_table), sets.leading(table, "subject")) for table in tables]
    return SQL(" UNION ").join(questions).as_string(None)
