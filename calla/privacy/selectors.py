"""What a person may learn of what the shop has and does with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from calla.privacy import registry
from calla.privacy.held import ByLaw, Part, Thing, Value, things
from calla.privacy.models import LedgerEntry, Letter, Subject

__all__ = [
    "ByLaw", "Part", "Sent", "Thing", "Trace", "Value", "kinds", "known", "letters", "stopped",
    "things", "traces",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trace:
    """A line of the ledger: who did what with somebody's data, for which use."""

    kind: str
    at: datetime
    actor: str
    actor_subject: UUID | None
    purpose: str
    what: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter, written or owed; `sent_at` is empty as long as it has not left."""

    kind: str
    queued_at: datetime
    sent_at: datetime | None


def known(subjects: Sequence[UUID]) -> tuple[UUID, ...]:
    """Those of them that the shop still knows."""
    return tuple(Subject.objects.filter(pk__in=subjects).values_list("pk", flat=True))


def kinds(subjects: Sequence[UUID]) -> dict[UUID, Counter[str]]:
    """What there is about each: kind of thing to how many. Opens nothing."""
    found: dict[UUID, Counter[str]] = {subject: Counter() for subject in subjects}
    for table in registry.things():
        rows = table.model._default_manager.filter(subject_id__in=subjects)
        for subject in rows.values_list("subject_id", flat=True):
            found[subject][table.model._meta.label_lower] += 1
    return found


def stopped(subjects: Sequence[UUID]) -> dict[str, frozenset[str]]:
    """Which uses any of these people have paused, and which they have objected to."""
    found = list(Subject.objects.filter(pk__in=subjects).values_list("paused", "objected"))
    return {
        "paused": frozenset(use for paused, _ in found for use in paused or ()),
        "objected": frozenset(use for _, objected in found for use in objected or ()),
    }


def traces(subjects: Sequence[UUID]) -> list[Trace]:
    """The newest first."""
    found = LedgerEntry.objects.filter(subject__in=subjects).exclude(kind=LedgerEntry.Kind.LETTER)
    columns = ("kind", "at", "actor", "actor_subject", "purpose", "what", "recipient")
    return [Trace(*row) for row in found.order_by("-at", "-pk").values_list(*columns)]


def letters(subjects: Sequence[UUID]) -> list[Sent]:
    """The newest first; those that were never sent and never will be left out."""
    found = Letter.objects.filter(subject__in=subjects).exclude(state=Letter.State.REFUSED)
    return [Sent(*row) for row in found.order_by("-queued_at").values_list("kind", "queued_at", "sent_at")]
