"""How often somebody may try. Counted in the memory of this process and by what stands for the caller today: no address
is kept anywhere, and a restart forgets all."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from threading import Lock

MOST_CALLERS = 20_000


class Limit:
    """At most `tries` in `seconds` for each caller; the longest silent ones are forgotten first."""

    def __init__(self, tries: int, seconds: int) -> None:
        self.tries, self.seconds = tries, seconds
        self._tried: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def allows(self, caller: str) -> bool:
        """Counts this try when it is allowed."""
        now = time.monotonic()
        with self._lock:
            tried = self._tried.setdefault(caller, deque())
            self._tried.move_to_end(caller)
            while tried and tried[0] <= now - self.seconds:
                tried.popleft()
            if len(tried) >= self.tries:
                return False
            tried.append(now)
            if len(self._tried) > MOST_CALLERS:
                self._tried.popitem(last=False)
        return True
