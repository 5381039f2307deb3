from __future__ import annotations

from uuid import UUID

from django.db import transaction

from calla.kernel import clock, jobs
from calla.kernel.money import Money
from calla.orders import services as orders
from calla.orders.types import CancelReason
from calla.payments import gateway
from calla.payments.errors import ProviderRefused, TooMuch
from calla.payments.models import Payment, Refund
from calla.payments.services import settling
from calla.payments.states import REFUNDABLE, RefundState, Step
from calla.privacy.types import Actor


@transaction.atomic
def cancel(order_id: UUID, reason: CancelReason, *, by: Actor) -> None:
    """Call an order off and give its money back: released if it was promised, refunded if it was taken."""
    orders.cancel(order_id, reason, by=by)
    for payment in Payment.objects.select_for_update().filter(order_id=order_id):
        if payment.holds_money:
            payment.goes_back_at = payment.goes_back_at or clock.now()
            payment.save(update_fields=["goes_back_at"])
            settling.pursue(payment)


@transaction.atomic
def refund(order_id: UUID, amount: Money, *, by: Actor) -> Refund:
    """Give back part or all of what an order paid. Raises TooMuch, also when several are asked for at once."""
    orders.lock(order_id)
    placed = Payment.objects.filter(order_id=order_id, placed_at__isnull=False, goes_back_at=None, state__in=REFUNDABLE)
    payment = placed.select_for_update().first()
    if payment is None or not 0 < amount.minor <= left(payment).minor or amount.currency != payment.currency:
        raise TooMuch(left(payment) if payment else Money(0, amount.currency))
    granted = Refund.objects.create(
        payment=payment, subject_id=payment.subject_id, amount_minor=amount.minor, actor=by.kind,
        actor_subject=by.subject,
    )
    jobs.enqueue(send_refund, granted.id)
    return granted


def left(payment: Payment) -> Money:
    """What can still go back: taken, less what went back and what is on its way there."""
    pending = sum(payment.refunds.filter(state=RefundState.PENDING).values_list("amount_minor", flat=True))
    return payment.money(max(0, payment.captured_minor - payment.refunded_minor - pending))


@jobs.job
def send_refund(refund_id: UUID) -> None:
    granted = Refund.objects.select_related("payment").get(pk=refund_id)
    if granted.state != RefundState.PENDING:
        return
    payment, reference = granted.payment, granted.payment.reference or ""
    amount = payment.money(granted.amount_minor)
    try:
        report = gateway.ask(
            payment, Step.REFUND, f"{granted.id}:refund", amount.minor,
            lambda key: gateway.provider().refund(reference, amount, key=key),
        )
    except ProviderRefused as refused:
        if not refused.final:
            raise
        Refund.objects.filter(pk=refund_id, state=RefundState.PENDING).update(state=RefundState.FAILED)
        return
    with transaction.atomic():
        settling.take_over(payment, report)
        Refund.objects.filter(pk=refund_id).update(state=RefundState.SUCCEEDED)
