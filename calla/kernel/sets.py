"""Many ids in a question as one parameter, and rows deleted in sets: one question for a thousand rows as for one.

Django's own `delete` reads every row first, and asks for what hangs on them a hundred at a time. Where a person with a
thousand orders is forgotten at once, that is what takes the time. The shop listens to no signal of a deletion, so that
nothing is lost by it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connections, router
from django.db.models import CASCADE, SET_NULL, Model
from django.db.models.deletion import get_candidate_relations_to_delete
from django.db.models.expressions import RawSQL
from psycopg.sql import SQL, Composable, Composed, Identifier

Table = type[Model]
THESE = SQL("= ANY(%(ids)s)")


def among(ids: Iterable[UUID] | Iterable[int]) -> RawSQL:
    """For `filter(pk__in=among(ids))`: a placeholder for each of a thousand would cost more than the question."""
    wanted = list(ids)
    kind = "bigint" if wanted and isinstance(wanted[0], int) else "uuid"
    return RawSQL(f"SELECT unnest(%s::{kind}[])", [wanted])  # noqa: S611  two constant texts


def leading(table: Table, path: str) -> Composed:
    """The condition that a row leads to one of `%(ids)s` by this path of foreign keys, the last of which holds them."""
    link, _, further = path.partition("__")
    field: Any = table._meta.pk if link == "pk" else table._meta.get_field(link)
    if not further:
        return SQL("{} {}").format(Identifier(field.column), THESE)
    target = field.related_model
    return _within(field.column, target, leading(target, further))


def delete(ids: Iterable[UUID] | Iterable[int], *rows: tuple[Table, str], but: Collection[Table] = ()) -> None:
    """Delete the rows that lead to these ids, each a table and a path as in `leading`, one table after the other, and
    all that hangs on them, `but` from tables where nothing does any more. All with one question.

    What is protected is refused by the database itself, when the transaction ends.
    """
    with connections[router.db_for_write(rows[0][0])].cursor() as cursor:
        cursor.execute(_deletion(rows, frozenset(but)), {"ids": list(ids)})


@cache
def _deletion(rows: tuple[tuple[Table, str], ...], but: frozenset[Table]) -> str:
    """Its text is the same each time, and takes longer to make than to carry out."""
    steps, done = list[Composable](), set(but)
    for table, path in rows:
        steps += _steps(table, leading(table, path), done)
        done.add(table)
    return SQL("; ").join(steps).as_string(None)


def _steps(table: Table, where: Composed, but: Collection[Table]) -> Iterator[Composed]:
    """What hangs on rows goes before them."""
    relations: Iterable[Any] = get_candidate_relations_to_delete(table._meta)
    for relation in relations:
        hanging, column = relation.related_model, relation.field.column
        if hanging in but:
            continue
        if relation.on_delete is CASCADE:
            yield from _steps(hanging, _within(column, table, where), but)
        elif relation.on_delete is SET_NULL:
            change = SQL("UPDATE {0} SET {1} = NULL WHERE {2}")
            yield change.format(_name(hanging), Identifier(column), _within(column, table, where))
    yield SQL("DELETE FROM {} WHERE {}").format(_name(table), where)


def _within(column: str, table: Table, where: Composed) -> Composed:
    key = Identifier(str(table._meta.pk.column))
    if where == SQL("{} {}").format(key, THESE):
        return SQL("{} {}").format(Identifier(column), THESE)
    return SQL("{} IN (SELECT {} FROM {} WHERE {})").format(Identifier(column), key, _name(table), where)


def _name(table: Table) -> Identifier:
    return Identifier(table._meta.db_table)
