"""Foreign keys follow the rows too. A key named in a string is an import that no import checker sees."""

import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db import models

from tests.architecture.checks.tree import ROOT, Finding, rows

KEYSTORE = "keystore"  # a part of privacy with tables of its own, in another database


def relations_up_or_sideways(tables: Iterable[type[models.Model]]) -> list[Finding]:
    """Keys of any kind to a table on a higher row, or of another app on the same row; and keys that name no table."""
    height = rows()
    return [
        _finding(table, name, says)
        for table in tables
        for name, says in _faults(table, height)
    ]


def _faults(table: type[models.Model], height: dict[str, int]) -> Iterator[tuple[str, str]]:
    own = app_of(table._meta.app_label)
    for field in (*table._meta.local_fields, *table._meta.local_many_to_many):
        if field.remote_field is None:
            continue
        label = _label(field.remote_field.model)
        other = app_of(label.partition(".")[0])
        if other in height and other != own and height[other] >= height[own]:
            yield field.name, f"a {type(field).__name__} from {own} to {label} does not point down the rows"
    for loose in table._meta.private_fields:
        if type(loose).__name__ == "GenericForeignKey":
            yield loose.name, "a generic key points to any table, on any row"


def _label(target: Any) -> str:
    """`app.Model`, of a class or of the string that stands for one."""
    return target if isinstance(target, str) else target._meta.label


def app_of(label: str) -> str:
    return "privacy" if label == KEYSTORE else label


def _finding(table: type[models.Model], name: str, says: str) -> Finding:
    return Finding(*where(table, name), f"{table.__name__}.{name}: {says}")


def where(table: type[models.Model], name: str = "") -> tuple[str, int]:
    """File and line of a table, or of one of its columns; line 1 for a table that no text declares."""
    path = Path(inspect.getsourcefile(table) or "")
    file = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
    try:
        lines, first = inspect.getsourcelines(table)
    except OSError:
        return file, 1
    named = (i for i, line in enumerate(lines) if name and re.match(rf"\s+{name}\s*[:=]", line))
    return file, first + next(named, 0)
