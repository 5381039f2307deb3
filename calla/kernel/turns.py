"""Taking turns, for work that goes on from what the one before left last."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def one_at_a_time(what: str) -> None:
    """Wait until no other transaction is at `what`, and keep the others waiting until this one ends.

    A lock on the last row would not do: whoever waited for it would go on from a row that is last no more.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_number(what)])


@contextmanager
def nobody_else(what: str) -> Iterator[bool]:
    """Whether this connection has `what` for itself, outside of any transaction; if not, somebody is at it already.

    A process that is killed lets go of it with its connection.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_number(what)])
        (ours,) = cursor.fetchone() or (False,)
    try:
        yield ours
    finally:
        if ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_number(what)])


def _number(what: str) -> int:
    return int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big", signed=True)
