"""The pages of this process, and what it knows of changes.

Every change that is heard of gets the next number. Whoever makes a page notes the number first and reads then; the page
is kept only if nothing that it shows was touched since: a change that is committed after the reading is heard of after
it too, so it either forbids the keeping or removes what was kept.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Iterable
from threading import Lock

from calla.kernel.pagestore.page import Page

Name = tuple[str, str]  # the variant of the shop, and the address
EVERYTHING = "everything"
MOST_CHANGES = 50_000
LARGEST_SHARE = 8  # a page takes at most this part of the memory
MOST_WAITING = 5000


class Memory:
    """At most `most` bytes; the pages that were not asked for the longest go first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self.good_until = -1e9  # monotonic; beyond it nobody has told us that nothing has changed
        self.written: deque[tuple[Name, Page]] = deque(maxlen=MOST_WAITING)  # new, for who keeps files
        self.removed: deque[Name] = deque()
        self.has_files = False
        self._pages: OrderedDict[Name, Page] = OrderedDict()
        self._by_key: dict[str, set[Name]] = {}
        self._changed: dict[str, int] = {}
        self._number = 0
        self._floor = 1  # what was read before this number cannot be judged any more
        self._lock = Lock()

    def is_current(self) -> bool:
        return time.monotonic() < self.good_until

    def mark(self) -> int:
        return self._number

    def get(self, name: Name) -> Page | None:
        """The page, if there is one; not to be asked unless `is_current`."""
        with self._lock:
            page = self._pages.get(name)
            if page is not None:
                self._pages.move_to_end(name)
            return page

    def put(self, name: Name, page: Page, mark: int) -> bool:
        """Keep the page if what it shows is unchanged since `mark`."""
        with self._lock:
            fits = page.size <= self.most // LARGEST_SHARE
            if not (fits and self.is_current() and self._holds(mark, page.keys)):
                return False
            self._remove(name)
            self._pages[name] = page
            self.size += page.size
            for key in page.keys:
                self._by_key.setdefault(key, set()).add(name)
            while self.size > self.most:
                self._remove(next(iter(self._pages)))
            if self.has_files:
                self.written.append((name, page))
            return True

    def unchanged(self, mark: int, keys: Iterable[str]) -> bool:
        if mark == self._number >= self._floor:  # nothing at all was heard since; every page asks many times
            return True
        with self._lock:
            return self._holds(mark, keys)

    def _holds(self, mark: int, keys: Iterable[str]) -> bool:
        return mark >= self._floor and all(self._changed.get(key, 0) <= mark for key in keys)

    def touch(self, keys: Iterable[str]) -> None:
        """What these keys stand for has changed: all that shows it goes, here and now."""
        keys = list(keys)
        if EVERYTHING in keys:
            self.empty()
            return
        with self._lock:
            self._number += 1
            if len(self._changed) > MOST_CHANGES:
                self._changed.clear()
                self._floor = self._number
            for key in keys:
                self._changed[key] = self._number
                for name in tuple(self._by_key.get(key, ())):
                    self._remove(name)

    def empty(self) -> None:
        """Forget all, also what is being made: it is not known what was missed."""
        with self._lock:
            self._number += 1
            self._floor = self._number
            self._changed.clear()
            for name in list(self._pages):
                self._remove(name)

    def keep_variants(self, variants: Iterable[str]) -> None:
        """Forget the pages of all others."""
        with self._lock:
            kept = set(variants)
            for name in [name for name in self._pages if name[0] not in kept]:
                self._remove(name)

    def holds(self, name: Name, page: Page) -> bool:
        with self._lock:
            return self._pages.get(name) is page

    def keep_files(self) -> None:
        """From now on say what is to be written and removed; what is here already is to be written."""
        with self._lock:
            self.has_files = True
            self.written.extend(self._pages.items())

    def __len__(self) -> int:
        return len(self._pages)

    def _remove(self, name: Name) -> None:
        page = self._pages.pop(name, None)
        if page is None:
            return
        self.size -= page.size
        for key in page.keys:
            names = self._by_key[key]
            names.discard(name)
            if not names:
                del self._by_key[key]
        if self.has_files:
            self.removed.append(name)


_followed: Memory | None = None


def follow(memory: Memory | None) -> None:
    """From now on this process hears of changes, in that memory."""
    global _followed
    _followed = memory


def mark() -> int:
    """To be noted before reading what will be remembered."""
    return _followed.mark() if _followed else 0


def unchanged(mark: int, *keys: str) -> bool:
    """Whether nothing was heard of that touched these since the mark. A process that does not follow hears nothing."""
    return _followed is None or _followed.unchanged(mark, keys)
