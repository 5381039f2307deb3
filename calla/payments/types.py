"""What the shop and a payment provider tell each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from calla.kernel.money import Money


class ReportedState(StrEnum):
    """Where the provider says a payment stands. `AUTHORISED` is money promised, `CAPTURED` money taken."""

    OPEN = "open"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"
    EXPIRED = "expired"
    DISPUTED = "disputed"


class NoticeKind(StrEnum):
    """What a provider may say unasked; `OTHER` is anything this shop does not know, and is answered like the rest."""

    AUTHORISED = "payment.authorised"
    CAPTURED = "payment.captured"
    DISPUTED = "payment.disputed"
    EXPIRED = "payment.expired"
    FAILED = "payment.failed"
    OTHER = "other"
    REFUNDED = "payment.refunded"
    VOIDED = "payment.voided"


@dataclass(frozen=True, kw_only=True)
class PaymentRequest:
    """What a payment is started with. The provider learns all of it: the two addresses open nothing by themselves, and
    `customer` holds what the policy lets it see."""

    amount: Money
    our_reference: str
    description: str
    return_url: str = field(repr=False)
    cancel_url: str = field(repr=False)
    expires_at: datetime
    customer: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Started:
    """`pay_url` is where the customer pays; whoever knows it can."""

    reference: str
    pay_url: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A payment as the provider holds it now: the only proof there is. Compare amount and reference with our own."""

    reference: str
    our_reference: str
    state: ReportedState
    amount: Money
    authorised: Money
    captured: Money
    refunded: Money
    failures: int
    changed_at: datetime

    @property
    def currency(self) -> str:
        return self.amount.currency


class Look(StrEnum):
    """What came of asking the provider how an order's payment stands."""

    MOVED = "moved"
    SAME = "same"
    SILENT = "silent"


@dataclass(frozen=True)
class Notice:
    """Word that something happened to a payment; what it came to is for `look_up` to tell.

    Notices come twice, late and in any order, so what they say of amounts and states is not even handed on. `id` is the
    same each time one notice is sent.
    """

    id: str
    kind: NoticeKind
    reference: str | None
