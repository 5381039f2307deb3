"""What the shop writes when a payment went wrong after the buyer had done their part."""

from __future__ import annotations

from uuid import UUID

from calla.catalogue import selectors as catalogue
from calla.kernel import links
from calla.orders import selectors as orders
from calla.orders.types import LineView
from calla.payments.models import Payment
from calla.privacy.letters import Draft, letter


@letter("payment_problem", purpose="orders")
def problem(payment_id: UUID) -> Draft | None:
    """Either the items were gone when the money was promised, or the promised money could not be taken."""
    payment = Payment.objects.filter(pk=payment_id).first()
    if payment is None:
        return None
    order = orders.for_letter(payment.order_id, "name")
    number = f" {order.number}" if order.number else ""
    context = {
        "name": order.details.name,
        "number": order.number,
        "gone": payment.placed_at is None,
        "total": order.total.format(catalogue.shop().locale),
        "lines": [_line(line) for line in order.lines],
        "order_url": links.absolute("order", token=order.token),
    }
    subject = f"Your order{number}: a problem with the payment" if order.number else "Your order could not be placed"
    return Draft(to=order.details.email, subject=subject, template="payments/letters/problem", context=context)


@letter("payment_possible", purpose="orders")
def possible(payment_id: UUID) -> Draft | None:
    """Nothing may have been sent to the payment service when the buyer pressed “Pay”; now it may."""
    payment = Payment.objects.filter(pk=payment_id, order__state="draft").first()
    if payment is None:
        return None
    order = orders.for_letter(payment.order_id, "name")
    context = {
        "name": order.details.name,
        "total": order.total.format(catalogue.shop().locale),
        "until": f"{order.held_until:%-d %B, %H:%M} UTC",
        "lines": [_line(line) for line in order.lines],
        "order_url": links.absolute("order", token=order.token),
    }
    subject = "You can pay for your order now"
    return Draft(to=order.details.email, subject=subject, template="payments/letters/possible", context=context)


def _line(line: LineView) -> str:
    kind = f" ({line.variant_title})" if line.variant_title else ""
    return f"{line.quantity} × {line.product_title}{kind}"
