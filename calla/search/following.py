"""How the index in this process follows the catalogue: one question tells whether there is anything to do.

It is asked before every answer. So an answer is never older than what was committed when it was asked for, and a page
that is made because something changed shows the change.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import RLock
from uuid import UUID

from calla.catalogue import selectors as catalogue
from calla.search import filling
from calla.search.engine import Engine
from calla.search.memory import Memory
from calla.search.models import Card, Synonyms

BATCH = 200  # products whose cards are made while somebody waits; after a larger change the job does most
MOST_BATCHES = 3
READ_AT_ONCE = 5000
AFRESH_AFTER_SECONDS = 1800.0  # the catalogue keeps its turns of stock for an hour


class Follower:
    """Holds the lock while anybody follows or asks: both are short, and nobody sees half of a change."""

    def __init__(self) -> None:
        self.engine: Engine = Memory()
        self.lock = RLock()
        self.complete = True
        self._epoch: UUID | None = None
        self._generation = 0
        self._oldest = 0
        self._looked_at = -1e9

    def forget(self) -> None:
        """Begin afresh at the next question."""
        self._epoch = None
        self._looked_at = -1e9

    def keep_up(self) -> None:
        """Look at the catalogue, and take what has changed since the last look."""
        with self.lock:
            pulse = catalogue.pulse(self._oldest)
            late = time.monotonic() - self._looked_at > AFRESH_AFTER_SECONDS
            if pulse.epoch != self._epoch or pulse.number < self._generation or late or self._worn():
                self._begin(pulse.epoch, pulse.number)
            else:
                self.engine.turn(pulse.turns)
                if pulse.number > self._generation:
                    self._take(pulse.number)
            self._oldest = pulse.oldest
            self._looked_at = time.monotonic()

    def _worn(self) -> bool:
        return isinstance(self.engine, Memory) and self.engine.index.worn

    def _begin(self, epoch: UUID | None, stands: int) -> None:
        self._generation = self._filled(stands) if epoch else 0
        self.engine.mean_the_same(Synonyms.objects.order_by("pk").values_list("words", flat=True))
        sold_out: set[int] = set()
        self.engine.begin(_all_cards(sold_out), sold_out)
        self._epoch = epoch

    def _take(self, stands: int) -> None:
        after, self._generation = self._generation, self._filled(stands)
        changed = list(Card.objects.filter(generation__gt=after).values_list("product_id", "entry"))
        self.engine.take(changed, catalogue.sold_out(product for product, _ in changed))
        self.engine.mean_the_same(Synonyms.objects.order_by("pk").values_list("words", flat=True))

    def _filled(self, stands: int) -> int:
        """The generation the cards stand at; they are brought on by a few batches first."""
        followed = filling.followed()
        for _ in range(MOST_BATCHES):
            if followed >= stands:
                break
            followed = filling.follow(BATCH)
        self.complete = followed >= stands
        return followed


def _all_cards(sold_out: set[int]) -> Iterator[tuple[int, str]]:
    """Card by card, and beside them which of their variants are sold out."""
    last = 0
    while rows := list(
        Card.objects.filter(pk__gt=last).order_by("pk").values_list("product_id", "entry")[:READ_AT_ONCE]
    ):
        sold_out.update(catalogue.sold_out(product for product, _ in rows))
        yield from rows
        last = rows[-1][0]


follower = Follower()
