"""What a process read a moment ago and every page asks for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from calla.kernel.pagestore.memory import mark, unchanged
from calla.kernel.seen import saw

T = TypeVar("T")
LOOK_AGAIN_SECONDS = 1.0
MOST = 1000
_all: list[Remembered[Any]] = []


class _Read(NamedTuple, Generic[T]):
    value: T
    at: float
    mark: int


class Remembered(Generic[T]):
    """One value for each word that `read` takes, at most a second old, and none older than a change of `key` that was
    heard of: what is remembered here may get into pages that are kept."""

    def __init__(self, key: str, read: Callable[[str], T]) -> None:
        self.key, self.read = key, read
        self._known: dict[str, _Read[T]] = {}
        _all.append(self)

    def get(self, word: str = "") -> T:
        saw(self.key)
        known = self._known.get(word)
        if known is None or time.monotonic() - known.at > LOOK_AGAIN_SECONDS or not unchanged(known.mark, self.key):
            before = mark()
            known = _Read(self.read(word), time.monotonic(), before)
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[word] = known
        return known.value

    def forget(self) -> None:
        self._known.clear()


def forget() -> None:
    """Drop all that is remembered, so that the next question looks into the database."""
    for one in _all:
        one.forget()
