"""Taking over what the provider says: the one place where a payment turns a draft into an order.

The return of the browser, a notice, the reconciliation and a colleague's click all end here, in any order and any
number of times. The order's row is locked first, so they queue up; the payment's state only moves forwards, and what
becomes of its money is decided once.
"""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.db import transaction

from calla.catalogue.errors import OutOfStock
from calla.kernel import clock, jobs
from calla.orders import services as orders
from calla.payments import gateway
from calla.payments.errors import ProviderDown, ProviderRefused
from calla.payments.models import Payment
from calla.payments.states import UNPAID, PaymentState, Step
from calla.payments.types import Look, Report, ReportedState
from calla.privacy import mail
from calla.privacy.errors import LetterRefused
from calla.privacy.types import SYSTEM

LET_GO = frozenset({PaymentState.VOIDED, PaymentState.EXPIRED})
CAN_GO_BACK = frozenset({ReportedState.CAPTURED, ReportedState.PARTIALLY_REFUNDED})


def settle(payment_id: UUID) -> PaymentState:
    """Look the payment up and let follow what must. Raises ProviderDown; then nothing has changed."""
    payment = Payment.objects.get(pk=payment_id)
    if payment.reference is None:
        return PaymentState(payment.state)
    return take_over(payment, gateway.provider().look_up(payment.reference))


@transaction.atomic
def take_over(payment: Payment, report: Report) -> PaymentState:
    """Apply a provider's report to our rows, under the lock of the order."""
    order = orders.lock(payment.order_id)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    payment.order = order
    payment.learn(report)
    if payment.holds_money and not payment.goes_back_at:
        _decide(payment, report)
    payment.save()
    pursue(payment)
    if payment.placed_at and not payment.goes_back_at and payment.state in LET_GO:
        _hold_back(payment)
    return PaymentState(payment.state)


def pursue(payment: Payment) -> None:
    """Leave the job that must follow for this payment's money, if one must; it may be left twice."""
    if payment.goes_back_at and payment.holds_money:
        jobs.enqueue(unwind, payment.id)
    elif payment.placed_at and payment.state == PaymentState.AUTHORISED:
        jobs.enqueue(capture, payment.id)


def refresh(order_id: UUID) -> Look:
    """The buyer looks at an order that waited for its bank when it was read: ask now. A provider that does not answer
    changes nothing. It has moved as well when a notice was taken over since it was read."""
    payments = list(Payment.objects.filter(order_id=order_id).exclude(reference=None))
    if any(payment.placed_at for payment in payments):
        return Look.MOVED
    look = Look.SAME
    for payment in (one for one in payments if one.state in UNPAID):
        try:
            report = gateway.provider().look_up(payment.reference or "")
        except (ProviderDown, ProviderRefused):
            return Look.SILENT
        if take_over(payment, report) != payment.state:
            look = Look.MOVED
    return look


@jobs.job
def capture(payment_id: UUID) -> None:
    """Take the promised money of a placed order."""
    payment = Payment.objects.filter(pk=payment_id, state=PaymentState.AUTHORISED, goes_back_at=None).first()
    if payment is None or payment.placed_at is None:
        return
    reference = payment.reference or ""
    try:
        report = gateway.ask(
            payment, Step.CAPTURE, f"{payment.id}:capture", payment.amount_minor,
            lambda key: gateway.provider().capture(reference, payment.amount, key=key),
        )
    except ProviderRefused as refused:
        if not refused.final:  # the shop's set-up is at fault, a look would be refused as well: the job tries again
            raise
        report = gateway.provider().look_up(reference)  # taken already, under a key the provider has forgotten?
        if report.state is ReportedState.AUTHORISED:
            _hold_back(payment)
            return
    take_over(payment, report)


@jobs.job
def unwind(payment_id: UUID) -> None:
    """Give back whatever this payment holds or took, once it was decided that it goes back."""
    payment = Payment.objects.filter(pk=payment_id).exclude(goes_back_at=None).first()
    if payment is None:
        return
    reference = payment.reference or ""
    report = gateway.provider().look_up(reference)
    if report.state is ReportedState.AUTHORISED:
        report = gateway.ask(
            payment, Step.VOID, f"{payment.id}:void", payment.amount_minor,
            lambda key: gateway.provider().void(reference, key=key),
        )
    elif report.state in CAN_GO_BACK:
        left = report.captured - report.refunded
        report = gateway.ask(
            payment, Step.REFUND, f"{payment.id}:unwind:{report.refunded.minor}", left.minor,
            lambda key: gateway.provider().refund(reference, left, key=key),
        )
    with transaction.atomic():
        orders.lock(payment.order_id)
        payment = Payment.objects.select_for_update().get(pk=payment_id)
        payment.learn(report)
        payment.save()


def _decide(payment: Payment, report: Report) -> None:
    """A payment that came too late, as a second one, or with another sum than the order's goes back."""
    if payment.placed_at:
        keeps = payment.order.state != "cancelled"
    elif payment.order.state == "draft" and _fits(payment, report):
        keeps = _placed(payment)
        if not keeps:
            _tell(payment)
    else:
        keeps = False
    if not keeps:
        payment.goes_back_at = clock.now()
    elif payment.placed_at is None:
        payment.placed_at = clock.now()


def _fits(payment: Payment, report: Report) -> bool:
    """Is this the very payment we asked for, and does it bring what the order costs now, to the cent?"""
    brings = report.captured - report.refunded if report.captured else report.authorised
    return report.our_reference == str(payment.id) and brings == report.amount == payment.amount == payment.order.total


def _placed(payment: Payment) -> bool:
    """Place the order, if its items are still there; the savepoint lets go of a half-way allocation."""
    try:
        with transaction.atomic():
            orders.place_locked(payment.order)
    except OutOfStock:
        return False
    return True


@transaction.atomic
def _hold_back(payment: Payment) -> None:
    """Placed, but the promised money did not come: nothing is sent until somebody has looked."""
    if orders.lock(payment.order_id).state == "placed":
        orders.hold_back(payment.order_id, by=SYSTEM)
        _tell(payment)


def _tell(payment: Payment) -> None:
    """A policy without this letter is no reason to keep the money."""
    with suppress(LetterRefused):
        mail.send("payment_problem", subject=payment.subject_id, about=payment.id)
