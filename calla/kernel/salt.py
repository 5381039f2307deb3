"""The day's salt: what makes the address of a caller unreadable in a count. It lies in memory and nowhere else.

The process that starts the web processes makes it anew each day, in a page of memory that those it forks share with it,
so that one caller is one caller to all of them. A process on its own, or one that was not forked, makes its own.
"""

from __future__ import annotations

import mmap
import secrets
import threading
import time

from calla.kernel import clock

DAY, SALT = 8, 32
LOOK_SECONDS = 5
_page = mmap.mmap(-1, DAY + SALT)
_turn = threading.Lock()
_kept_for_us = False


def todays() -> bytes:
    if not _kept_for_us:
        _renew()
    return _page[DAY:]


def keep() -> None:
    """Make a new one each day, for this process and all that it forks from now on."""
    global _kept_for_us
    _renew()
    _kept_for_us = True
    threading.Thread(target=_keep_on, name="salt", daemon=True).start()


def _keep_on() -> None:
    while True:
        time.sleep(LOOK_SECONDS)
        _renew()


def _renew() -> None:
    day = clock.today().toordinal().to_bytes(DAY, "big")
    with _turn:
        if _page[:DAY] != day:
            _page[:] = day + secrets.token_bytes(SALT)
