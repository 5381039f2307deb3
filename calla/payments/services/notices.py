from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction

from calla.kernel import clock, jobs
from calla.payments import gateway
from calla.payments.models import Payment, ProviderNotice
from calla.payments.services import settling, strays

REPEATED_FOR = timedelta(days=30)  # the longest that a provider repeats a notice, with room to spare


def receive(headers: Mapping[str, str], body: bytes) -> bool:
    """Take in a provider's notice; True when it is new. Raises NoticeRefused, and then nothing is stored.

    Only its arrival is written, together with the job that looks up what it came to: the answer goes out at once.
    """
    provider = gateway.provider()
    notice = provider.read_notice(headers, body)
    with transaction.atomic():
        row, fresh = ProviderNotice.objects.get_or_create(
            provider=provider.name, event_id=notice.id,
            defaults={"kind": notice.kind.value, "reference": notice.reference or ""},
        )
        if fresh and notice.reference:
            jobs.enqueue(follow, row.pk)
    return fresh


@jobs.job
def follow(notice_id: int) -> None:
    """Settle the payment a notice speaks of. One we know nothing of is a stray."""
    notice = ProviderNotice.objects.get(pk=notice_id)
    payment = Payment.objects.filter(provider=notice.provider, reference=notice.reference).first()
    if payment:
        settling.settle(payment.id)
    else:
        strays.take_care(notice.reference)


def forget_old_notices() -> int:
    """Delete the notices that can no longer come again; how many."""
    return ProviderNotice.objects.filter(received_at__lt=clock.now() - REPEATED_FOR).delete()[0]
