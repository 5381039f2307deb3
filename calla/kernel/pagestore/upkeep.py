"""What goes on beside the answering, a few times a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import close_old_connections, connections

from calla.kernel import clock
from calla.kernel.pagestore.folder import Folder
from calla.kernel.pagestore.memory import Memory

AHEAD_SECONDS = 2


class Upkeep:
    """Pages that show what depends on the day's date see it, and go at midnight, UTC. Pages of a variant that is no
    longer in force go too."""

    def __init__(self, memory: Memory, variant_at: Callable[[datetime], str], folder: Folder | None = None) -> None:
        self.memory, self.variant_at, self.folder = memory, variant_at, folder
        self._day = clock.today()
        self._variants: set[str] = set()

    def __call__(self) -> None:
        if (today := clock.today()) != self._day:
            self._day = today
            self.memory.touch([clock.DAY])
        close_old_connections()  # as before a request: a silent server is found out while few wait for us
        try:
            if self.folder:
                self.folder.tick()
            if self.memory.is_current():
                self._forget_old_variants()
        except Exception:
            connections.close_all()  # this thread's own: nobody else would find out that one is of no more use
            raise

    def _forget_old_variants(self) -> None:
        now = time.time()
        variants = {self.variant_at(datetime.fromtimestamp(at, UTC)) for at in (now, now + AHEAD_SECONDS)}
        if variants != self._variants:
            self._variants = variants
            self.memory.keep_variants(variants)
