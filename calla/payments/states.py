"""Where a payment stands. Only the provider's reports move it, and only forwards, whatever order notices come in."""

from __future__ import annotations

from django.db.models import TextChoices


class PaymentState(TextChoices):
    """`requested` was asked for and may or may not have reached the provider; `authorised` is money promised, which
    lapses unless captured; `captured` is money taken."""

    REQUESTED = "requested"
    OPEN = "open"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"
    EXPIRED = "expired"
    DISPUTED = "disputed"


UNPAID = frozenset({PaymentState.REQUESTED, PaymentState.OPEN})
OVER = frozenset({PaymentState.VOIDED, PaymentState.EXPIRED, PaymentState.REFUNDED})
REFUNDABLE = frozenset({PaymentState.CAPTURED, PaymentState.PARTIALLY_REFUNDED})
HOLDING = REFUNDABLE | {PaymentState.AUTHORISED}
TAKEN = REFUNDABLE | {PaymentState.REFUNDED, PaymentState.DISPUTED}

PAYMENT_MOVES = {
    PaymentState.REQUESTED: set(PaymentState) - {PaymentState.REQUESTED},
    PaymentState.OPEN: set(PaymentState) - {PaymentState.REQUESTED, PaymentState.OPEN},
    PaymentState.AUTHORISED: TAKEN | {PaymentState.VOIDED, PaymentState.EXPIRED},
    PaymentState.CAPTURED: TAKEN - {PaymentState.CAPTURED},
    PaymentState.PARTIALLY_REFUNDED: {PaymentState.REFUNDED, PaymentState.DISPUTED},
    PaymentState.REFUNDED: {PaymentState.DISPUTED},
    PaymentState.VOIDED: set[PaymentState](),
    PaymentState.EXPIRED: set[PaymentState](),
    PaymentState.DISPUTED: set[PaymentState](),
}


class RefundState(TextChoices):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Step(TextChoices):
    """What was asked of the provider: each is written down before the call, with its key."""

    AUTHORISE = "authorise"
    CAPTURE = "capture"
    EXPIRE = "expire"
    REFUND = "refund"
    VOID = "void"
