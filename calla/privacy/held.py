"""All that is held about somebody, thing by thing: what, for which use, until when. The registry says where it lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from calla.policy import Rules
from calla.policy.language import show_plain
from calla.policy.retention import held_until, keep_until
from calla.privacy import keys, reading, registry, versions
from calla.privacy.errors import KeyGone, NotGranted
from calla.privacy.registry import Declared, Indexed, Pseudonymous
from calla.privacy.types import as_plain

AT_ONCE = 200  # rows whose keys are fetched together
Row = tuple[Declared, Any]


@dataclass(frozen=True, slots=True, repr=False)
class Value:
    """One value, as text and as programs take it. What would say nothing to anybody has `why` it is there instead."""

    category: str
    label: str
    text: str
    plain: Any
    why: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    title: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ByLaw:
    """What a law makes the shop keep of it afterwards; `until` is known once its event has come."""

    law: str
    categories: tuple[str, ...]
    until: date | None
    said: str


@dataclass(frozen=True, slots=True, repr=False)
class Thing:
    """Something that is kept or forgotten as one, such as an order. `said` is how long, in the policy's words, and
    `until` the day that makes today; `because` names the sentences it is kept by."""

    id: str
    kind: str
    subject: UUID
    title: str
    purpose: str
    because: tuple[str, ...]
    until: date | None
    said: str
    by_law: tuple[ByLaw, ...]
    parts: tuple[Part, ...]


def things(subjects: Sequence[UUID], purpose: str) -> Iterator[Thing]:
    """Everything there is about these subjects, opened for `purpose`; last what hangs on the persons themselves."""
    for table in registry.things():
        rows = list(_rows(table, "subject_id", subjects))
        for start in range(0, len(rows), AT_ONCE):
            yield from _things(table, rows[start : start + AT_ONCE], purpose)
    for table in registry.tables():
        if not table.ends and any(isinstance(meaning, Pseudonymous) for meaning in table.columns.values()):
            yield from _beside(table, subjects, purpose)


def _rows(table: Declared, column: str, wanted: Iterable[Any]) -> Any:
    rows = table.model._default_manager.filter(**{f"{column}__in": wanted}).order_by(table.by, "pk")
    return rows.select_related("subject") if table.model._meta.label != registry.PERSON else rows


def _things(table: Declared, rows: Sequence[Model], purpose: str) -> Iterator[Thing]:
    found: dict[Any, list[Row]] = {row.pk: [(table, row)] for row in rows}
    _gather(table, {row.pk: row for row in rows}, {row.pk: row.pk for row in rows}, found)
    keys.fetch(_keys(row for those in found.values() for row in those))
    for row in rows:
        yield _thing(table, row, found[row.pk], purpose)


def _gather(table: Declared, rows: Mapping[Any, Model], whole: Mapping[Any, Any], found: dict[Any, list[Row]]) -> None:
    """All that is part of these rows, each added to the thing it belongs to in the end."""
    for part, link in registry.next_parts(table):
        owner = part.model._meta.get_field(link).attname  # type: ignore[union-attr]
        there, belongs = {}, {}
        for row in _rows(part, link, list(rows)) if rows else ():
            of = getattr(row, owner)
            setattr(row, link, rows[of])  # it is here already: nobody asks for it again
            there[row.pk], belongs[row.pk] = row, whole[of]
            found[whole[of]].append((part, row))
        _gather(part, there, belongs, found)


def _keys(rows: Iterable[Row]) -> Iterator[UUID]:
    for table, row in rows:
        yield from (getattr(row, column.key) for column in table.sealed if row.__dict__[column.attname])


def _thing(table: Declared, row: Any, rows: Sequence[Row], purpose: str) -> Thing:
    person = reading.person_of(row)
    policy = versions.binding(person)
    rules = policy.rules(person.country)
    known = rules.has(table.purpose)
    life = reading.events(row)
    seen: set[tuple[str, str]] = set()
    parts = [Part(part.title(one), tuple(_values(part, one, purpose, rules, seen))) for part, one in rows]
    return Thing(
        id=str(row.pk), kind=table.model._meta.label_lower, subject=row.subject_id, title=parts[0].title,
        purpose=table.purpose, because=rules.because(f"purpose.{table.purpose}.basis"),
        until=keep_until(policy, table.purpose, life, person.country) if known and life else None,
        said=_said(rules.keep(table.purpose)) if known else "",
        by_law=tuple(_by_law(rules, table.purpose, life)) if known else (),
        parts=(parts[0], *(part for part in parts[1:] if part.values)),
    )  # fmt: skip


def _by_law(rules: Rules, purpose: str, life: Mapping[str, date]) -> Iterator[ByLaw]:
    due = keep_until(rules, purpose, life)
    for hold in rules.holds.values():
        if hold.of == purpose:
            last = held_until(rules, hold, life)
            if last or due is None:
                yield ByLaw(hold.law, tuple(sorted(hold.reads)), last, _said(hold.keep))


def _said(keep: Any) -> str:
    policy = versions.current()
    return show_plain(keep, policy.program, policy.language)


def _beside(table: Declared, subjects: Sequence[UUID], purpose: str) -> Iterator[Thing]:
    """What hangs on a person as such, and goes with the last thing of theirs; what is alike is said once."""
    column = "pk" if table.model._meta.label == registry.PERSON else "subject_id"
    rules = versions.current().rules()
    values: dict[tuple[str, str], Value] = {}
    rows = list(_rows(table, column, subjects))
    for row in rows:
        values |= {(value.label, value.text): value for value in _values(table, row, purpose, rules, set())}
    if values:
        yield Thing(
            id="", kind=table.model._meta.label_lower, subject=subjects[0], title=table.title(rows[0]),
            purpose=table.purpose, because=rules.because(f"purpose.{table.purpose}.basis"), until=None, said="",
            by_law=(), parts=(Part(table.title(rows[0]), tuple(values.values())),),
        )  # fmt: skip


def _values(table: Declared, row: Any, purpose: str, rules: Rules, seen: set[tuple[str, str]]) -> Iterator[Value]:
    """`seen` holds what was sealed in this thing already: a name that lies there twice is shown once."""
    for column in table.sealed:
        try:
            opened = list(getattr(row, column.attname).open(purpose).opened())
        except (KeyGone, NotGranted):
            continue  # it has had its time, and was emptied or is about to be
        for _name, category, value in opened:
            text = registry.read_out(value)
            if text and (category, text) not in seen:
                seen.add((category, text))
                yield Value(category, table.labels.get(category) or label(category), text, as_plain(value))
    for name, meaning in table.columns.items():
        if isinstance(meaning, Pseudonymous) and meaning.category in rules.reads(purpose):
            yield from _plain(row, name, meaning)


def _plain(row: Any, name: str, meaning: Pseudonymous) -> Iterator[Value]:
    held = getattr(row, name)
    if held in (None, "", b""):
        return
    label = meaning.label or str(row._meta.get_field(name.removesuffix("_id")).verbose_name).capitalize()
    if isinstance(meaning, Indexed) or not meaning.shown:
        yield Value(meaning.category, label, "", None, meaning.why)
        return
    told = meaning.told(row) if meaning.told else held
    text = f"{told:%-d %B %Y, %H:%M} UTC" if isinstance(told, datetime) else str(told)
    yield Value(meaning.category, label, text, text)


def label(category: str) -> str:
    policy = versions.current()
    phrase = policy.program.categories[category].phrase(policy.language)
    return phrase[:1].upper() + phrase[1:]
