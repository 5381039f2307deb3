"""Orders whose payment waits, because no agreement with the payment service is in force.

The sale is not lost: the draft and its pieces are kept for days, the office and the doctor say so, and when a new
agreement is posted each buyer is written to and can pay.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from calla.kernel import clock
from calla.orders import services as orders
from calla.payments.models import Payment
from calla.payments.states import UNPAID, PaymentState
from calla.policy import enforces
from calla.privacy import egress, mail
from calla.privacy.errors import AgreementLapsed

KEPT = timedelta(days=7)
TO_PAY = timedelta(days=2)  # for somebody who was written to and must come back
STEP = "orders.payment"


@enforces("processor.*")
@transaction.atomic
def keep(order_id: UUID) -> date:
    """Nothing was sent for its last payment; until when the order is kept."""
    order = orders.lock(order_id)
    orders.keep(order, clock.now() + KEPT)
    payment = Payment.objects.filter(order=order, state__in=UNPAID).order_by("-attempt").first()
    if payment is not None:
        Payment.objects.filter(order=order).update(lapsed_at=None)  # it waits once, however often “Pay” is pressed
        never_asked = {"state": PaymentState.EXPIRED} if payment.reference is None else {}
        Payment.objects.filter(pk=payment.pk).update(lapsed_at=clock.now(), **never_asked)
    return order.held_until.date()


def possible() -> bool:
    """Whether anything may be sent to the payment service today."""
    try:
        egress.agreement(STEP)
    except AgreementLapsed:
        return False
    return True


def go_on() -> int:
    """Once an agreement is in force again, write to all who wait; how many that are."""
    if not possible():
        return 0
    waiting = Payment.objects.filter(lapsed_at__isnull=False, order__state="draft").values_list("pk", flat=True)
    return sum(_invite(payment_id) for payment_id in list(waiting))


@transaction.atomic
def _invite(payment_id: UUID) -> bool:
    payment = Payment.objects.get(pk=payment_id)
    order = orders.lock(payment.order_id)
    first = Payment.objects.filter(pk=payment_id, lapsed_at__isnull=False).update(lapsed_at=None)
    if not first or order.state != "draft":
        return False
    orders.keep(order, clock.now() + TO_PAY)
    mail.send("payment_possible", subject=payment.subject_id, about=payment.id)
    return True
