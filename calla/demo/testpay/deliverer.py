"""The background thread: takes notices to the shop, and lets time do to payments what it does."""

import json
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from calla.demo.testpay import signing, stamps, wire
from calla.demo.testpay.ledger import Ledger
from calla.demo.testpay.outbox import Notice

LONGEST_SLEEP = 1.0  # seconds; the clock may be moved while we sleep


@dataclass
class Deliverer:
    """A notice counts as taken when the shop answers 2xx, and is tried again with growing pauses until then."""

    ledger: Ledger
    webhook_url: str
    secrets: Sequence[bytes] = field(repr=False)
    timeout: float = 10.0
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def run(self) -> None:
        while True:
            self.ledger.woken.clear()
            try:
                self.ledger.let_time_pass()
                self.deliver_due()
            except OSError as error:  # the journal cannot be written; nothing was done, so it can be done later
                sys.stderr.write(f"testpay: the journal cannot be written: {error.strerror}\n")
                self.ledger.woken.wait(LONGEST_SLEEP)
            self.ledger.woken.wait(self._pause())

    def flush(self) -> dict[str, int]:
        """Try everything that waits once, whatever it waits for."""
        self.ledger.release_notices()
        delivered = self.deliver_due()
        return {"delivered": delivered, "waiting": self.ledger.waiting_notices()}

    def deliver_due(self) -> int:
        delivered = 0
        with self._one_at_a_time:
            while due := self.ledger.due_notices():
                delivered += sum(self._deliver(notice) for notice in due)
        return delivered

    def _deliver(self, notice: Notice) -> bool:
        body = json.dumps(notice.body(), separators=(",", ":")).encode()
        sent_at = int(stamps.seconds(stamps.now()))
        signed = signing.headers(self.secrets, notice_id=notice.id, sent_at=sent_at, body=body)
        told = {"Content-Type": "application/json; charset=utf-8", **signed}
        try:
            status = wire.request("POST", self.webhook_url, body=body, headers=told, timeout=self.timeout).status
        except OSError:
            status = 0
        if 200 <= status < 300:
            self.ledger.notice_taken(notice.id)
            return True
        self.ledger.notice_failed(notice.id)
        return False

    def _pause(self) -> float:
        wake = self.ledger.next_wake()
        if not wake:
            return LONGEST_SLEEP
        return min(LONGEST_SLEEP, max(0.0, stamps.seconds(wake) - stamps.seconds(stamps.now())))
