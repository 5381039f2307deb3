"""Which column of which table is personal. Each app says so in `personal_data.py`; silence stops the start.

Export, erasure, retention and the sweeper of keys walk this registry and name no app.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import models

from calla.privacy.errors import NotDeclared
from calla.privacy.sealed import AboutPerson, Sealed

THIRD_PARTY_IS_ALIASED = ("auth", "contenttypes", "account", "mfa", "procrastinate")


@dataclass(frozen=True)
class Pseudonymous:
    """A plain column that tells something of a person only through its row's subject, and goes with the row."""

    category: str
    why: str


@dataclass(frozen=True)
class Declared:
    """What a table holds about people. `purpose` names the use in the policy; `columns` maps each to its meaning."""

    model: type[models.Model]
    purpose: str
    columns: Mapping[str, Any]


NOT_PERSONAL = "not personal"
_tables: dict[str, Declared] = {}


def declare(model: type[models.Model], columns: Mapping[str, Any], *, purpose: str = "") -> None:
    """Say of every column of `model` what it is: a set of categories (sealed), Pseudonymous, or NOT_PERSONAL.

    Raises NotDeclared for a column left out, for a sealed one whose categories differ from its class, and for a name
    the table does not have.
    """
    names = {field.attname: field for field in model._meta.concrete_fields}
    label = model._meta.label
    implied = {model._meta.pk.attname, "subject_id", "key"} & set(names) - set(columns)
    for missing in sorted(set(names) - set(columns) - implied):
        raise NotDeclared(f"{label}.{missing} is not declared in personal_data.py: say what it holds, or NOT_PERSONAL.")
    for unknown in sorted(set(columns) - set(names)):
        raise NotDeclared(f"{label} has no column {unknown}; it is declared in personal_data.py all the same.")
    for name, meaning in columns.items():
        field = names[name]
        if isinstance(field, Sealed) != isinstance(meaning, set | frozenset):
            raise NotDeclared(f"{label}.{name}: sealed columns, and only they, are declared by their categories.")
        if isinstance(field, Sealed) and meaning != field.kind.categories():
            raise NotDeclared(f"{label}.{name} seals {sorted(field.kind.categories())}, declared is {sorted(meaning)}.")
        if isinstance(meaning, Pseudonymous) and not issubclass(model, AboutPerson) and "subject_id" not in names:
            raise NotDeclared(f"{label}.{name} is about a person, but the row names no subject.")
    _tables[label] = Declared(model, purpose, columns)


def nothing_personal(*named: type[models.Model]) -> None:
    """Declare tables none of whose columns concerns a person."""
    for model in named:
        if issubclass(model, AboutPerson):
            raise NotDeclared(f"{model._meta.label} is about a person: declare its columns one by one.")
        _tables[model._meta.label] = Declared(model, "", {})


def tables() -> tuple[Declared, ...]:
    return tuple(_tables[label] for label in sorted(_tables))


def collect() -> None:
    """Import every app's `personal_data` once all models are there, and refuse silence."""
    for config in apps.get_app_configs():
        if config.name.startswith("calla.") and find_spec(f"{config.name}.personal_data"):
            import_module(f"{config.name}.personal_data")
    undeclared = [
        model._meta.label for config in apps.get_app_configs() if config.name.startswith("calla.")
        for model in config.get_models(include_auto_created=True) if model._meta.label not in _tables
    ]
    if undeclared:
        raise NotDeclared(f"No personal_data.py declares {', '.join(sorted(undeclared))}.")
