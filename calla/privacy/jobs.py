"""What privacy does by the clock: fresh roots, orphaned and doomed keys, the chain of the ledger, expired sessions."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from calla.kernel import clock, jobs
from calla.privacy import keys, ledger, reading, registry, rotation
from calla.privacy.keystore.models import DataKey
from calla.privacy.models import DoomedKey, LedgerEntry, Session

ORPHAN_AFTER = timedelta(hours=1)


@jobs.periodic("17 2 * * *")
def rewrap_keys() -> None:
    destroy_doomed()
    sweep_orphans()
    rotation.rewrap()


@jobs.periodic("*/5 * * * *")
def keep_the_ledger() -> None:
    reading.flush()
    while ledger.chain():
        pass


@jobs.periodic("41 * * * *")
def drop_expired_sessions() -> None:
    Session.objects.filter(expires_at__lt=clock.now()).delete()


def doom(*doomed: UUID, subject: UUID, what: str) -> None:
    """Destroy these keys with this transaction: noted in it, gone right after it, repeated until it holds."""
    for key in doomed:
        DoomedKey.objects.get_or_create(key=key)
        ledger.record(LedgerEntry.Kind.KEY_DESTROYED, subject=subject, what=what)
    jobs.enqueue(destroy_doomed)


@jobs.job
def destroy_doomed() -> None:
    doomed = list(DoomedKey.objects.values_list("key", flat=True))
    keys.destroy(doomed)
    DoomedKey.objects.filter(key__in=doomed).delete()


def sweep_orphans() -> int:
    """Remove keys older than an hour that no row names: their row was rolled back. Returns how many."""
    old = set(DataKey.objects.filter(made_at__lt=clock.now() - ORPHAN_AFTER).values_list("id", flat=True))
    for table in registry.tables():
        for column in key_columns(table.model):
            old -= set(table.model._default_manager.filter(**{f"{column}__in": old}).values_list(column, flat=True))
    with transaction.atomic(using="keys"):
        return keys.destroy(old)


def key_columns(model: type) -> set[str]:
    from calla.privacy.sealed import Sealed

    return {field.key for field in model._meta.concrete_fields if isinstance(field, Sealed)}  # type: ignore[attr-defined]
