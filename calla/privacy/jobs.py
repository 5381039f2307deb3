"""What privacy does by the clock: what has had its time, fresh roots, orphaned keys, the ledger's chain, sessions."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from calla.kernel import clock, jobs
from calla.privacy import consents, dooming, erasure, keys, ledger, proof, reading, registry, retention, rotation
from calla.privacy.keystore.models import DataKey
from calla.privacy.models import Session

ORPHAN_AFTER = timedelta(hours=1)


@jobs.periodic("37 1 * * *")
def end_what_has_had_its_time() -> None:
    """Before the re-wrapping of the same night, after which nothing that is left of the keys opens anything."""
    erasure.go_on()
    retention.run()
    consents.forget_old()


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


@jobs.periodic("*/15 * * * *")
def try_the_promises() -> None:
    proof.try_them()


@jobs.periodic("41 * * * *")
def drop_expired_sessions() -> None:
    Session.objects.filter(expires_at__lt=clock.now()).delete()


def doom(*doomed: UUID, subject: UUID, what: str) -> None:
    """Destroy these keys with this transaction: noted in it, gone right after it, repeated until it holds."""
    dooming.note(dooming.Doomed(key, subject, what) for key in doomed)
    jobs.enqueue(destroy_doomed)


@jobs.job
def destroy_doomed() -> None:
    dooming.carry_out()


def sweep_orphans() -> int:
    """Remove keys older than an hour that no row names: their row was rolled back. Returns how many."""
    old = set(DataKey.objects.filter(made_at__lt=clock.now() - ORPHAN_AFTER).values_list("id", flat=True))
    for table in registry.tables():
        for column in {field.key for field in table.sealed}:
            old -= set(table.model._default_manager.filter(**{f"{column}__in": old}).values_list(column, flat=True))
    with transaction.atomic(using="keys"):
        return keys.destroy(old)
