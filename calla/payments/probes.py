"""What is promised about the payment service, tried."""

from __future__ import annotations

import re
from datetime import timedelta

from calla.customers.types import Address
from calla.kernel import clock, tokens
from calla.kernel.money import Money
from calla.orders import services as orders
from calla.orders.types import DraftRequest
from calla.payments import services
from calla.payments.errors import WaitsForAgreement
from calla.payments.models import Payment
from calla.policy import loads
from calla.privacy import versions
from calla.privacy.probing import expect, probe, refused

HOME = Address(country="DE", name="Calla Probe", lines=("Probenweg 1",), city="Bremen", postcode="28195")
MINUTE = timedelta(minutes=1)


@probe("processor.*")
def without_an_agreement_an_order_waits() -> None:
    """We suppose that every agreement ended long ago, try to pay an order, and see it kept with nothing sent."""
    policy = versions.current()
    over = re.sub(r"(agreement\.(?:from|until) = )\d{4}-", r"\g<1>1990-", policy.source.text)
    order = orders.draft(DraftRequest(
        cart_digest=tokens.digest(tokens.new_token()), name="Calla Probe", email="probe@calla.invalid", delivery=HOME,
        billing=HOME, lines=(), shipping=Money(100, "EUR"), tax=Money(0, "EUR"), shipping_method="", days=(1, 1),
        held_until=clock.now() + 10 * MINUTE,
    ))  # fmt: skip
    begun = "a payment was begun without an agreement"
    with versions.supposing(loads(over, policy.program, posted=True)), refused(WaitsForAgreement, otherwise=begun):
        services.start(order.id)
    kept = orders.lock(order.id)
    expect(kept.held_until > order.held_until + 10 * MINUTE, "an order that cannot be paid for now is not kept")
    [payment] = Payment.objects.filter(order=kept)
    expect(payment.lapsed_at and payment.reference is None, "nobody would learn that this order can be paid again")
