from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.db import models

from calla.kernel import clock
from calla.kernel.money import Money
from calla.kernel.transitions import move
from calla.payments.states import HOLDING, PAYMENT_MOVES, PaymentState, RefundState, Step
from calla.payments.types import Report
from calla.privacy.sealed import AboutPerson


class Payment(AboutPerson):
    """One attempt to pay an order at one provider. Amounts are what the provider last reported.

    Once it brings money it is decided, once and for all, what becomes of it: it placed its order (`placed_at`), or it
    goes back (`goes_back_at`). One that placed its order goes back when that is cancelled. `lapsed_at`: no agreement
    with the provider was in force then, so it was never asked, and the buyer waits for our word.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="payments")
    attempt = models.PositiveSmallIntegerField()
    provider = models.CharField(max_length=20)
    reference = models.CharField(max_length=80, null=True)
    state = models.CharField(max_length=20, choices=PaymentState.choices, default=PaymentState.REQUESTED)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    authorised_minor = models.BigIntegerField(default=0)
    captured_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    placed_at = models.DateTimeField(null=True)
    goes_back_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "attempt"], name="attempts_are_numbered"),
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(placed_at__isnull=False), name="one_payment_places_an_order"
            ),
            models.UniqueConstraint(fields=["provider", "reference"], name="one_payment_per_reference"),
            models.CheckConstraint(
                name="never_more_back_than_taken",
                condition=models.Q(
                    refunded_minor__lte=models.F("captured_minor"), captured_minor__lte=models.F("amount_minor")
                ),
            ),
        ]
        indexes = [models.Index(fields=["state", "started_at"])]

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)

    @property
    def amount(self) -> Money:
        return self.money(self.amount_minor)

    @property
    def holds_money(self) -> bool:
        """Something is promised, or was taken and can go back. What the buyer's bank disputes lies with the bank."""
        return self.state in HOLDING

    def learn(self, report: Report) -> bool:
        """Take over what the provider reports; True when it moved the payment. An older report moves nothing back."""
        new, old = PaymentState(report.state.value), PaymentState(self.state)
        self.authorised_minor = max(self.authorised_minor, report.authorised.minor)
        self.captured_minor = max(self.captured_minor, report.captured.minor)
        self.refunded_minor = max(self.refunded_minor, report.refunded.minor)
        if new == old or new not in PAYMENT_MOVES[old]:
            return False
        self.state = move("payment", PAYMENT_MOVES, old, new)
        return True

    def life(self) -> dict[str, date]:
        return self.order.life()


class PaymentRequestLog(models.Model):
    """What was asked of a provider under which key: written before the call, so that a crash leaves a trace."""

    payment = models.ForeignKey(Payment, models.CASCADE, related_name="requests")
    step = models.CharField(max_length=12, choices=Step.choices)
    key = models.CharField(max_length=80, unique=True)
    amount_minor = models.BigIntegerField()
    at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True)


class Refund(AboutPerson):
    """Money that goes back, decided here and carried out by the provider."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    payment = models.ForeignKey(Payment, models.CASCADE, related_name="refunds")
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=RefundState.choices, default=RefundState.PENDING)
    actor = models.CharField(max_length=20)
    actor_subject = models.UUIDField(null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.CheckConstraint(name="something_goes_back", condition=models.Q(amount_minor__gt=0))]


class ProviderNotice(models.Model):
    """A provider's notice, once. Holds no amounts: what it came to is looked up."""

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=30)
    reference = models.CharField(max_length=80)
    received_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="each_notice_once")]


class Stray(models.Model):
    """A payment at the provider that belongs to no order here (its draft was forgotten), and what was done about it."""

    provider = models.CharField(max_length=20)
    reference = models.CharField(max_length=80)
    found_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "reference"], name="each_stray_once")]
