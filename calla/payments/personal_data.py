from calla.payments.models import Payment, PaymentRequestLog, ProviderNotice, Refund, Stray
from calla.privacy.registry import NOT_PERSONAL, Ending, Pseudonymous, declare, nothing_personal

GOES_WITH_THE_ORDER = "says what was paid, names nobody, and is deleted with the order"

declare(Payment, {
    "order_id": NOT_PERSONAL,
    "attempt": NOT_PERSONAL,
    "provider": NOT_PERSONAL,
    "reference": Pseudonymous("purchases", "the provider's own number for the payment"),
    "state": NOT_PERSONAL,
    "currency": NOT_PERSONAL,
    "amount_minor": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "authorised_minor": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "captured_minor": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "refunded_minor": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "started_at": NOT_PERSONAL,
    "expires_at": NOT_PERSONAL,
    "placed_at": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "goes_back_at": NOT_PERSONAL,
    "lapsed_at": NOT_PERSONAL,
}, purpose="orders", ends=Ending(part_of="order", held=True))

declare(Refund, {
    "payment_id": NOT_PERSONAL,
    "amount_minor": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "state": NOT_PERSONAL,
    "actor": NOT_PERSONAL,
    "actor_subject": NOT_PERSONAL,
    "at": NOT_PERSONAL,
}, purpose="orders", ends=Ending(part_of="payment", held=True))

nothing_personal(PaymentRequestLog, ProviderNotice, Stray)
