"""The time, asked in one place, so that a test or a whole process can stand at another date."""

from __future__ import annotations

from datetime import UTC, date, datetime

from calla.kernel.seen import saw

DAY = "day"


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """Days of the shop's promises are UTC dates. A page that asks for the day is another tomorrow."""
    saw(DAY)
    return now().date()
