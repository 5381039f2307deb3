"""Taking turns, for work that goes on from what the one before left last."""

from __future__ import annotations

import hashlib

from django.db import connection


def one_at_a_time(what: str) -> None:
    """Wait until no other transaction is at `what`, and keep the others waiting until this one ends.

    A lock on the last row would not do: whoever waited for it would go on from a row that is last no more.
    """
    number = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
