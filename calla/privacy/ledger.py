"""The ledger: what was done with whose data. Entries are rows in the transaction of the deed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from uuid import UUID

from django.db import connection, transaction

from calla.kernel import clock
from calla.kernel.turns import one_at_a_time
from calla.privacy.models import LedgerEntry
from calla.privacy.types import SYSTEM, Actor

BATCH = 1000


def record(
    kind: LedgerEntry.Kind, *, subject: UUID | None = None, by: Actor = SYSTEM, purpose: str = "", what: str = "",
    recipient: str = "",
) -> None:
    LedgerEntry.objects.create(
        kind=kind, subject=subject, actor=by.kind, actor_subject=by.subject, purpose=purpose, what=what,
        recipient=recipient,
    )  # fmt: skip


def record_several(
    kind: LedgerEntry.Kind, deeds: Collection[tuple[UUID, str]], *, by: Actor, purpose: str = ""
) -> None:
    """What was done with whose data, of one kind: one statement, however many they are."""
    whose, what = [subject for subject, _ in deeds], [what for _, what in deeds]
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO privacy_ledgerentry (at, kind, subject, actor, actor_subject, purpose, what, recipient)
               SELECT %s, %s, subject, %s, %s, %s, what, ''
               FROM unnest(%s::uuid[], %s::text[]) AS deed (subject, what)""",
            [clock.now(), kind.value, by.kind, by.subject, purpose, whose, what],
        )


def chain() -> int:
    """Chain the entries that are not chained yet, in the order they are found committed; returns how many."""
    with transaction.atomic():
        one_at_a_time("chain the ledger")
        last = LedgerEntry.objects.exclude(position=None).order_by("-position").first()
        link = bytes(last.chain or b"") if last else bytes(32)
        position = (last.position or 0) if last else 0
        rows = list(LedgerEntry.objects.filter(position=None).order_by("pk")[:BATCH])
        for row in rows:
            position += 1
            link = row.chain = link_of(link, row)
            row.position = position
        LedgerEntry.objects.bulk_update(rows, ["chain", "position"])
    return len(rows)


def broken_at() -> int | None:
    """The position of the first chained entry that does not follow from the one before; None when all do."""
    link = bytes(32)
    for expected, row in enumerate(LedgerEntry.objects.exclude(position=None).order_by("position").iterator(), 1):
        link = link_of(link, row)
        if row.position != expected or link != bytes(row.chain or b""):
            return expected
    return None


def link_of(before: bytes, row: LedgerEntry) -> bytes:
    said = [
        row.pk, row.at.isoformat(), row.kind, str(row.subject), row.actor, str(row.actor_subject), row.purpose,
        row.what, row.recipient,
    ]  # fmt: skip
    return hashlib.sha256(before + json.dumps(said).encode()).digest()
