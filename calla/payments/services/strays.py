"""Payments at the provider that no order here knows: paid after their draft was forgotten. What they promise is let go.

Only placed orders have their money taken, and a placed order is not forgotten within days. Money that was taken for no
order we know means that our database lost something, whose parcel may have left, or that another shop uses the same
account. So no clock gives it back: it is told, and a person who has looked calls `pay_back`.
"""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from calla.kernel import clock
from calla.kernel.money import Money
from calla.payments import gateway
from calla.payments.errors import NotStray
from calla.payments.models import Payment, Stray
from calla.payments.services import settling
from calla.payments.types import Report, ReportedState


def take_care(reference: str) -> None:
    """Adopt it when it is the very payment we asked for (we crashed before writing its name down); else let it go."""
    provider = gateway.provider()
    report = provider.look_up(reference)
    if payment := _ours(report):
        Payment.objects.filter(pk=payment.pk, reference=None).update(reference=reference)
        settling.settle(payment.pk)
    elif report.state is ReportedState.AUTHORISED:
        stray, _ = Stray.objects.get_or_create(provider=provider.name, reference=reference)
        provider.void(reference, key=f"stray:{reference}:void")
        Stray.objects.filter(pk=stray.pk).update(settled_at=clock.now())


def pay_back(reference: str) -> Money:
    """Give back what was taken for no order of ours; how much. Raises NotStray, ProviderDown, ProviderRefused."""
    provider = gateway.provider()
    report = provider.look_up(reference)
    left = report.captured - report.refunded
    if _ours(report) or Payment.objects.filter(provider=provider.name, reference=reference).exists():
        raise NotStray("This payment belongs to an order of this shop: cancel that, or refund it there.")
    if report.state not in settling.CAN_GO_BACK or not left.minor:
        raise NotStray("Of this payment nothing is left that could be given back.")
    stray, _ = Stray.objects.get_or_create(provider=provider.name, reference=reference)
    provider.refund(reference, left, key=f"stray:{reference}:refund:{report.refunded.minor}")
    Stray.objects.filter(pk=stray.pk).update(settled_at=clock.now())
    return left


def _ours(report: Report) -> Payment | None:
    """Another payment may carry the number of one of ours; it is that one only if nothing else contradicts."""
    with suppress(ValueError):
        payment = Payment.objects.filter(pk=UUID(report.our_reference)).first()
        if payment and payment.reference in {None, report.reference} and payment.amount == report.amount:
            return payment
    return None
