from __future__ import annotations

from calla.kernel import jobs
from calla.payments import services


@jobs.periodic("*/5 * * * *")
def forget_unpaid_drafts() -> None:
    services.drop_unpaid()


@jobs.periodic("*/10 * * * *")
def reconcile_payments() -> None:
    services.reconcile()
