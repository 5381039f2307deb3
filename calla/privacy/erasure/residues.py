"""What may be left of somebody after rows and keys are gone, looked for by everything that stood for them.

Ids of the rows that go, of their keys and letters and of the person, and the marks by which the e-mail address is
found: noted before, looked for afterwards. At once wherever an index leads, so that it takes no longer in a large shop
than in a small one; through all else by a job, see `searching`. An opaque id in a column that is declared to hold
nothing of a person leads nowhere any more, and is named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, connections, models
from psycopg import sql
from psycopg.sql import Composed, Identifier, Literal

from calla.kernel import clock
from calla.kernel.sets import among
from calla.privacy import carrying, registry
from calla.privacy.models import Letter
from calla.privacy.registry import Declared, Indexed

DATABASES = ("default", "keys")
LEFT_OVER = "LEFT OVER"
INDEXED = """SELECT DISTINCT kept.relname, part.attname, kind.typname
    FROM pg_index AS led JOIN pg_class AS kept ON kept.oid = led.indrelid
    JOIN pg_attribute AS part ON part.attrelid = kept.oid AND part.attnum = led.indkey[0]
    JOIN pg_type AS kind ON kind.oid = part.atttypid
    WHERE kept.relnamespace = 'public'::regnamespace AND kind.typname IN ('uuid', 'bytea')
    AND led.indisvalid AND led.indpred IS NULL ORDER BY 1, 2"""


@dataclass(frozen=True)
class Traces:
    """`ids` goes once the rows are gone; `marks` are index values, as hexadecimal; what is older than `since` cannot
    name them; `files` are letters of a mailbox."""

    ids: frozenset[UUID]
    marks: frozenset[str]
    since: date
    files: frozenset[Path] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.ids or self.marks)


@dataclass(frozen=True, slots=True)
class Found:
    """A place where something was left, how often, and what became of it: removed, or why it may stay."""

    where: str
    count: int
    became: str


def traces(subjects: Collection[UUID], *, but: UUID | None = None) -> Traces:
    """Of these people, `but` a letter that is meant to be the last they have of us."""
    standing = _standing(subjects)
    letters = [letter for letter in Letter.objects.filter(subject_id__in=among(subjects)) if letter.id != but]
    ids = standing.ids | set(subjects) | {letter.id for letter in letters}
    return Traces(ids, standing.marks, standing.since, frozenset(map(carrying.in_mailbox, letters)))


def left(before: Traces, subjects: Collection[UUID]) -> Traces:
    """What should be nowhere by now: not what a law holds or what is owed, nor the mark of an address that others
    carry by right."""
    ids = before.ids - _standing(subjects).ids - _letters(before.ids)
    return Traces(ids, before.marks - _in_use(before.marks), before.since, before.files)


def clear_away(traces: Traces) -> Iterator[Found]:
    """Take away what may be taken away, look wherever an index leads, and name the rest."""
    removed = [file for file in traces.files if file.exists()]
    for file in removed:
        file.unlink(missing_ok=True)
    if removed:
        yield Found("mailbox", len(removed), "removed")
    if traces:
        yield from _in_databases(traces)


def became(table: Declared | None) -> str:
    if table is None:
        return "an id in work that is still to be done, and goes with it"
    return LEFT_OVER if table.ends else "an opaque id that leads to nobody any more"


def _standing(subjects: Collection[UUID]) -> Traces:
    """All that these people's rows are known by, with one question."""
    person = Identifier("privacy_subject")
    questions = [_question(column, person, Identifier(column), "id") for column in ("id", "since")]
    for table in registry.tables():
        if table.ends:
            name = Identifier(table.model._meta.db_table)
            fields = {table.model._meta.pk.name, *(field.key for field in table.sealed)}
            for field in map(table.model._meta.get_field, sorted(fields)):
                if isinstance(field, models.UUIDField):
                    questions.append(_question("id", name, Identifier(str(field.column)), "subject_id"))
    for table, column, indexed in registry.indexes():
        mark = _as_hex(indexed, Identifier(column))
        questions.append(_question("mark", Identifier(table.model._meta.db_table), mark, "subject_id"))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(questions), {"of": list(subjects)})
        found = [(kind, said) for kind, said in cursor.fetchall() if said]
    ids = frozenset(UUID(said) for kind, said in found if kind == "id")
    since = min((date.fromisoformat(said) for kind, said in found if kind == "since"), default=clock.today())
    return Traces(ids, frozenset(said for kind, said in found if kind == "mark"), since)


def _question(kind: str, table: Identifier, said: sql.Composable, person: str) -> Composed:
    question = sql.SQL("SELECT {}, {}::text FROM {} WHERE {} = ANY(%(of)s)")
    return question.format(Literal(kind), said, table, Identifier(person))


def _as_hex(indexed: Indexed, column: Identifier) -> Composed:
    """The mark without what the column writes around it."""
    form = "encode({}, 'hex')" if isinstance(indexed.spelt(b""), bytes) else "split_part({}, '@', 1)"
    return sql.SQL(form).format(column)


def _letters(ids: Collection[UUID]) -> set[UUID]:
    """Those still owed."""
    return set(Letter.objects.filter(pk__in=among(ids)).values_list("pk", flat=True))


def _in_use(marks: Collection[str]) -> set[str]:
    """Marks that rows of the same address carry by right, such as an order under way."""
    questions, values = [], {}
    for number, (table, column, indexed) in enumerate(registry.indexes() if marks else ()):
        values[f"of{number}"] = [indexed.spelt(bytes.fromhex(mark)) for mark in marks]
        question = sql.SQL("SELECT {} FROM {} WHERE {} = ANY({})")
        name = Identifier(column)
        questions.append(
            question.format(
                _as_hex(indexed, name), Identifier(table.model._meta.db_table), name, sql.Placeholder(f"of{number}")
            )
        )
    with connection.cursor() as cursor:
        if questions:
            cursor.execute(sql.SQL(" UNION ").join(questions), values)
        return {mark for (mark,) in (cursor.fetchall() if questions else ())}


def _in_databases(traces: Traces) -> Iterator[Found]:
    declared = {one.model._meta.db_table: one for one in registry.tables()}
    values: dict[str, Any] = {"ids": list(traces.ids), "marks": [bytes.fromhex(mark) for mark in traces.marks]}
    for alias in DATABASES:
        with connections[alias].cursor() as cursor:
            cursor.execute(_counted(_indexed(alias)), values)
            for table, column, count in cursor.fetchall():
                yield Found(f"{table}.{column}", count, became(declared.get(table)))


@cache
def _indexed(alias: str) -> tuple[tuple[str, str, str], ...]:
    """Remembered by this process; a table that comes to be meanwhile is searched by the job."""
    with connections[alias].cursor() as cursor:
        cursor.execute(INDEXED)
        return tuple(cursor.fetchall())


def _counted(columns: Iterable[tuple[str, str, str]]) -> Composed:
    """How often what is looked for stands in each of these columns, where it does. Written so that the server does not
    know how many that are when it plans: it goes by the index each time."""
    lists = "WITH sought AS MATERIALIZED (SELECT %(ids)s::uuid[] AS uuid, %(marks)s::bytea[] AS bytea) "
    count = "SELECT {}, {}, count(*) FROM {} WHERE {} = ANY((SELECT {} FROM sought)::{}) HAVING count(*) > 0"
    counts = [
        sql.SQL(count).format(
            Literal(table), Literal(column), Identifier(table), Identifier(column), Identifier(kind),
            sql.SQL(kind + "[]"),
        )
        for table, column, kind in columns
    ]  # fmt: skip
    return sql.SQL(lists) + sql.SQL(" UNION ALL ").join(counts)
