"""Keys that are to die with a transaction.

They lie in another database, so they are noted in the transaction, with their line in the ledger, and destroyed right
after it. Whatever comes between, the note stays until it is done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from calla.privacy import keys
from calla.privacy.models import DoomedKey, LedgerEntry
from calla.privacy.types import SYSTEM

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Doomed:
    """A key, whose it was, and why it goes, in words for the ledger."""

    key: UUID
    subject: UUID
    why: str


def note(doomed: Iterable[Doomed]) -> int:
    """Write down what is to be destroyed; returns how many keys that are. What several rows share is one key."""
    by_key = {one.key: one for one in doomed}
    noted = set(DoomedKey.objects.filter(key__in=by_key).values_list("key", flat=True))
    fresh = [one for key, one in by_key.items() if key not in noted]
    DoomedKey.objects.bulk_create((DoomedKey(key=one.key) for one in fresh), ignore_conflicts=True)
    LedgerEntry.objects.bulk_create(
        LedgerEntry(kind=LedgerEntry.Kind.KEY_DESTROYED, subject=one.subject, actor=SYSTEM.kind, what=one.why)
        for one in fresh
    )
    return len(fresh)


def carry_out() -> None:
    """Destroy everything that is noted, and strike it off."""
    while noted := list(DoomedKey.objects.values_list("key", flat=True)[:BATCH]):
        keys.destroy(noted)
        DoomedKey.objects.filter(key__in=noted).delete()
