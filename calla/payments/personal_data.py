from calla.kernel.money import Money
from calla.payments.models import Payment, PaymentRequestLog, ProviderNotice, Refund, Stray
from calla.privacy.registry import NOT_PERSONAL, Ending, Pseudonymous, declare, nothing_personal

GOES_WITH_THE_ORDER = "says what was paid, names nobody, and is deleted with the order"


def _amount(column: str, label: str) -> Pseudonymous:
    def told(payment: Payment) -> str:
        return Money(getattr(payment, column), payment.currency).format()

    return Pseudonymous("purchases", GOES_WITH_THE_ORDER, label=label, told=told)


def _refunded(refund: Refund) -> str:
    return Money(refund.amount_minor, refund.payment.currency).format()


declare(Payment, {
    "order_id": NOT_PERSONAL,
    "attempt": NOT_PERSONAL,
    "provider": NOT_PERSONAL,
    "reference": Pseudonymous("purchases", "the provider's own number for the payment", label="Its number there"),
    "state": NOT_PERSONAL,
    "currency": NOT_PERSONAL,
    "amount_minor": _amount("amount_minor", "Sum"),
    "authorised_minor": _amount("authorised_minor", "Promised by your bank"),
    "captured_minor": _amount("captured_minor", "Taken"),
    "refunded_minor": _amount("refunded_minor", "Given back"),
    "started_at": NOT_PERSONAL,
    "expires_at": NOT_PERSONAL,
    "placed_at": Pseudonymous("purchases", GOES_WITH_THE_ORDER, label="Order placed with it on"),
    "goes_back_at": NOT_PERSONAL,
    "lapsed_at": NOT_PERSONAL,
}, purpose="orders", ends=Ending(part_of="order", held=True), by="attempt")

declare(Refund, {
    "payment_id": NOT_PERSONAL,
    "amount_minor": Pseudonymous("purchases", GOES_WITH_THE_ORDER, label="Given back", told=_refunded),
    "state": NOT_PERSONAL,
    "actor": NOT_PERSONAL,
    "actor_subject": NOT_PERSONAL,
    "at": NOT_PERSONAL,
}, purpose="orders", ends=Ending(part_of="payment", held=True))

nothing_personal(PaymentRequestLog, ProviderNotice, Stray)
