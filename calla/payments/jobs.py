from __future__ import annotations

import logging

from calla.kernel import jobs
from calla.payments import services

log = logging.getLogger(__name__)


@jobs.periodic("*/5 * * * *")
def forget_unpaid_drafts() -> None:
    services.drop_unpaid()


@jobs.periodic("*/5 * * * *")
def go_on_with_what_waits_for_an_agreement() -> None:
    services.go_on()


@jobs.periodic("*/10 * * * *")
def reconcile_payments() -> None:
    if not services.reconcile():
        log.warning("The books and the payment service differ: run `calla reconcile_payments`.")


@jobs.periodic("23 4 * * *")
def forget_old_notices() -> None:
    services.forget_old_notices()
