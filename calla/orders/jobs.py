"""What orders do by the clock."""

from __future__ import annotations

from datetime import timedelta

from calla.kernel import clock, jobs
from calla.orders import selectors, services
from calla.privacy import versions

SENDING_BACK = timedelta(days=14)  # where the policy in force names no time to withdraw


@jobs.periodic("23 3 * * *")
def complete_delivered() -> None:
    """Delivered, and the time to send back is over: the order ends, and from that day its retention runs."""
    period = versions.current().get("withdrawal.period")
    today = clock.today()
    for order_id, delivered in selectors.delivered():
        if (period.after(delivered) if period else delivered + SENDING_BACK) <= today:
            services.complete(order_id)
