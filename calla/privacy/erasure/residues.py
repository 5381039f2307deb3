"""What may be left of somebody after rows and keys are gone, looked for by everything that stood for them.

Ids of the rows that go, of their keys and letters and of the person, and the marks by which the e-mail address is
found: noted before, looked for afterwards. At once wherever an index leads, so that it takes no longer in a large shop
than in a small one; through all else by a job, see `searching`. An opaque id in a column that is declared to hold
nothing of a person leads nowhere any more, and is named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, connections
from psycopg import sql
from psycopg.sql import Identifier, Literal

from calla.privacy import carrying, registry
from calla.privacy.erasure.standing import Standing, mark_in
from calla.privacy.registry import Declared, Indexed

DATABASES = ("default", "keys")
LEFT_OVER = "LEFT OVER"
INDEXED = """SELECT DISTINCT kept.relname, part.attname, kind.typname
    FROM pg_index AS led JOIN pg_class AS kept ON kept.oid = led.indrelid
    JOIN pg_attribute AS part ON part.attrelid = kept.oid AND part.attnum = led.indkey[0]
    JOIN pg_type AS kind ON kind.oid = part.atttypid
    WHERE kept.relnamespace = 'public'::regnamespace AND kind.typname IN ('uuid', 'bytea')
    AND led.indisvalid AND led.indpred IS NULL AND NOT EXISTS (
        SELECT FROM pg_constraint AS rule WHERE rule.contype = 'f' AND rule.convalidated
        AND rule.conrelid = kept.oid AND rule.conkey = ARRAY[part.attnum])
    ORDER BY 1, 2"""  # but foreign keys: the database itself lets none name a row that is gone


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


def traces(here: Standing, *, but: UUID | None = None) -> Traces:
    """Of these people, `but` a letter that is meant to be the last they have of us."""
    letters = [letter for letter in here.letters if letter.id != but]
    ids = here.ids | {letter.id for letter in letters}
    return Traces(ids, here.marks, here.since, frozenset(map(carrying.in_mailbox, letters)))


def left(before: Traces, after: Standing) -> Traces:
    """What should be nowhere by now: not what a law holds or what is owed, nor the mark of an address that others
    carry by right."""
    ids = before.ids - after.ids - {letter.id for letter in after.letters}
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


def _in_use(marks: Collection[str]) -> set[str]:
    """Marks that rows of the same address carry by right, such as an order under way."""
    indexes = tuple(registry.indexes()) if marks else ()
    if not indexes:
        return set()
    spelt = {
        f"of{number}": [indexed.spelt(bytes.fromhex(mark)) for mark in marks]
        for number, (_, _, indexed) in enumerate(indexes)
    }
    with connection.cursor() as cursor:
        cursor.execute(_asking_for_marks(indexes), spelt)
        return {mark for (mark,) in cursor.fetchall()}


@cache
def _asking_for_marks(indexes: tuple[tuple[Declared, str, Indexed], ...]) -> str:
    of_one = sql.SQL("SELECT {} FROM {} WHERE {} = ANY({})")
    questions = [
        of_one.format(
            mark_in(column, indexed), Identifier(table.model._meta.db_table), Identifier(column),
            sql.Placeholder(f"of{number}"),
        )
        for number, (table, column, indexed) in enumerate(indexes)
    ]  # fmt: skip
    return sql.SQL(" UNION ").join(questions).as_string(None)


def _in_databases(traces: Traces) -> Iterator[Found]:
    declared = {one.model._meta.db_table: one for one in registry.tables()}
    values: dict[str, Any] = {"ids": list(traces.ids), "marks": [bytes.fromhex(mark) for mark in traces.marks]}
    for alias in DATABASES:
        with connections[alias].cursor() as cursor:
            cursor.execute(_counting(alias), values)
            for table, column, count in cursor.fetchall():
                yield Found(f"{table}.{column}", count, became(declared.get(table)))


@cache
def _counting(alias: str) -> str:
    """How often what is looked for stands in each of the indexed columns, where it does. Written so that the server
    does not know how many that are when it plans: it goes by the index each time.

    Remembered by this process; a table that comes to be meanwhile is searched by the job.
    """
    with connections[alias].cursor() as cursor:
        cursor.execute(INDEXED)
        columns = cursor.fetchall()
    lists = "WITH sought AS MATERIALIZED (SELECT %(ids)s::uuid[] AS uuid, %(marks)s::bytea[] AS bytea) "
    count = "SELECT {}, {}, count(*) FROM {} WHERE {} = ANY((SELECT {} FROM sought)::{}) HAVING count(*) > 0"
    counts = [
        sql.SQL(count).format(
            Literal(table), Literal(column), Identifier(table), Identifier(column), Identifier(kind),
            sql.SQL(kind + "[]"),
        )
        for table, column, kind in columns
    ]  # fmt: skip
    return (sql.SQL(lists) + sql.SQL(" UNION ALL ").join(counts)).as_string(None)
