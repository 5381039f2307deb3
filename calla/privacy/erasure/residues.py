"""What may be left of somebody after rows and keys are gone, looked for by everything that stood for them.

Ids of the rows that go, of their keys and of the person, and the marks by which the e-mail address is found: noted
before, looked for afterwards in every column of either database that can hold one, in the queue, and among the files.
A letter in the mailbox of a demo is removed; an opaque id in a column that is declared to hold nothing of a person
leads nowhere any more, and is named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections
from psycopg import sql

from calla.privacy import registry
from calla.privacy.models import Letter
from calla.privacy.registry import Declared

DATABASES = ("default", "keys")
AT_MOST = 20_000  # ids looked for with one question
COLUMNS = """SELECT table_name, column_name, data_type FROM information_schema.columns JOIN information_schema.tables
    USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
    AND data_type IN ('uuid', 'text', 'character varying', 'json', 'jsonb', 'bytea') ORDER BY 1, 2"""
ASKS = {
    "uuid": sql.SQL("{} = ANY(%(ids)s::uuid[])"),
    "bytea": sql.SQL("{} = ANY(%(marks)s::bytea[])"),
}
WRITTEN = sql.SQL(
    """EXISTS (SELECT FROM regexp_matches(lower({}::text), '[0-9a-f-]{{32,}}', 'g') AS said
       WHERE said[1] = ANY(%(written)s::text[]))"""
)  # one look at each text, however many ids are looked for


@dataclass(frozen=True)
class Traces:
    """`ids` goes once the rows are gone; `marks` are index values; `letters` names files of the mailbox."""

    ids: frozenset[UUID]
    marks: frozenset[Any]
    letters: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Found:
    """A place where something was left, how often, and what became of it: removed, or why it may stay."""

    where: str
    count: int
    became: str


def traces(subjects: Collection[UUID], *, but: UUID | None = None) -> Traces:
    """Of these people, `but` a letter that is meant to be the last they have of us."""
    ids, marks = set(subjects), set()
    for table in registry.tables():
        if table.ends:
            rows = table.model._default_manager.filter(subject_id__in=subjects)
            for column in ("pk", *{field.key for field in table.sealed}):
                ids |= {value for value in rows.values_list(column, flat=True) if isinstance(value, UUID)}
    for table, column, _ in registry.indexes():
        found = table.model._default_manager.filter(subject_id__in=subjects).values_list(column, flat=True)
        marks |= {bytes(value) if isinstance(value, memoryview) else value for value in found if value}
    letters = set(Letter.objects.filter(subject_id__in=subjects).values_list("pk", flat=True)) - {but}
    return Traces(frozenset(ids), frozenset(marks), frozenset(letters))


def clear_away(left: Traces) -> Iterator[Found]:
    """Look for what is left, take away what may be taken away, and name the rest."""
    ids, marks = left.ids - _lawful(left.ids), left.marks - _in_use(left.marks)
    yield from _in_mailbox(left.letters)
    for start in range(0, len(ids), AT_MOST):
        yield from _in_databases(sorted(ids)[start : start + AT_MOST], marks)
    if not ids:
        yield from _in_databases([], marks)


def _lawful(ids: Iterable[UUID]) -> set[UUID]:
    """Ids that belong to rows which a law holds or which are owed, and so are here by right."""
    here: set[UUID] = set()
    for table in registry.tables():
        if table.ends or table.model._meta.label == registry.PERSON:
            mine = table.model._default_manager
            columns = ["pk", *(["subject_id"] if table.ends else []), *{field.key for field in table.sealed}]
            for column in columns:
                with suppress(TypeError, ValueError):  # a table whose rows are numbered
                    here |= set(mine.filter(**{f"{column}__in": ids}).values_list(column, flat=True))
    return here


def _in_use(marks: Collection[Any]) -> set[Any]:
    """Marks of an address that other rows of the same address carry by right: an order under way."""
    used: set[Any] = set()
    for table, column, indexed in registry.indexes():
        kind = type(indexed.spelt(b"\0" * 32))
        mine = [mark for mark in marks if isinstance(mark, kind)]
        found = table.model._default_manager.filter(**{f"{column}__in": mine}).values_list(column, flat=True)
        used |= {bytes(value) if isinstance(value, memoryview) else value for value in found}
    return used


def _in_mailbox(letters: Collection[UUID]) -> Iterator[Found]:
    folder, removed = Path(settings.CALLA_HOME) / "mailbox", 0
    names = {str(letter) for letter in letters}
    for file in folder.iterdir() if folder.is_dir() and names else ():
        if file.stem[-36:] in names:
            file.unlink(missing_ok=True)
            removed += 1
    if removed:
        yield Found("mailbox", removed, "removed")


def _in_databases(ids: list[UUID], marks: Collection[Any]) -> Iterator[Found]:
    written = [*map(str, ids), *(mark.hex() if isinstance(mark, bytes) else mark.partition("@")[0] for mark in marks)]
    values: dict[str, Any] = {
        "ids": ids, "marks": [mark for mark in marks if isinstance(mark, bytes)],
        "written": written,
    }  # fmt: skip
    declared = {one.model._meta.db_table: one for one in registry.tables()}
    for alias in DATABASES:
        with connections[alias].cursor() as cursor:
            cursor.execute(COLUMNS)
            for table, column, kind in cursor.fetchall():
                if kind in ASKS or table not in declared:
                    condition = ASKS.get(kind, WRITTEN).format(sql.Identifier(column))
                    question = sql.SQL("SELECT count(*) FROM {} WHERE ").format(sql.Identifier(table)) + condition
                    cursor.execute(question, values)
                    (count,) = cursor.fetchone() or (0,)
                    if count:
                        yield Found(f"{table}.{column}", count, _became(declared.get(table)))


def _became(table: Declared | None) -> str:
    if table is None:
        return "an id in work that is still to be done, and goes with it"
    return "LEFT OVER" if table.ends else "an opaque id that leads to nobody any more"
