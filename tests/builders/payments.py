"""Payments of placed orders, as the provider's word left them."""

from calla.kernel import clock
from calla.orders.models import Order
from calla.payments.models import Payment


def a_taken_payment(order: Order) -> Payment:
    return Payment.objects.create(
        order=order, subject_id=order.subject_id, attempt=1, provider="testpay", reference="pay_1", state="captured",
        currency="EUR", amount_minor=order.total_minor, authorised_minor=order.total_minor,
        captured_minor=order.total_minor, expires_at=clock.now(), placed_at=clock.now(),
    )
