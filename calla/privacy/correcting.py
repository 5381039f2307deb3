"""Correcting what is held about somebody, by themselves. The registry says what can be corrected of a thing.

    declare(Order, {...}, corrected=Corrections(offers, correct))

Where an app says nothing, its things are shown all the same, with whom to ask. Without the policy's leave there is
nothing to correct at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from calla.kernel.errors import Missing
from calla.policy import enforces
from calla.privacy import held, keys, ledger, registry, versions
from calla.privacy.errors import CorrectionRefused, KeyGone, NotGranted
from calla.privacy.models import LedgerEntry
from calla.privacy.registry import Declared
from calla.privacy.types import CORRECTION, Actor, Offer

CLAIM = "own_data_can_be_corrected"
EMAIL = "email"  # one for all things of a person, and it moves by a link: see `move`
NOT_BY_ONESELF = "Nobody can change this here by themselves. Write to us, and we do it."
ONLY_BY_LINK = "A new e-mail address counts once somebody there has said yes."


class NothingSuch(Missing):
    """No such thing, not this person's, or no sentence lets anybody correct it: the three look alike."""

    def __init__(self) -> None:
        super().__init__("There is nothing here that you could correct.")


@dataclass(frozen=True, slots=True, repr=False)
class Correctable:
    """A thing of somebody's with what can be corrected in it, or could until lately."""

    id: UUID
    kind: str
    subject: UUID
    title: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Handed:
    """Who was given a category of somebody's data, and when."""

    subject: UUID
    category: str
    recipient: str
    at: datetime


def allowed() -> bool:
    """Does a sentence in force let people correct what is held about them?"""
    rules = versions.current().rules()
    return rules.has_claim(CLAIM) and bool(rules.reads("rights", step="correction"))


def of(subjects: Sequence[UUID]) -> list[Correctable]:
    """All that these people may correct. Opens it, counted under their own right."""
    return [thing for thing in _things(subjects) if thing.offers] if allowed() else []


def one(subjects: Sequence[UUID], thing: UUID, name: str) -> tuple[Correctable, Offer]:
    """A value of one of their things. Raises NothingSuch."""
    for table in registry.things() if allowed() else ():
        for row in _rows(table, subjects).filter(pk=thing):
            found = _thing(table, row)
            for offer in found.offers:
                if offer.name == name:
                    return found, offer
    raise NothingSuch


@enforces("own_data_can_be_corrected")
def correct(subjects: Sequence[UUID], thing: UUID, name: str, value: Any) -> None:
    """Put a new value in the place of one of theirs. Raises NothingSuch, CorrectionRefused."""
    found, offer = one(subjects, thing, name)
    if offer.category == EMAIL:
        raise CorrectionRefused(ONLY_BY_LINK)
    with transaction.atomic():
        _carry_out(found, offer, value)


def move(subjects: Sequence[UUID], email: str) -> int:
    """Another e-mail address in all their things that have one which can change; in how many. It is confirmed by then:
    the caller has seen that somebody reads it, and has told the old one."""
    with transaction.atomic():
        moving = [(thing, offer) for thing in of(subjects) for offer in thing.offers if can_move(offer)]
        for thing, offer in moving:
            _carry_out(thing, offer, email)
    return len(moving)


def can_move(offer: Offer) -> bool:
    return offer.category == EMAIL and not offer.shut


def handed(subjects: Sequence[UUID]) -> list[Handed]:
    """Whom the ledger names as having been given something of these people, the newest first."""
    lines = LedgerEntry.objects.filter(subject__in=subjects, kind=LedgerEntry.Kind.DISCLOSED).order_by("-at", "-pk")
    return [
        Handed(subject, category, recipient, at)
        for subject, what, recipient, at in lines.values_list("subject", "what", "recipient", "at")
        if subject
        for category in what.partition(" (")[0].split(", ")
    ]  # fmt: skip


def _carry_out(thing: Correctable, offer: Offer, value: Any) -> None:
    table = next(one for one in registry.things() if one.model._meta.label_lower == thing.kind)
    if offer.shut or table.corrected is None:
        raise CorrectionRefused(offer.shut)
    table.corrected.correct(thing.id, offer.name, value)
    ledger.record(
        LedgerEntry.Kind.CORRECTED, subject=thing.subject, by=Actor("customer", thing.subject), purpose=CORRECTION,
        what=f"{thing.kind} {thing.id} {offer.category}",
    )  # fmt: skip


def _things(subjects: Sequence[UUID]) -> Iterator[Correctable]:
    for table in registry.things():
        rows = list(_rows(table, subjects))
        keys.fetch(_keys(table, rows))
        yield from (_thing(table, row) for row in rows)


def _rows(table: Declared, subjects: Sequence[UUID]) -> Any:
    rows = table.model._default_manager.filter(subject_id__in=subjects).select_related("subject").order_by("pk")
    if table.corrected:
        rows = rows.select_related("subject", *table.corrected.one).prefetch_related(*table.corrected.many)
    return rows if table.sealed else rows.none()


def _keys(table: Declared, rows: Sequence[Any]) -> Iterator[UUID]:
    yield from (getattr(row, column.key) for row in rows for column in table.sealed if row.__dict__[column.attname])
    for part, link in registry.parts(table):
        for column in part.sealed:
            parts = part.model._default_manager.filter(**{f"{link}__in": rows})
            yield from parts.values_list(column.key, flat=True)


def _thing(table: Declared, row: Any) -> Correctable:
    offers: tuple[Offer, ...] = ()
    with suppress(KeyGone, NotGranted):  # it has had its time
        offers = tuple(table.corrected.offers(row) if table.corrected else _untold(table, row))
    return Correctable(row.pk, table.model._meta.label_lower, row.subject_id, table.title(row), offers)


def _untold(table: Declared, row: Any) -> Iterable[Offer]:
    """Of a table whose app says nothing about it."""
    for column in table.sealed:
        for name, category, value in getattr(row, column.attname).open(CORRECTION).opened():
            if value:
                yield Offer(name, category, held.label(category), value, shut=NOT_BY_ONESELF)
