"""What orders do by the clock."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from calla.kernel import clock, jobs
from calla.orders import selectors, services

SENDING_BACK = timedelta(days=14)  # where the policy in force names no time to withdraw


@jobs.periodic("23 3 * * *")
def complete_delivered() -> None:
    """Delivered, and the time to send back is over: the order ends, and from that day its retention runs."""
    today = clock.today()
    for order_id, delivered in selectors.delivered():
        if _time_to_send_back(order_id, delivered) <= today:
            services.complete(order_id)


def _time_to_send_back(order_id: UUID, delivered: date) -> date:
    """By what binds the shop towards this buyer: a time that was shortened since is still as long for them."""
    period = selectors.bound_by(order_id).get("withdrawal.period")
    return period.after(delivered) if period else delivered + SENDING_BACK
