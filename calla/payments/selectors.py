from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from calla.kernel.money import Money
from calla.payments.errors import NoSuchPayment
from calla.payments.models import Payment
from calla.payments.services.cancelling import left
from calla.payments.services.waiting import possible as possible
from calla.payments.states import REFUNDABLE, PaymentState


@dataclass(frozen=True)
class PaymentView:
    """One attempt as the office sees it. `refundable` can still be granted; `on_its_way` goes back and is not there
    yet; with `goes_back` all of it goes back. What counts is the one that `placed` its order."""

    attempt: int
    provider: str
    reference: str
    state: str
    amount: Money
    captured: Money
    refunded: Money
    refundable: Money
    on_its_way: Money
    started_at: datetime
    goes_back: bool
    placed: bool


def of_order(order_id: UUID) -> tuple[PaymentView, ...]:
    return tuple(_view(payment) for payment in Payment.objects.filter(order_id=order_id).order_by("attempt"))


def _view(payment: Payment) -> PaymentView:
    money, goes_back, placed = payment.money, payment.goes_back_at is not None, payment.placed_at is not None
    taken = money(payment.captured_minor - payment.refunded_minor if payment.state in REFUNDABLE else 0)
    rest = left(payment) if taken.minor and placed and not goes_back else money(0)
    return PaymentView(
        payment.attempt, payment.provider, payment.reference or "", payment.state, payment.amount,
        money(payment.captured_minor), money(payment.refunded_minor), rest, taken - rest,
        payment.started_at, goes_back, placed,
    )  # fmt: skip


def status_among(attempts: Iterable[PaymentView], total: Money) -> str:
    """What `status` says of an order past its draft, told from its attempts, which somebody has read already."""
    placed_by = next((PaymentState(one.state) for one in attempts if one.placed), None)
    if placed_by is None:
        return "unpaid" if total.minor else "paid"
    return NAMES.get(placed_by, placed_by.value)


def order_of(payment_id: UUID) -> UUID:
    """Which order this attempt is for. Raises NoSuchPayment."""
    found = Payment.objects.filter(pk=payment_id).values_list("order_id", flat=True).first()
    if found is None:
        raise NoSuchPayment
    return found


def status(order_id: UUID, *, free: bool = False) -> str:
    return statuses([order_id], free={order_id} if free else set())[order_id]


def statuses(order_ids: Iterable[UUID], *, free: Collection[UUID] = ()) -> dict[UUID, str]:
    """That of the payment which placed the order: authorised, paid, partially_refunded, refunded, voided, disputed. An
    order that no payment has placed is unpaid, or paid where it was placed and is `free`."""
    found = {order_id: "paid" if order_id in free else "unpaid" for order_id in order_ids}
    for payment in Payment.objects.filter(order_id__in=found, placed_at__isnull=False):
        found[payment.order_id] = NAMES.get(PaymentState(payment.state), payment.state)
    return found


NAMES = {PaymentState.CAPTURED: "paid", PaymentState.EXPIRED: "voided"}


def waiting_for_agreement() -> int:
    """How many drafts wait, kept for their buyers, because nothing may be sent to the payment service."""
    return Payment.objects.filter(lapsed_at__isnull=False, order__state="draft").count()


def waits(order_id: UUID) -> bool:
    """Whether this draft is kept for its buyer, who cannot pay it today."""
    return not possible() and Payment.objects.filter(order_id=order_id, lapsed_at__isnull=False).exists()
