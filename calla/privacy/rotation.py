"""Nightly re-wrapping: every live key is wrapped anew under a fresh root, then the old root is destroyed.

What a deleted key left behind (in the write-ahead log, on a standby, in a backup of the key database) was wrapped by a
root that no longer exists, and so opens nothing. The shop stays open meanwhile.
"""

from __future__ import annotations

from django.db import connections, transaction

from calla.kernel import clock
from calla.privacy import keys, ledger, roots
from calla.privacy.keystore.models import DataKey, Root
from calla.privacy.keystore.router import KEYS
from calla.privacy.models import LedgerEntry

BATCH = 2000
LOCK = 0x43414C4C41  # one rotation at a time, whichever machine runs it


def ensure_root(using: str = KEYS) -> None:
    """Make the first root key where there is none: in a fresh key database."""
    if using != KEYS or Root.objects.filter(state=Root.State.CURRENT).exists():
        return
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
        done = 0
        while wrapped := _wrap_some(new):
            done += wrapped
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


def _wrap_some(new: int) -> int:
    with transaction.atomic(using=KEYS):
        rows = list(DataKey.objects.select_for_update(of=("self",)).exclude(root_id=new).order_by("pk")[:BATCH])
        for row in rows:
            row.wrapped = keys.wrap(new, row.id, keys.unwrap(row.root_id, row.id, bytes(row.wrapped)))
            row.root_id = new
        DataKey.objects.bulk_update(rows, ["wrapped", "root"])
    return len(rows)


def _destroy_retired() -> None:
    for root in Root.objects.filter(state=Root.State.RETIRING, datakey__isnull=True):
        roots.destroy(root.number)
        root.state, root.destroyed_at = Root.State.DESTROYED, clock.now()
        root.save(update_fields=["state", "destroyed_at"])
        ledger.record(LedgerEntry.Kind.ROOT_DESTROYED, what=f"root {root.number}")
