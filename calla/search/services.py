from __future__ import annotations

import time

from calla.catalogue import selectors as catalogue
from calla.search.engine import Engine
from calla.search.plain import Plain

engine: Engine = Plain()
LOOK_AGAIN_SECONDS = 1.0
BATCH = 200
_looked_at = -1e9


def refresh() -> None:
    """Follow the catalogue to where it stands now."""
    while _follow():
        pass


def keep_up() -> None:
    """Follow the catalogue by one batch, if it has changed; asked at most once a second in each process.

    A change of a few products is found at once. After a large import the job does most of the work.
    """
    global _looked_at
    if time.monotonic() - _looked_at > LOOK_AGAIN_SECONDS:
        _looked_at = time.monotonic()
        _follow()


def forget() -> None:
    """Look at the catalogue again at the next question."""
    global _looked_at
    _looked_at = -1e9


def _follow() -> bool:
    after = engine.followed()
    if catalogue.generation() <= after:
        return False
    documents, until = catalogue.documents(after=after, most=BATCH)
    if not documents:
        until = catalogue.generation()
    engine.take(documents, until)
    return True
