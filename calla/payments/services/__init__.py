"""What the shop does about money. The provider is asked without locks; its answers are taken over under them."""

from calla.payments.services.cancelling import cancel, refund
from calla.payments.services.forgetting import drop_unpaid
from calla.payments.services.notices import forget_old_notices, receive
from calla.payments.services.reconciling import compare, reconcile
from calla.payments.services.settling import refresh, settle
from calla.payments.services.starting import start
from calla.payments.services.strays import pay_back
from calla.payments.services.waiting import go_on

__all__ = [
    "cancel", "compare", "drop_unpaid", "forget_old_notices", "go_on", "pay_back", "receive", "reconcile", "refresh",
    "refund", "settle", "start",
]
