"""The provider this shop is set up with, and the note that is made before each call to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from django.conf import settings

from calla.kernel import clock
from calla.payments.models import Payment, PaymentRequestLog
from calla.payments.providers.base import Provider
from calla.payments.providers.testpay import TestPay
from calla.payments.states import Step

T = TypeVar("T")


@lru_cache(maxsize=1)
def provider() -> Provider:
    return TestPay(settings.EGRESS["orders.payment"], settings.PAYMENT_KEY, settings.WEBHOOK_SECRETS)


def ask(payment: Payment, step: Step, key: str, amount_minor: int, call: Callable[[str], T]) -> T:
    """Write down what is asked under which key, durably, and then ask; never inside a transaction that holds a lock."""
    asked = PaymentRequestLog(key=key, payment=payment, step=step, amount_minor=amount_minor)
    PaymentRequestLog.objects.bulk_create([asked], ignore_conflicts=True)  # asked before: the same key, the same row
    answer = call(key)
    PaymentRequestLog.objects.filter(key=key).update(answered_at=clock.now())
    return answer
