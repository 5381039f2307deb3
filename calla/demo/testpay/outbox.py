"""Notices that wait for the shop to take them, and when each is due."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from calla.demo.testpay import stamps

BACK_OFF_MS = (500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000)
TRIED_FOR_MS = 3 * 24 * 3_600_000


@dataclass(frozen=True)
class Notice:
    """One thing to tell, with the payment as it was at that moment. Told again, it keeps its id and its words."""

    id: str
    type: str
    at: str
    mode: str
    delay_ms: int
    payment: dict[str, Any]

    def body(self) -> dict[str, Any]:
        return {"type": self.type, "timestamp": self.at, "data": {"payment": self.payment}}


@dataclass
class _Waiting:
    """`due` is empty as long as only a flush releases the notice."""

    notice: Notice
    serial: int
    due: str
    still_to_send: int
    failures: int = 0


class Outbox:
    """Order and time of delivery. Not thread-safe: the ledger holds its lock around every call."""

    def __init__(self) -> None:
        self._waiting: dict[str, _Waiting] = {}

    def add(self, notice: Notice, serial: int) -> None:
        due = {"never": "", "late": _later(notice), "reversed": _later(notice)}.get(notice.mode, notice.at)
        if notice.mode == "reversed":
            for earlier in self._untried_reversed():
                earlier.due = due
        self._waiting[notice.id] = _Waiting(notice, serial, due, still_to_send=2 if notice.mode == "twice" else 1)

    def due(self, at: str) -> list[Notice]:
        """Oldest first; of the reversed ones, newest first."""
        ready = [w for w in self._waiting.values() if w.due and w.due <= at]
        ready.sort(key=lambda w: (w.notice.mode == "reversed", -w.serial if w.notice.mode == "reversed" else w.serial))
        return [w.notice for w in ready]

    def next_due(self) -> str:
        return min((w.due for w in self._waiting.values() if w.due), default="")

    def release(self, at: str) -> None:
        for waiting in self._waiting.values():
            waiting.due = at

    def taken(self, notice_id: str) -> None:
        waiting = self._waiting.get(notice_id)
        if waiting:
            waiting.still_to_send -= 1
            if not waiting.still_to_send:
                del self._waiting[notice_id]

    def failed(self, notice_id: str, at: str) -> bool:
        """Try again later; False when it has been tried for long enough."""
        waiting = self._waiting[notice_id]
        if stamps.after(waiting.notice.at, ms=TRIED_FOR_MS) < at:
            return False
        waiting.due = stamps.after(at, ms=BACK_OFF_MS[min(waiting.failures, len(BACK_OFF_MS) - 1)])
        waiting.failures += 1
        return True

    def drop(self, notice_id: str) -> None:
        self._waiting.pop(notice_id, None)

    def __len__(self) -> int:
        return len(self._waiting)

    def _untried_reversed(self) -> Iterator[_Waiting]:
        return (w for w in self._waiting.values() if w.notice.mode == "reversed" and not w.failures)


def _later(notice: Notice) -> str:
    return stamps.after(notice.at, ms=notice.delay_ms)
