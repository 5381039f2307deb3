"""Payments at the provider that no order here knows: paid after their draft was forgotten. Their money goes back."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from calla.kernel import clock
from calla.payments import gateway
from calla.payments.models import Payment, Stray
from calla.payments.services import settling
from calla.payments.types import Report, ReportedState


def take_care(reference: str) -> None:
    """Adopt it when its own reference is one of ours (we crashed before writing down theirs); else give it back."""
    report = gateway.provider().look_up(reference)
    if payment := _ours(report):
        Payment.objects.filter(pk=payment.pk, reference=None).update(reference=reference)
        settling.settle(payment.pk)
    elif report.state in {ReportedState.AUTHORISED, ReportedState.CAPTURED, ReportedState.PARTIALLY_REFUNDED}:
        stray, _ = Stray.objects.get_or_create(provider=gateway.provider().name, reference=reference)
        _give_back(report)
        Stray.objects.filter(pk=stray.pk).update(settled_at=clock.now())


def _ours(report: Report) -> Payment | None:
    with suppress(ValueError):
        return Payment.objects.filter(pk=UUID(report.our_reference)).first()
    return None


def _give_back(report: Report) -> None:
    provider, left = gateway.provider(), report.captured - report.refunded
    if report.state is ReportedState.AUTHORISED:
        provider.void(report.reference, key=f"stray:{report.reference}:void")
    elif left.minor > 0:
        provider.refund(report.reference, left, key=f"stray:{report.reference}:refund:{report.refunded.minor}")
