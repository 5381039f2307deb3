"""Drafts whose hold ran out unpaid: their payments are closed at the provider first, then nothing is kept of them."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from calla.kernel import clock
from calla.orders import selectors as order_selectors
from calla.orders import services as orders
from calla.orders.errors import NoSuchOrder
from calla.payments.errors import ProviderDown, ProviderRefused
from calla.payments.models import Payment
from calla.payments.services import starting
from calla.payments.states import OVER, UNPAID
from calla.privacy import mail

GRACE = timedelta(minutes=2)  # for a buyer who is just coming back from the bank as the hold runs out
LETTER_WAITS = timedelta(days=1)  # a draft whose buyer is owed word about their money stays that long for it
log = logging.getLogger(__name__)


def drop_unpaid() -> int:
    """Forget the drafts whose hold ran out unpaid; how many went. What the provider cannot close now waits."""
    before, gone, waiting = clock.now() - GRACE, 0, 0
    for order_id in order_selectors.drafts_held_until(before):
        try:
            gone += _drop(order_id, before, ask=not waiting)
        except (ProviderDown, ProviderRefused):
            waiting += 1
        except NoSuchOrder:
            continue  # another worker forgot it just now
    if waiting:
        log.warning("Unpaid drafts wait for the payment service to close their payments.")
    return gone


def _drop(order_id: UUID, before: datetime, *, ask: bool) -> bool:
    """After the first call that failed nobody is asked any more: one silent provider must not hold up all drafts."""
    if ask:
        for payment in Payment.objects.filter(order_id=order_id, state__in=UNPAID, expires_at__lt=clock.now()):
            starting.end(payment)
    with transaction.atomic():
        order = orders.lock(order_id)
        if order.state != "draft" or order.held_until >= before:
            return False
        payments = Payment.objects.filter(order_id=order_id)
        if payments.exclude(state__in=OVER).exists():
            return False
        if mail.owes(order.subject_id) and order.held_until > clock.now() - LETTER_WAITS:
            return False
        payments.delete()
        return orders.forget_draft(order_id)
