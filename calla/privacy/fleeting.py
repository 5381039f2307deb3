"""Secrets held in memory for a bounded time, and not a moment longer because nobody asks for them again."""

from __future__ import annotations

import threading
import time
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Fleeting(Generic[K, V]):
    """Holds each value for `seconds` from when it was put there; half as long again at most, in an idle process too.

    A timer drops what is over. Beyond `at_most` values everything goes.
    """

    def __init__(self, *, seconds: float, at_most: int) -> None:
        self.seconds, self.at_most = seconds, at_most
        self._held: dict[K, tuple[float, V]] = {}
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        found = self._held.get(key)
        return found[1] if found and found[0] > time.monotonic() else None

    def put(self, key: K, value: V) -> V:
        with self._lock:
            if len(self._held) >= self.at_most:
                self._held.clear()
            self._held.pop(key, None)  # the oldest stands first
            self._held[key] = time.monotonic() + self.seconds, value
            self._watch()
        return value

    def drop(self, key: K) -> None:
        with self._lock:
            self._held.pop(key, None)

    def clear(self) -> None:
        with self._lock:
            self._held.clear()

    def __len__(self) -> int:
        return len(self._held)

    def _watch(self) -> None:
        """A timer that a fork has left behind is not alive there, and is replaced."""
        if self._held and not (self._timer and self._timer.is_alive()):
            first = next(iter(self._held.values()))[0]
            self._timer = threading.Timer(max(first - time.monotonic(), self.seconds / 2), self._sweep)
            self._timer.daemon = True
            self._timer.start()

    def _sweep(self) -> None:
        with self._lock:
            now = time.monotonic()
            for key in [key for key, (until, _) in self._held.items() if until <= now]:
                del self._held[key]
            self._timer = None
            self._watch()
