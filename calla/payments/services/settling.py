"""Taking over what the provider says: the one place where a payment turns a draft into an order.

The return of the browser, a notice, the reconciliation and a colleague's click all end here, in any order and any
number of times. The order's row is locked first, so they queue up, and the state only moves forwards.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from calla.catalogue.errors import OutOfStock
from calla.kernel import jobs
from calla.orders import services as orders
from calla.payments import gateway
from calla.payments.errors import ProviderDown, ProviderRefused
from calla.payments.models import Payment
from calla.payments.states import UNPAID, PaymentState, Step
from calla.payments.types import Report
from calla.privacy.types import SYSTEM


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
    payment.learn(report)
    payment.save()
    if payment.state == PaymentState.AUTHORISED:
        fits = report.our_reference == str(payment.id) and report.amount == payment.amount == order.total
        if order.state == "draft" and fits and report.authorised == payment.amount and _placed(order.id):
            jobs.enqueue(capture, payment.id, alone=payment.id)
        elif order.state == "draft" or not _pays(payment):
            jobs.enqueue(unwind, payment.id, alone=payment.id)
        else:
            jobs.enqueue(capture, payment.id, alone=payment.id)
    elif payment.captured_minor > payment.refunded_minor and (order.state == "cancelled" or not _pays(payment)):
        jobs.enqueue(unwind, payment.id, alone=payment.id)
    return PaymentState(payment.state)


def refresh(order_id: UUID) -> None:
    """The buyer looks at an order that waits for its bank: ask now. A provider that does not answer changes nothing."""
    for payment in Payment.objects.filter(order_id=order_id, state__in=UNPAID).exclude(reference=None):
        try:
            settle(payment.id)
        except ProviderDown:
            return


@jobs.job
def capture(payment_id: UUID) -> None:
    """Take the money of a placed order. One that was cancelled meanwhile gets it back instead."""
    with transaction.atomic():
        order = orders.lock(Payment.objects.values_list("order_id", flat=True).get(pk=payment_id))
        payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.state != PaymentState.AUTHORISED:
        return
    if order.state in {"draft", "cancelled"}:
        unwind(payment_id)
        return
    reference = payment.reference or ""
    try:
        report = gateway.ask(
            payment, Step.CAPTURE, f"{payment.id}:capture", payment.amount_minor,
            lambda key: gateway.provider().capture(reference, payment.amount, key=key),
        )
    except ProviderRefused:
        _hold_back(order.id)  # placed, but the promised money did not come: nothing is sent until somebody has looked
    else:
        take_over(payment, report)


@jobs.job
def unwind(payment_id: UUID) -> None:
    """Give back whatever this payment holds or took: its order is cancelled, was paid twice, or cannot be placed."""
    payment = Payment.objects.get(pk=payment_id)
    reference = payment.reference or ""
    report = gateway.provider().look_up(reference)
    if report.state.value == "authorised":
        report = gateway.ask(
            payment, Step.VOID, f"{payment.id}:void", payment.amount_minor,
            lambda key: gateway.provider().void(reference, key=key),
        )
    elif (left := report.captured - report.refunded) and left.minor > 0:
        report = gateway.ask(
            payment, Step.REFUND, f"{payment.id}:unwind:{report.refunded.minor}", left.minor,
            lambda key: gateway.provider().refund(reference, left, key=key),
        )
    with transaction.atomic():
        orders.lock(payment.order_id)
        payment = Payment.objects.select_for_update().get(pk=payment_id)
        payment.learn(report)
        payment.save()


def _hold_back(order_id: UUID) -> None:
    with transaction.atomic():
        if orders.lock(order_id).state == "placed":
            orders.hold_back(order_id, by=SYSTEM)


def _placed(order_id: UUID) -> bool:
    """Place the order, if its items are still there; the savepoint lets go of a half-way allocation."""
    try:
        with transaction.atomic():
            orders.place(order_id)
    except OutOfStock:
        return False
    return True


def _pays(payment: Payment) -> bool:
    """Is this the payment that placed its order? A second one that was paid as well goes back."""
    others = Payment.objects.filter(order_id=payment.order_id).exclude(pk=payment.pk)
    first = others.exclude(state__in=[*UNPAID, PaymentState.VOIDED, PaymentState.EXPIRED]).order_by("attempt").first()
    return first is None or payment.attempt < first.attempt
