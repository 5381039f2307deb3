"""How often somebody may try, counted for all processes in one small table: one statement, however many limits apply.

The row of a count is found by a digest, and who is counted is a digest already where it is a caller (`callers.caller`).
A count ends with its time, and the sweeper removes it. The table is not written ahead: it stands in no backup and on no
standby, and is empty after a crash.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from calla.kernel import clock
from calla.kernel.errors import ShopError

COUNT = """
    INSERT INTO kernel_limit AS known (what, tries, ends)
    SELECT what, 1, ends FROM unnest(%(what)s::bytea[], %(ends)s::timestamptz[]) AS new (what, ends) ORDER BY what
    ON CONFLICT (what) DO UPDATE SET
        tries = CASE WHEN known.ends > %(now)s THEN least(known.tries + 1, 1000000) ELSE 1 END,
        ends = CASE WHEN known.ends > %(now)s THEN known.ends ELSE excluded.ends END
    RETURNING what, tries, ends
"""


@dataclass(frozen=True)
class Limit:
    """At most so many `tries` in so many `seconds` for each of those who are counted; 0 tries stand for no limit."""

    name: str
    tries: int
    seconds: int

    def allows(self, who: str) -> bool:
        """Counts this try."""
        return not wait((self, who))

    def digest(self, who: str) -> bytes:
        return hashlib.sha256(f"{self.name}\0{who}".encode()).digest()[:16]


class TooMany(ShopError):
    """Somebody tries too often; `seconds` from now it goes on."""

    def __init__(self, seconds: int) -> None:
        minutes = -(-seconds // 60)
        when = "in a minute" if minutes <= 1 else f"in {minutes} minutes"
        super().__init__(f"That was very often in a short time. Please try again {when}; nothing is lost.")
        self.seconds = seconds


def wait(*tries: tuple[Limit, str]) -> int:
    """Counts this try under each of the limits. How many seconds to wait where one of them is passed, else 0."""
    now = clock.now()
    asked = {limit.digest(who): limit for limit, who in tries if limit.tries}
    if not asked:
        return 0
    ends = [now + timedelta(seconds=limit.seconds) for limit in asked.values()]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"what": list(asked), "ends": ends, "now": now})
        passed = [end - now for what, tried, end in cursor.fetchall() if tried > asked[bytes(what)].tries]
    return max((max(1, round(left.total_seconds())) for left in passed), default=0)


def give_back(*tries: tuple[Limit, str]) -> None:
    """A try that was counted and came to a good end counts no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_limit SET tries = greatest(tries - 1, 0) WHERE what = ANY(%s)",
            [[limit.digest(who) for limit, who in tries]],
        )


def forget(*tries: tuple[Limit, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM kernel_limit WHERE what = ANY(%s)", [[limit.digest(who) for limit, who in tries]]
        )


def sweep() -> None:
    """Counts whose time is over say nothing any more."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_limit WHERE ends <= %s", [clock.now()])
