"""What notices and returns missed is found by asking: payments without orders, orders without payments, unpaid drafts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from calla.kernel import clock
from calla.orders import selectors as order_selectors
from calla.orders import services as orders
from calla.payments import gateway
from calla.payments.models import Payment
from calla.payments.services import settling, starting, strays
from calla.payments.states import TAKEN, UNPAID, PaymentState
from calla.payments.types import ReportedState

LOOK_BACK = timedelta(days=3)
GRACE = timedelta(minutes=2)  # for a buyer who is just coming back from the bank as the hold runs out


@dataclass(frozen=True)
class Reconciliation:
    """All three are empty when the books and the provider agree."""

    payments_without_order: tuple[str, ...]
    orders_without_payment: tuple[str, ...]
    amounts_differ: tuple[str, ...]

    def __bool__(self) -> bool:
        return not (self.payments_without_order or self.orders_without_payment or self.amounts_differ)


def reconcile(since: datetime | None = None) -> Reconciliation:
    """Settle everything the provider changed since then, then compare. Raises ProviderDown."""
    since = since or clock.now() - LOOK_BACK
    for report in list(gateway.provider().since(since)):
        payment = Payment.objects.filter(reference=report.reference).first()
        if payment:
            settling.take_over(payment, report)
        elif report.state not in {ReportedState.OPEN, ReportedState.EXPIRED, ReportedState.VOIDED, ReportedState.REFUNDED}:
            strays.take_care(report.reference)
    return compare(since)


def compare(since: datetime) -> Reconciliation:
    """Our books against the provider's, to the cent; changes nothing."""
    taken = {PaymentState(state) for state in TAKEN}
    without_order, differ = [], []
    for report in gateway.provider().since(since):
        payment = Payment.objects.filter(reference=report.reference).first()
        if payment is None and report.captured.minor > report.refunded.minor:
            without_order.append(report.reference)
        elif payment and (payment.captured_minor, payment.refunded_minor) != (report.captured.minor, report.refunded.minor):
            differ.append(report.reference)
    paid = Payment.objects.filter(state__in=[*taken, PaymentState.AUTHORISED]).values_list("order_id", flat=True)
    return Reconciliation(tuple(without_order), order_selectors.placed_without(set(paid), since), tuple(differ))


def drop_unpaid() -> int:
    """Forget the drafts whose hold ran out unpaid, and close their payments at the provider first; how many went."""
    return sum(_drop(order_id) for order_id in order_selectors.drafts_held_until(clock.now() - GRACE))


def _drop(order_id: UUID) -> bool:
    for payment in Payment.objects.filter(order_id=order_id, state__in=UNPAID):
        starting.end(payment)
    with transaction.atomic():
        order = orders.lock(order_id)
        payments = Payment.objects.filter(order_id=order_id)
        closed = {PaymentState.EXPIRED, PaymentState.VOIDED, PaymentState.REFUNDED}
        if order.state != "draft" or payments.exclude(state__in=closed).exists():
            return False
        payments.delete()
        return orders.forget_draft(order_id)
