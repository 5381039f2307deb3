"""What stands here for some people: the ids of their rows, keys and letters, and the marks of their e-mail address.
Found with one question to the tables and one for letters, however many people and rows there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from django.db import connection, models
from psycopg.sql import NULL, SQL, Composable, Composed, Identifier, Literal

from calla.kernel import clock, sets
from calla.kernel.sets import among
from calla.privacy import registry
from calla.privacy.models import Letter, Session, Subject
from calla.privacy.registry import Declared, Indexed

SESSION = "privacy.Session"


@dataclass(frozen=True)
class Standing:
    """`people` are those who are here, and `things` the tables in which they have something with a time of its own.
    `marks` are index values, as hexadecimal; nothing that is older than `since` can name them."""

    people: tuple[UUID, ...] = ()
    things: tuple[Declared, ...] = ()
    ids: frozenset[UUID] = frozenset()
    marks: frozenset[str] = frozenset()
    since: date = date.max
    letters: tuple[Letter, ...] = ()
    sessions: int = 0


def of(subjects: Collection[UUID]) -> Standing:
    with connection.cursor() as cursor:
        cursor.execute(_question(registry.tables()), {"ids": list(subjects)})
        rows = cursor.fetchall()
    if not rows:
        return Standing()
    letters = Letter.objects.filter(subject_id__in=among(subjects)).only("subject", "kind", "state", "queued_at")
    ids = {id for _, several, _, _ in rows for id in several or () if id}
    tables = {label for label, _, _, _ in rows}
    return Standing(
        people=tuple(several[0] for label, several, _, _ in rows if label == registry.PERSON),
        things=tuple(table for table in registry.things() if table.model._meta.label in tables),
        ids=frozenset(ids), marks=frozenset(mark for _, _, mark, _ in rows if mark),
        since=min((since for _, _, _, since in rows if since), default=clock.today()),
        letters=tuple(letters), sessions=sum(label == SESSION for label, _, _, _ in rows),
    )  # fmt: skip


def mark_in(column: str, indexed: Indexed) -> Composed:
    """The mark as hexadecimal, without what the column writes around it."""
    form = "encode({}, 'hex')" if isinstance(indexed.spelt(b""), bytes) else "split_part({}, '@', 1)"
    return SQL(form).format(Identifier(column))


@cache
def _question(tables: tuple[Declared, ...]) -> str:
    """For each row its table, its ids, the mark in it, and since when its person is here."""
    nothing, questions = SQL("NULL::uuid[]"), [_asking(Subject, "pk", _ids(Subject, {"id"}), since=Identifier("since"))]
    marks = {table: mark_in(column, indexed) for table, column, indexed in registry.indexes()}
    for table in tables:
        if table.ends:
            names = {table.model._meta.pk.name, *(field.key for field in table.sealed)}
            questions.append(_asking(table.model, "subject", _ids(table.model, names), marks.get(table, NULL)))
    return SQL(" UNION ALL ").join([*questions, _asking(Session, "subject", nothing)]).as_string(None)


def _asking(
    table: type[models.Model], path: str, ids: Composable, mark: Composable = NULL, since: Composable = NULL
) -> Composed:
    question = SQL("SELECT {}, {}, {}::text, {}::date FROM {} WHERE {}")
    name = Identifier(table._meta.db_table)
    return question.format(Literal(table._meta.label), ids, mark, since, name, sets.leading(table, path))


def _ids(table: type[models.Model], names: Collection[str]) -> Composed:
    fields = [table._meta.get_field(name) for name in sorted(names)]
    columns = [Identifier(str(field.column)) for field in fields if isinstance(field, models.UUIDField)]
    return SQL("ARRAY[{}]::uuid[]").format(SQL(", ").join(columns))
