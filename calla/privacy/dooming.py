"""Keys that are to die with a transaction.

They lie in another database, so they are noted in the transaction, with their line in the ledger, and destroyed right
after it. Whatever comes between, the note stays until it is done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from calla.kernel import clock, sets
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
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO privacy_doomedkey (key, at) SELECT key, %s FROM unnest(%s::uuid[]) AS key
               ON CONFLICT DO NOTHING RETURNING key""",
            [clock.now(), list(by_key)],
        )
        fresh = [by_key[key] for (key,) in cursor.fetchall()]
    deeds = [(one.subject, one.why) for one in fresh]
    ledger.record_several(LedgerEntry.Kind.KEY_DESTROYED, deeds, by=SYSTEM)
    return len(fresh)


def carry_out() -> None:
    """Destroy everything that is noted, and strike it off."""
    noted = _noted()
    while noted:
        keys.destroy(noted)
        sets.delete(noted, (DoomedKey, "pk"))
        noted = _noted() if len(noted) == BATCH else []


def _noted() -> list[UUID]:
    return list(DoomedKey.objects.values_list("key", flat=True)[:BATCH])
