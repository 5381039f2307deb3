"""All payments, what was answered to whom, and what is still to be told: one lock, one journal behind it."""

import heapq
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from calla.demo.testpay import payment as moves
from calla.demo.testpay import stamps
from calla.demo.testpay.journal import Journal
from calla.demo.testpay.modes import Modes
from calla.demo.testpay.outbox import Notice, Outbox
from calla.demo.testpay.payment import Change, Event, Payment, Refused, Status

Verb = Callable[[Payment, str], Change]


@dataclass(frozen=True)
class Claim:
    """The caller's idempotency key, and a fingerprint of what was asked under it."""

    key: str
    fingerprint: str


class NoSuchPayment(Exception):
    pass


class Ledger:
    """A change is in the journal before memory or anybody outside knows it.

    Under a key only what changed something is kept: a refusal moved nothing, so the same key may ask again later.
    """

    def __init__(self, journal: Journal, *, base_url: str) -> None:
        self._journal, self._base_url = journal, base_url
        self._lock = threading.Lock()
        self._payments: dict[str, Payment] = {}
        self._answers: dict[str, tuple[str, Payment]] = {}
        self._falling_due: list[tuple[str, str]] = []
        self._serial = 0
        self.outbox = Outbox()
        self.modes = Modes()
        self.woken = threading.Event()
        for record in journal.records:
            self._remember(record)

    def get(self, payment_id: str) -> Payment:
        with self._lock:
            self._let_time_pass(payment_id)
            return self._known(payment_id)

    def all(self) -> list[Payment]:
        with self._lock:
            return sorted(self._payments.values(), key=lambda p: p.serial)

    def changed_since(self, since: str, *, after: int, limit: int) -> list[Payment]:
        """In the order of their last change: one that changes during the walk comes again, none is missed."""
        return [p for p in self.all() if p.serial > after and p.changed_at >= since][:limit]

    def answered(self, claim: Claim) -> Payment | None:
        """What was answered under this key before. Raises Refused when something else was asked then."""
        with self._lock:
            return self._answered(claim)

    def create(self, claim: Claim, make: Callable[[str, str], Payment]) -> Payment:
        with self._lock:
            if earlier := self._answered(claim):
                return earlier
            return self._write(make(f"pay_{secrets.token_urlsafe(18)}", stamps.now()), None, claim)

    def change(self, payment_id: str, verb: Verb, claim: Claim | None = None) -> Payment:
        """Raises Refused and NoSuchPayment, and then nothing has changed but what time did by itself."""
        with self._lock:
            if claim and (earlier := self._answered(claim)):
                return earlier
            self._let_time_pass(payment_id)
            return self._write(*verb(self._known(payment_id), stamps.now()), claim)

    def let_time_pass(self) -> None:
        with self._lock:
            while self._falling_due and self._falling_due[0][0] <= stamps.now():
                self._let_time_pass(heapq.heappop(self._falling_due)[1])

    def next_wake(self) -> str:
        """When something will fall due without anybody's doing; empty for never."""
        with self._lock:
            falling_due = self._falling_due[0][0] if self._falling_due else ""
            return min((stamp for stamp in (self.outbox.next_due(), falling_due) if stamp), default="")

    def set_modes(self, asked: Mapping[str, Any]) -> Modes:
        with self._lock:
            modes = self.modes.changed(asked)
            self._append({"modes": modes.as_data()})
            return modes

    def due_notices(self) -> list[Notice]:
        with self._lock:
            return self.outbox.due(stamps.now())

    def release_notices(self) -> None:
        with self._lock:
            self.outbox.release(stamps.now())

    def notice_taken(self, notice_id: str) -> None:
        with self._lock:
            self._append({"taken": notice_id})

    def notice_failed(self, notice_id: str) -> None:
        with self._lock:
            if not self.outbox.failed(notice_id, stamps.now()):
                self._append({"given_up": notice_id})

    def waiting_notices(self) -> int:
        with self._lock:
            return len(self.outbox)

    def _known(self, payment_id: str) -> Payment:
        try:
            return self._payments[payment_id]
        except KeyError:
            raise NoSuchPayment(payment_id) from None

    def _answered(self, claim: Claim) -> Payment | None:
        fingerprint, answer = self._answers.get(claim.key, ("", None))
        if answer and fingerprint != claim.fingerprint:
            raise Refused("key_reused", "This Idempotency-Key was used for another request.")
        return answer

    def _let_time_pass(self, payment_id: str) -> None:
        if change := moves.falls_due(self._known(payment_id), at=stamps.now()):
            self._write(*change, None)

    def _write(self, payment: Payment, event: Event | None, claim: Claim | None) -> Payment:
        at, serial = stamps.now(), self._serial + 1
        settled = replace(payment, changed_at=at, serial=serial)
        record: dict[str, Any] = {"payment": asdict(settled)}
        if event:
            record["notice"] = asdict(self._notice(settled, event))
        if claim:
            record["claim"] = asdict(claim)
        self._append(record)
        self.woken.set()
        return settled

    def _notice(self, payment: Payment, event: Event) -> Notice:
        mode = payment.notices or self.modes.webhooks
        told = payment.public(self._base_url)
        return Notice(f"msg_{secrets.token_hex(12)}", event, payment.changed_at, mode, self.modes.delay_ms, told)

    def _append(self, record: dict[str, Any]) -> None:
        self._journal.append(record)
        self._remember(record)

    def _remember(self, record: dict[str, Any]) -> None:
        """The one way into memory, at the start as in service, so that both come to the same."""
        if "payment" in record:
            self._remember_payment(record)
        if "modes" in record:
            self.modes = Modes().changed(record["modes"])
        if "taken" in record:
            self.outbox.taken(record["taken"])
        if "given_up" in record:
            self.outbox.drop(record["given_up"])

    def _remember_payment(self, record: dict[str, Any]) -> None:
        payment = moves.from_record(record["payment"])
        self._payments[payment.id] = payment
        self._serial = payment.serial
        if due := payment.dispute_at or (payment.expires_at if payment.status is Status.OPEN else ""):
            heapq.heappush(self._falling_due, (due, payment.id))
        if "notice" in record:
            self.outbox.add(Notice(**record["notice"]), payment.serial)
        if "claim" in record:
            self._answers[record["claim"]["key"]] = (record["claim"]["fingerprint"], payment)
