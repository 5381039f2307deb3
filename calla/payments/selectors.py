from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from calla.kernel.money import Money
from calla.payments.models import Payment
from calla.payments.services.cancelling import left
from calla.payments.states import UNPAID, PaymentState


@dataclass(frozen=True)
class PaymentView:
    """One attempt as the office sees it. `refundable` is what can still go back."""

    attempt: int
    provider: str
    reference: str
    state: str
    amount: Money
    captured: Money
    refunded: Money
    refundable: Money
    started_at: datetime


def of_order(order_id: UUID) -> tuple[PaymentView, ...]:
    return tuple(
        PaymentView(
            p.attempt, p.provider, p.reference or "", p.state, p.amount, p.money(p.captured_minor),
            p.money(p.refunded_minor), left(p), p.started_at,
        )
        for p in Payment.objects.filter(order_id=order_id).order_by("attempt")
    )


def status(order_id: UUID) -> str:
    return statuses([order_id])[order_id]


def statuses(order_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Derived from the payments, never typed in: unpaid, authorised, paid, partially_refunded, refunded, voided."""
    found = dict.fromkeys(order_ids, "unpaid")
    for payment in Payment.objects.filter(order_id__in=found).order_by("attempt"):
        if payment.state in UNPAID or (payment.state in GAVE_UP and found[payment.order_id] != "unpaid"):
            continue
        found[payment.order_id] = NAMES.get(PaymentState(payment.state), payment.state)
    return found


GAVE_UP = frozenset({PaymentState.VOIDED, PaymentState.EXPIRED})
NAMES = {PaymentState.CAPTURED: "paid", PaymentState.EXPIRED: "unpaid"}
