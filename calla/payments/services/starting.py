from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from calla.kernel import clock, links
from calla.kernel.money import Money
from calla.orders import services as orders
from calla.payments import gateway
from calla.payments.errors import ProviderRefused, TimeIsOver, WaitsForAgreement
from calla.payments.models import Payment
from calla.payments.services import settling, waiting
from calla.payments.states import UNPAID, PaymentState, Step
from calla.payments.types import PaymentRequest, Started
from calla.privacy.types import SYSTEM

ENOUGH_TIME = timedelta(minutes=5)


def start(order_id: UUID) -> str | None:
    """Where the buyer pays this draft order; None when nothing is left to pay. One that costs nothing is placed.

    Asked again for the same total it is the same payment, so that twenty clicks open one page. When the total changed,
    or a new one would leave more time, the old payment is ended first: only one can be paid. Raises ProviderDown,
    ProviderRefused, TimeIsOver, WaitsForAgreement, and OutOfStock for one that costs nothing and whose pieces are gone.
    """
    try:
        for old in _outdated(order_id):
            end(old)
        payment = _attempt(order_id)
        if payment is None:
            return None
        started = _ask(payment)
    except ProviderRefused as refused:
        if refused.reason == "agreement_lapsed":
            raise WaitsForAgreement(waiting.keep(order_id)) from None
        raise
    if payment.state == PaymentState.REQUESTED:
        new = Payment.objects.filter(pk=payment.pk, state=PaymentState.REQUESTED)
        new.update(reference=started.reference, state=PaymentState.OPEN)
    return started.pay_url


def end(payment: Payment) -> None:
    """Close a payment that nobody may use any more; if somebody just paid it, that counts."""
    try:
        _expire(payment)
    except ProviderRefused as refused:
        if not refused.final:
            raise
        if payment.reference is None:  # its time was over before the provider had ever heard of it
            Payment.objects.filter(pk=payment.pk, reference=None).update(state=PaymentState.EXPIRED)
    settling.settle(payment.id)


def _expire(payment: Payment) -> None:
    if payment.reference is None:
        payment.reference = _ask(payment).reference
        Payment.objects.filter(pk=payment.pk, reference=None).update(reference=payment.reference)
    reference = payment.reference
    gateway.ask(
        payment, Step.EXPIRE, f"{payment.id}:expire", payment.amount_minor,
        lambda key: gateway.provider().expire(reference, key=key),
    )


def _outdated(order_id: UUID) -> list[Payment]:
    unpaid = Payment.objects.filter(order_id=order_id, order__state="draft", state__in=UNPAID).select_related("order")
    return [payment for payment in unpaid if not _serves(payment, payment.order.total, payment.order.held_until)]


@transaction.atomic
def _attempt(order_id: UUID) -> Payment | None:
    order = orders.lock(order_id)
    if order.state != "draft":
        return None
    attempts = list(Payment.objects.select_for_update().filter(order=order).order_by("attempt"))
    for payment in attempts:
        if payment.state in UNPAID and _serves(payment, order.total, order.held_until):
            return payment
    if order.held_until <= clock.now():
        raise TimeIsOver
    if not order.total_minor:
        orders.place_locked(order, by=SYSTEM)
        return None
    return Payment.objects.create(
        order=order, subject_id=order.subject_id, attempt=len(attempts) + 1, provider=gateway.provider().name,
        currency=order.currency, amount_minor=order.total_minor, expires_at=order.held_until,
    )


def _serves(payment: Payment, total: Money, held_until: datetime) -> bool:
    """For the order's present total, and with time enough, or as much as a new one would have."""
    left = payment.expires_at - clock.now()
    lasts = left > ENOUGH_TIME or (left > timedelta(0) and payment.expires_at >= held_until)
    return payment.amount == total and lasts


def _ask(payment: Payment) -> Started:
    """The same question each time, so that its key finds the same payment.

    The way back names the payment, not the order's secret address: what the provider knows opens no order.
    """
    way_back = links.absolute("returned", payment=str(payment.id))
    request = PaymentRequest(
        amount=payment.amount, our_reference=str(payment.id), description="Your order", return_url=way_back,
        cancel_url=way_back, expires_at=payment.expires_at,
    )
    return gateway.ask(
        payment, Step.AUTHORISE, f"{payment.id}:start", payment.amount_minor,
        lambda key: gateway.provider().start(request, key=key),
    )
