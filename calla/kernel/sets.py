"""Many ids in a question as one parameter, and rows deleted in sets: as many statements for a thousand rows as for one.

Django's own `delete` reads every row first, and asks for what hangs on them a hundred at a time. Where a person with a
thousand orders is forgotten at once, that is what takes the time. The shop listens to no signal of a deletion, so that
nothing is lost by it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import CASCADE, SET_NULL, Model, QuerySet
from django.db.models.deletion import get_candidate_relations_to_delete
from django.db.models.expressions import RawSQL


def among(ids: Iterable[UUID] | Iterable[int]) -> RawSQL:
    """For `filter(pk__in=among(ids))`: a placeholder for each of a thousand would cost more than the question."""
    wanted = list(ids)
    kind = "bigint" if wanted and isinstance(wanted[0], int) else "uuid"
    return RawSQL(f"SELECT unnest(%s::{kind}[])", [wanted])  # noqa: S611  two constant texts


def delete(rows: QuerySet[Any], *, but: Collection[type[Model]] = ()) -> None:
    """Delete these rows and all that hangs on them, `but` from tables where nothing does any more.

    What is protected is refused by the database itself, when the transaction ends.
    """
    relations: Iterable[Any] = get_candidate_relations_to_delete(rows.model._meta)
    for relation in relations:
        if relation.related_model in but:
            continue
        hanging = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": rows})
        if relation.on_delete is CASCADE:
            delete(hanging, but=but)
        elif relation.on_delete is SET_NULL:
            hanging.update(**{relation.field.name: None})
    bare = rows.order_by()
    bare._raw_delete(bare.db)
