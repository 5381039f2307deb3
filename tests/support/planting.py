"""Marks in the place of every personal text that is sealed anywhere, so that each can be looked for."""

from __future__ import annotations

from collections.abc import Collection
from secrets import token_hex
from typing import Any
from uuid import UUID

from calla.privacy import registry

NOT_TEXT = {"country", "language", "role"}  # words of closed lists, on which it hangs how the rest is written


def in_all_that_is_sealed(subjects: Collection[UUID]) -> dict[str, str]:
    """Seal everything of these people anew; each mark, and in which column it lies."""
    marks: dict[str, str] = {}
    for table in registry.tables():
        for column in table.sealed:
            for row in table.model._default_manager.select_related("subject").filter(subject_id__in=subjects):
                if row.__dict__[column.attname]:
                    marks |= _in(row, column)
    return marks


def _in(row: Any, column: Any) -> dict[str, str]:
    marks: list[str] = []
    sealed = getattr(row, column.attname)
    fresh = _marked(sealed._plain(), marks)
    sealed.seal(column.kind.granted(fresh, column.kind.categories(), "planting"))
    row.save(update_fields=[column.attname])
    return dict.fromkeys(marks, f"{row._meta.label}.{column.attname}")


def _marked(value: Any, marks: list[str], name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _marked(each, marks, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_marked(each, marks, name) for each in value]
    if not isinstance(value, str) or not value or name in NOT_TEXT:
        return value
    marks.append(f"canary{token_hex(8)}")
    return marks[-1]
