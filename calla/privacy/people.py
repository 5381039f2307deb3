"""Who somebody is to the shop, found by what only they know, with no app named: the registry says where to look."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from calla.privacy import index, registry
from calla.privacy.errors import KeyGone, NotGranted
from calla.privacy.registry import Declared


def people_at(email: str) -> tuple[UUID, ...]:
    """Every subject with a row that carries this address: each order of a guest has one of its own."""
    found: dict[UUID, None] = {}
    for table, column, indexed in registry.indexes():
        wanted = indexed.spelt(index.of_email(indexed.context, email))
        rows = table.model._default_manager.filter(**{column: wanted}).order_by("pk")
        found |= dict.fromkeys(rows.values_list("subject_id", flat=True))
    return tuple(found)


def address_of(subject: UUID, purpose: str) -> str | None:
    """An e-mail address of this person, opened for `purpose`; none where nothing that may be read holds one."""
    for table, _column, _indexed in registry.indexes():
        for row in table.model._default_manager.select_related("subject").filter(subject_id=subject):
            if found := _address_in(table, row, purpose):
                return found
    return None


def _address_in(table: Declared, row: Any, purpose: str) -> str | None:
    for column in table.sealed:
        if "email" in column.kind.categories():
            with suppress(KeyGone, NotGranted):
                opened = getattr(row, column.attname).open(purpose).opened()
                return next((str(value) for _name, category, value in opened if category == "email"), None)
    return None
