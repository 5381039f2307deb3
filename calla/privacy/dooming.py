"""Keys that are to die with a transaction.

They lie in another database, so they are noted in the transaction, with their line in the ledger, and destroyed right
after it. Whatever comes between, the note stays until it is done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from calla.kernel.sets import among
from calla.privacy import keys, ledger
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
    if not by_key:
        return 0
    noted = set(DoomedKey.objects.filter(key__in=among(by_key)).values_list("key", flat=True))
    fresh = [one for key, one in by_key.items() if key not in noted]
    DoomedKey.objects.bulk_create((DoomedKey(key=one.key) for one in fresh), ignore_conflicts=True)
    for why, those in groupby(sorted(fresh, key=_why), _why):
        whose = [one.subject for one in those]
        ledger.record_several(LedgerEntry.Kind.KEY_DESTROYED, whose, by=SYSTEM, what=why)
    return len(fresh)


def _why(one: Doomed) -> str:
    return one.why


def carry_out() -> None:
    """Destroy everything that is noted, and strike it off."""
    noted = _noted()
    while noted:
        keys.destroy(noted)
        DoomedKey.objects.filter(key__in=among(noted)).delete()
        noted = _noted() if len(noted) == BATCH else []


def _noted() -> list[UUID]:
    return list(DoomedKey.objects.values_list("key", flat=True)[:BATCH])
