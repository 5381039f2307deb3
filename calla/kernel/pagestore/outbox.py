"""What was touched, on its way from the transaction that changed it to every process that keeps pages.

A NOTIFY inside that transaction would put all committers in one line, orders too. So the keys lie in a table until the
relay, which is one of the listening processes, tells all of them, five times a second.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from calla.kernel import clock

if TYPE_CHECKING:
    import psycopg

CHANNEL = "calla_pages"
BEAT, TOUCHED = "beat", "touched"
KEY = re.compile(r"[a-z_]+(?::[0-9]{1,20})?")
PER_MESSAGE = 100  # keys; a message of PostgreSQL's takes 8000 bytes
ADD = "INSERT INTO kernel_touched (keys, due_at) VALUES (%s, %s)"
# One statement. The beat carries the moment before which every committed change is told by now: the statement began
# then, so it has seen them all, and its messages are delivered in this order.
RELAY = """
WITH gone AS (DELETE FROM kernel_touched WHERE due_at IS NULL OR due_at <= %(now)s RETURNING keys),
named AS (SELECT DISTINCT unnest(keys) AS key FROM gone),
placed AS (SELECT key, row_number() OVER () / %(per_message)s AS place FROM named)
SELECT pg_notify(%(channel)s, 'touched ' || string_agg(key, ' ')) FROM placed GROUP BY place
UNION ALL
SELECT pg_notify(%(channel)s, 'beat ' || extract(epoch FROM statement_timestamp()))
"""


def touched(*keys: str, at: datetime | None = None) -> None:
    """Pages that show this are out of date when this transaction is committed, or from that moment on."""
    for key in keys:
        if not KEY.fullmatch(key):
            raise ValueError(f"{key!r} is no key of the page store: a word, or a word and a number.")
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(ADD, [sorted(set(keys)), at])


def relay(listening: psycopg.Connection[Any]) -> None:
    """Tell all what was touched, and that this is all. It does no harm when two do it at once."""
    listening.execute(RELAY, {"now": clock.now(), "channel": CHANNEL, "per_message": PER_MESSAGE})
