from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from calla.kernel import clock, links
from calla.orders import selectors as order_selectors
from calla.orders import services as orders
from calla.payments import gateway
from calla.payments.errors import ProviderRefused
from calla.payments.models import Payment
from calla.payments.services import settling
from calla.payments.states import OVER, UNPAID, PaymentState, Step
from calla.payments.types import PaymentRequest, Started

ENOUGH_TIME = timedelta(minutes=5)


def start(order_id: UUID) -> str | None:
    """Where the buyer pays this draft order; None when nothing is left to pay.

    Asked again for the same total it is the same payment, so that twenty clicks open one page. When the total changed,
    or too little of its time is left, the old payment is ended first: only one can be paid. Raises ProviderDown.
    """
    payment, superseded = _prepare(order_id)
    for old in superseded:
        end(old)
    if payment is None:
        return None
    started = _ask(payment)
    payment.reference = started.reference
    Payment.objects.filter(pk=payment.pk, reference=None).update(reference=started.reference)
    Payment.objects.filter(pk=payment.pk, state=PaymentState.REQUESTED).update(state=PaymentState.OPEN)
    return started.pay_url


def end(payment: Payment) -> None:
    """Close a payment that nobody may use any more; if somebody just paid it, that counts."""
    try:
        if payment.reference is None:
            payment.reference = _ask(payment).reference
            Payment.objects.filter(pk=payment.pk).update(reference=payment.reference)
        reference = payment.reference
        gateway.ask(
            payment, Step.EXPIRE, f"{payment.id}:expire", payment.amount_minor,
            lambda key: gateway.provider().expire(reference, key=key),
        )
    except ProviderRefused:
        pass  # paid or over already: what it came to is looked up next
    settling.settle(payment.id)


@transaction.atomic
def _prepare(order_id: UUID) -> tuple[Payment | None, list[Payment]]:
    order = orders.lock(order_id)
    if order.state != "draft":
        return None, []
    attempts = list(Payment.objects.select_for_update().filter(order=order).order_by("attempt"))
    live = [payment for payment in attempts if payment.state not in OVER]
    if any(payment.state not in UNPAID for payment in live):
        return None, []
    for payment in live:
        if payment.amount == order.total and payment.expires_at - clock.now() > ENOUGH_TIME:
            return payment, [other for other in live if other != payment]
    fresh = Payment.objects.create(
        order=order, subject_id=order.subject_id, attempt=len(attempts) + 1, provider=gateway.provider().name,
        currency=order.currency, amount_minor=order.total_minor, expires_at=order.held_until,
    )
    return fresh, live


def _ask(payment: Payment) -> Started:
    """The same question each time, so that its key finds the same payment."""
    own_page = links.absolute("order", token=order_selectors.token_of(payment.order_id))
    request = PaymentRequest(
        amount=payment.amount, our_reference=str(payment.id), description="Your order", return_url=own_page,
        cancel_url=own_page, expires_at=payment.expires_at,
    )
    return gateway.ask(
        payment, Step.AUTHORISE, f"{payment.id}:start", payment.amount_minor,
        lambda key: gateway.provider().start(request, key=key),
    )

