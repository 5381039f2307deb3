"""A payment and the moves it can make. Pure: each verb takes a payment and returns the next one and what to tell."""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from calla.demo.testpay import cards, stamps
from calla.demo.testpay.cards import Card


class Status(StrEnum):
    OPEN = "open"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    VOIDED = "voided"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    EXPIRED = "expired"
    DISPUTED = "disputed"


_TAKEN = frozenset({Status.PARTIALLY_REFUNDED, Status.REFUNDED, Status.DISPUTED})
MOVES: dict[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.AUTHORISED, Status.EXPIRED}),
    Status.AUTHORISED: frozenset({Status.CAPTURED, Status.VOIDED}),
    Status.CAPTURED: _TAKEN,
    Status.PARTIALLY_REFUNDED: _TAKEN,
    Status.VOIDED: frozenset(),
    Status.REFUNDED: frozenset(),
    Status.EXPIRED: frozenset(),
    Status.DISPUTED: frozenset(),
}


class Outcome(StrEnum):
    """What came of one card."""

    AUTHORISED = "authorised"
    DECLINED = "declined"
    ACTION_REQUIRED = "action_required"
    NOT_CONFIRMED = "not_confirmed"


class Event(StrEnum):
    AUTHORISED = "payment.authorised"
    CAPTURED = "payment.captured"
    DISPUTED = "payment.disputed"
    EXPIRED = "payment.expired"
    FAILED = "payment.failed"
    REFUNDED = "payment.refunded"
    VOIDED = "payment.voided"


class Refused(Exception):
    """The payment does not allow that; nothing was changed. `code` is for programs, `str()` for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Attempt:
    at: str
    last4: str
    outcome: Outcome


@dataclass(frozen=True, kw_only=True)
class Payment:
    id: str
    amount_minor: int
    currency: str
    reference: str
    description: str
    return_url: str
    cancel_url: str
    expires_at: str
    created_at: str
    customer_fields: tuple[str, ...] = ()
    status: Status = Status.OPEN
    authorised_minor: int = 0
    captured_minor: int = 0
    refunded_minor: int = 0
    attempts: tuple[Attempt, ...] = ()
    notices: str = ""
    dispute_at: str = ""
    changed_at: str = ""
    serial: int = 0

    @property
    def asks_again(self) -> bool:
        """A card waits for its second step."""
        last = self.attempts[-1].outcome if self.attempts else None
        return self.status is Status.OPEN and last is Outcome.ACTION_REQUIRED

    def public(self, base_url: str) -> dict[str, Any]:
        """What the merchant is told."""
        told = asdict(self)
        for inner in ("notices", "dispute_at", "serial"):
            del told[inner]
        return {**told, "pay_url": f"{base_url}/pay/{self.id}"}


Change = tuple[Payment, Event | None]


def from_record(record: dict[str, Any]) -> Payment:
    attempts = tuple(Attempt(**{**a, "outcome": Outcome(a["outcome"])}) for a in record["attempts"])
    told = {"attempts": attempts, "customer_fields": tuple(record["customer_fields"])}
    return Payment(**{**record, **told, "status": Status(record["status"])})


def _move(payment: Payment, to: Status, **changes: Any) -> Payment:
    if to not in MOVES[payment.status]:
        raise Refused("illegal_move", f"A payment that is {payment.status} cannot become {to}.")
    return replace(payment, status=to, **changes)


def use_card(payment: Payment, card: Card, *, at: str) -> Change:
    _move(payment, Status.AUTHORISED)
    if card.number == cards.DECLINED:
        return _tried(payment, card.last4, Outcome.DECLINED, at), Event.FAILED
    if card.number == cards.ASKS_AGAIN:
        return _tried(payment, card.last4, Outcome.ACTION_REQUIRED, at), None
    return _authorised(_tried(payment, card.last4, Outcome.AUTHORISED, at)), Event.AUTHORISED


def confirm(payment: Payment, *, agreed: bool) -> Change:
    """The second step of the card that asks for one."""
    if not payment.asks_again:
        raise Refused("illegal_move", "No card waits to be confirmed.")
    outcome = Outcome.AUTHORISED if agreed else Outcome.NOT_CONFIRMED
    settled = replace(payment, attempts=(*payment.attempts[:-1], replace(payment.attempts[-1], outcome=outcome)))
    return (_authorised(settled), Event.AUTHORISED) if agreed else (settled, Event.FAILED)


def capture(payment: Payment, amount_minor: int, *, at: str, dispute_after_ms: int) -> Change:
    """Once: what is not taken of the authorised amount is let go."""
    if payment.status is Status.AUTHORISED and amount_minor > payment.authorised_minor:
        raise Refused("too_much", f"Only {payment.authorised_minor} is authorised.")
    disputes = payment.attempts and payment.attempts[-1].last4 == cards.DISPUTED[-4:]
    dispute_at = stamps.after(at, ms=dispute_after_ms) if disputes else ""
    return _move(payment, Status.CAPTURED, captured_minor=amount_minor, dispute_at=dispute_at), Event.CAPTURED


def void(payment: Payment) -> Change:
    return _move(payment, Status.VOIDED), Event.VOIDED


def refund(payment: Payment, amount_minor: int) -> Change:
    back = payment.refunded_minor + amount_minor
    whole = back >= payment.captured_minor
    moved = _move(payment, Status.REFUNDED if whole else Status.PARTIALLY_REFUNDED, refunded_minor=back)
    if back > payment.captured_minor:
        raise Refused("too_much", f"Only {payment.captured_minor - payment.refunded_minor} is left to refund.")
    return moved, Event.REFUNDED


def expire(payment: Payment) -> Change:
    return _move(payment, Status.EXPIRED), Event.EXPIRED


def dispute(payment: Payment) -> Change:
    return _move(payment, Status.DISPUTED, dispute_at=""), Event.DISPUTED


def falls_due(payment: Payment, *, at: str) -> Change | None:
    """What time alone does to a payment: an open one lapses, a disputed card is charged back."""
    if payment.status is Status.OPEN and payment.expires_at <= at:
        return expire(payment)
    if payment.dispute_at and payment.dispute_at <= at and Status.DISPUTED in MOVES[payment.status]:
        return dispute(payment)
    return None


def _tried(payment: Payment, last4: str, outcome: Outcome, at: str) -> Payment:
    return replace(payment, attempts=(*payment.attempts, Attempt(at=at, last4=last4, outcome=outcome)))


def _authorised(payment: Payment) -> Payment:
    return _move(payment, Status.AUTHORISED, authorised_minor=payment.amount_minor)
