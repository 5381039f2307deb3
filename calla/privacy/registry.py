"""Which column of which table is personal. Each app says so in `personal_data.py`; silence stops the start.

Export, erasure, retention and the sweeper of keys walk this registry and name no app.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models

from calla.privacy import reading
from calla.privacy.errors import NotDeclared
from calla.privacy.sealed import AboutPerson, Sealed
from calla.privacy.types import Corrections

THIRD_PARTY_IS_ALIASED = ("auth", "contenttypes", "account", "mfa", "procrastinate")


@dataclass(frozen=True)
class Pseudonymous:
    """A plain column that tells something of a person only through its row's subject, and goes with the row.

    To the person it is shown under `label`, as `told` reads it from the row; not `shown` is what says nothing to
    anybody, such as a hash: then they read why it is there.
    """

    category: str
    why: str
    label: str = field(default="", kw_only=True)
    told: Callable[[Any], object] | None = field(default=None, kw_only=True)
    shown: bool = field(default=True, kw_only=True)


@dataclass(frozen=True)
class Indexed(Pseudonymous):
    """A column that stands for an e-mail address: its HMAC within `context` (see `index`), by which people are found.

    `spelt` says how the column writes it.
    """

    context: str
    spelt: Callable[[bytes], Any] = bytes


@dataclass(frozen=True)
class Ending:
    """How rows end when the time that the policy gives their purpose is over.

    A row goes with all that is `part_of` it, named by the foreign key that leads there, and its keys are destroyed.
    While the law still holds something of it, only that stays: rows that are `held`, and of any other table that has
    `blanks` the row, with these columns set to these values.
    """

    part_of: str = ""
    held: bool = False
    blanks: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Declared:
    """What a table holds about people. `purpose` names the use in the policy; `columns` maps each to its meaning, and
    `called` gives a row the title under which its person finds it.

    `stays` says, to a person who has everything erased, what is still there afterwards and tells nothing of them.
    `corrected`: how its person sets right what a row holds. `labels`: what a sealed category is called here, where its
    own words would not be true of every row. `by`: the column that puts its rows in order.
    """

    model: type[models.Model]
    purpose: str
    columns: Mapping[str, Any]
    ends: Ending | None = None
    stays: str = ""
    called: Callable[[Any], str] | None = None
    corrected: Corrections | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    by: str = "pk"

    def title(self, row: Any) -> str:
        return self.called(row) if self.called else str(self.model._meta.verbose_name).capitalize()

    @property
    def sealed(self) -> list[Sealed[Any]]:
        return [column for column in self.model._meta.concrete_fields if isinstance(column, Sealed)]


@dataclass(frozen=True)
class Lying:
    """Files of a kind, and the folders they lie in. A file that names somebody who was erased `goes`, or there is a
    reason why it `stays`; with neither it is left over, and that is told.
    """

    what: str
    folders: Callable[[], Iterable[Path]]
    goes: bool = False
    stays: str = ""


NOT_PERSONAL = "not personal"
PERSON = "privacy.Subject"  # its row is the person that others name
_tables: dict[str, Declared] = {}
_lying: dict[str, Lying] = {}
_readers: dict[type[Any], Callable[[Any], str]] = {}


def declare(
    model: type[models.Model], columns: Mapping[str, Any], *, purpose: str = "", ends: Ending | None = None,
    stays: str = "", alone: bool = False, called: Callable[[Any], str] | None = None,
    corrected: Corrections | None = None, labels: Mapping[str, str] = {}, by: str = "pk",
) -> None:  # fmt: skip
    """Say of every column of `model` what it is: a set of categories (sealed), Pseudonymous, or NOT_PERSONAL.

    Raises NotDeclared for a column left out, for a sealed one whose categories differ from its class, for a name the
    table does not have, and for rows about people of which nobody says how they end. Rows that are `alone` open for
    their own purpose and for their person, whatever else could use what they hold.
    """
    names = {column.attname: column for column in model._meta.concrete_fields}
    label = model._meta.label
    implied = {model._meta.pk.attname, "subject_id", "key"} & set(names) - set(columns)
    for missing in sorted(set(names) - set(columns) - implied):
        raise NotDeclared(f"{label}.{missing} is not declared in personal_data.py: say what it holds, or NOT_PERSONAL.")
    for unknown in sorted({*columns, by} - {*names, "pk"}):
        raise NotDeclared(f"{label} has no column {unknown}; it is declared in personal_data.py all the same.")
    for name, meaning in columns.items():
        column, said = names[name], f"{label}.{name}"
        if isinstance(column, Sealed) != isinstance(meaning, set | frozenset):
            raise NotDeclared(f"{said}: sealed columns, and only they, are declared by their categories.")
        if isinstance(column, Sealed) and meaning != column.kind.categories():
            raise NotDeclared(f"{said} seals {sorted(column.kind.categories())}, declared is {sorted(meaning)}.")
        about_somebody = issubclass(model, AboutPerson) or "subject_id" in names or label == PERSON
        if isinstance(meaning, Pseudonymous) and not about_somebody:
            raise NotDeclared(f"{said} is about a person, but the row names no subject.")
    if issubclass(model, AboutPerson) and (ends is None or not purpose):
        raise NotDeclared(f"{label} is about people: say what purpose its rows serve, and how they end.")
    _tables[label] = Declared(model, purpose, columns, ends, stays, called, corrected, labels, by)
    reading.kept_for[model] = purpose
    if alone:
        reading.alone.add(model)


def lies_in(what: str, folders: Callable[[], Iterable[Path]], *, goes: bool = False, stays: str = "") -> None:
    """Say where files of this kind lie, so that what is left of people is looked for there too: see `Lying`. The home
    is searched anyway."""
    _lying[what] = Lying(what, folders, goes, stays)


def lying() -> tuple[Lying, ...]:
    return tuple(_lying.values())


def reads_as(kind: type[Any], read: Callable[[Any], str]) -> None:
    """How a value of this type inside a sealed column is read out to its person."""
    _readers[kind] = read


def read_out(value: Any) -> str:
    if read := _readers.get(type(value)):
        return read(value)
    return "\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def nothing_personal(*named: type[models.Model]) -> None:
    """Declare tables none of whose columns concerns a person."""
    for model in named:
        if issubclass(model, AboutPerson):
            raise NotDeclared(f"{model._meta.label} is about a person: declare its columns one by one.")
        _tables[model._meta.label] = Declared(model, "", {})


def tables() -> tuple[Declared, ...]:
    return tuple(_tables[label] for label in sorted(_tables))


def indexes() -> Iterator[tuple[Declared, str, Indexed]]:
    """Every column by which a person can be found who knows their own address."""
    for table in tables():
        yield from ((table, name, meaning) for name, meaning in table.columns.items() if isinstance(meaning, Indexed))


def things() -> Iterator[Declared]:
    """The tables whose rows have a time of their own."""
    return (table for table in tables() if table.ends and not table.ends.part_of)


def next_parts(of: Declared) -> Iterator[tuple[Declared, str]]:
    """The tables whose rows end with those of this one, each with its foreign key to it."""
    for table in tables():
        if table.ends and table.ends.part_of and _target(table) is of.model:
            yield table, table.ends.part_of


def parts(of: Declared) -> Iterator[tuple[Declared, str]]:
    """The tables whose rows end with those of this one, each with the look-up that leads there; the nearest first."""
    for table, link in next_parts(of):
        yield table, link
        yield from ((part, f"{path}__{link}") for part, path in parts(table))


def _target(table: Declared) -> Any:
    return table.model._meta.get_field(table.ends.part_of).related_model if table.ends else None


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
