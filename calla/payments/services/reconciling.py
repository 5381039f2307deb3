"""What notices and returns missed is found by asking, and then the two sets of books are laid side by side."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from calla.kernel import clock, jobs
from calla.orders import selectors as order_selectors
from calla.orders.errors import NoSuchOrder
from calla.payments import gateway
from calla.payments.models import Payment, Refund
from calla.payments.services import cancelling, settling, starting, strays
from calla.payments.states import HOLDING, TAKEN, UNPAID, PaymentState, RefundState
from calla.payments.types import Report, ReportedState

LOOK_BACK = timedelta(days=3)
LONG_ENOUGH = timedelta(minutes=5)  # for a job to have done its work, if it was not lost
OVER_THERE = frozenset({ReportedState.OPEN, ReportedState.EXPIRED, ReportedState.VOIDED, ReportedState.REFUNDED})


@dataclass(frozen=True)
class Reconciliation:
    """All three are empty when the books and the provider agree: references, order numbers, references."""

    payments_without_order: tuple[str, ...]
    orders_without_payment: tuple[str, ...]
    amounts_differ: tuple[str, ...]

    def __bool__(self) -> bool:
        return not (self.payments_without_order or self.orders_without_payment or self.amounts_differ)


def reconcile(since: datetime | None = None) -> Reconciliation:
    """Settle everything the provider changed since then, go on with what was left half done, then compare.

    Raises ProviderDown, ProviderRefused.
    """
    since = since or clock.now() - LOOK_BACK
    for report in list(gateway.provider().since(since)):
        payment = _payment(report)
        if payment is None and report.state not in OVER_THERE:
            strays.take_care(report.reference)
        elif payment and not _knows(payment, report):
            with suppress(NoSuchOrder):  # forgotten at this moment
                settling.take_over(payment, report)
    _go_on()
    return compare(since)


def compare(since: datetime) -> Reconciliation:
    """Our books against the provider's, to the cent; changes nothing."""
    without_order, differ = [], []
    for report in list(gateway.provider().since(since)):
        payment = _payment(report)
        if payment is None and report.captured.minor > report.refunded.minor:
            without_order.append(report.reference)
        elif payment and not _same_money(payment, report) and not _same_money_now(report.reference):
            differ.append(report.reference)
    pays = Payment.objects.filter(state__in=[*TAKEN, PaymentState.AUTHORISED], placed_at__gte=since, goes_back_at=None)
    orders_paid = set(pays.values_list("order_id", flat=True))
    return Reconciliation(tuple(without_order), order_selectors.placed_without(orders_paid, since), tuple(differ))


def _go_on() -> None:
    """Whatever a lost job left: money promised or going back, refunds not sent, attempts nobody can use any more."""
    holding = Payment.objects.filter(state__in=HOLDING)
    holding.filter(order__state="cancelled", goes_back_at=None).update(goes_back_at=clock.now())
    for payment in holding.filter(Q(goes_back_at__isnull=False) | Q(state=PaymentState.AUTHORISED)):
        settling.pursue(payment)
    unsent = Refund.objects.filter(state=RefundState.PENDING, at__lt=clock.now() - LONG_ENOUGH)
    for refund_id in unsent.values_list("id", flat=True):
        jobs.enqueue(cancelling.send_refund, refund_id)
    left_over = Payment.objects.filter(state__in=UNPAID, expires_at__lt=clock.now() - LONG_ENOUGH)
    for payment in left_over.exclude(order__state="draft"):
        starting.end(payment)


def _payment(report: Report) -> Payment | None:
    return Payment.objects.filter(provider=gateway.provider().name, reference=report.reference).first()


def _knows(payment: Payment, report: Report) -> bool:
    return payment.state == report.state.value and _same_money(payment, report)


def _same_money(payment: Payment, report: Report) -> bool:
    return (payment.captured_minor, payment.refunded_minor) == (report.captured.minor, report.refunded.minor)


def _same_money_now(reference: str) -> bool:
    """Looked at once more: a job may have moved the payment between the two looks."""
    report = gateway.provider().look_up(reference)
    payment = _payment(report)
    return payment is not None and _same_money(payment, report)
