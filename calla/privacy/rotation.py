"""Nightly re-wrapping: every live key is wrapped anew under a fresh root, then the old root is destroyed.

What a deleted key left behind (in the write-ahead log, on a standby, in a backup of the key database) was wrapped by a
root that no longer exists, and so opens nothing. The shop stays open meanwhile.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connections, transaction

from calla.kernel import clock
from calla.privacy import keys, ledger, roots
from calla.privacy.keystore.models import Root
from calla.privacy.keystore.router import KEYS
from calla.privacy.models import LedgerEntry

BATCH = 2000
LOCK = 0x43414C4C41  # one rotation at a time, whichever machine runs it


def ensure_root(using: str = KEYS) -> None:
    """Make the first root key, and the secrets beside it, where there is none: in a fresh key database."""
    if using != KEYS or Root.objects.filter(state=Root.State.CURRENT).exists():
        return
    roots.make_secrets()
    _start(after=0)


def rewrap() -> int:
    """Wrap all live keys under a new root and destroy the old ones; returns how many keys were wrapped.

    Repeatable: killed half-way, the next run finishes what the last one left.
    """
    with connections[KEYS].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
    try:
        new = _start(after=max(Root.objects.values_list("number", flat=True), default=0))
        done, last = 0, UUID(int=0)
        while wrapped := _wrap_some(new, last):
            done, last = done + len(wrapped), wrapped[-1]
        _destroy_retired()
        return done
    finally:
        with connections[KEYS].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _start(after: int) -> int:
    number = after + 1
    while roots.path(number).exists():  # a file whose row was lost is left alone: it may belong to a restored database
        number += 1
    roots.make(number)
    with transaction.atomic(using=KEYS):
        Root.objects.filter(state=Root.State.CURRENT).update(state=Root.State.RETIRING)
        Root.objects.create(number=number, state=Root.State.CURRENT)
    return number


def _wrap_some(new: int, after: UUID) -> list[UUID]:
    """The next batch in the order of their ids. None comes late: new keys have been made under the new root since."""
    with transaction.atomic(using=KEYS), connections[KEYS].cursor() as cursor:
        cursor.execute(
            """SELECT id, wrapped, root_id FROM keystore_datakey WHERE id > %s AND root_id <> %s
               ORDER BY id LIMIT %s FOR UPDATE""",
            [after, new, BATCH],
        )
        wrapped = {id: keys.wrap(new, id, keys.unwrap(root, id, bytes(old))) for id, old, root in cursor.fetchall()}
        cursor.execute(
            """UPDATE keystore_datakey AS kept SET wrapped = fresh.wrapped, root_id = %s
               FROM unnest(%s::uuid[], %s::bytea[]) AS fresh (id, wrapped) WHERE kept.id = fresh.id""",
            [new, list(wrapped), list(wrapped.values())],
        )
    return list(wrapped)


def _destroy_retired() -> None:
    for root in Root.objects.filter(state=Root.State.RETIRING, datakey__isnull=True):
        roots.destroy(root.number)
        root.state, root.destroyed_at = Root.State.DESTROYED, clock.now()
        root.save(update_fields=["state", "destroyed_at"])
        ledger.record(LedgerEntry.Kind.ROOT_DESTROYED, what=f"root {root.number}")
