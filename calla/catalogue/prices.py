"""What may be called a reduced price, and what it must be shown with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from calla.policy import enforces

WINDOW = timedelta(days=30)


class Change(TypedDict):
    at: str
    minor: int


@dataclass(frozen=True, slots=True)
class Reduction:
    """`was` is what the price is compared with, `lowest` the lowest of the 30 days before it came down."""

    was: int
    lowest: int


@enforces("reductions_are_real")
def reduction(price: int, compare_at: int | None, changes: Sequence[Change]) -> Reduction | None:
    """What to show beside a reduced price; nothing when the shop's own records do not bear it out."""
    lowest = lowest_before([(datetime.fromisoformat(change["at"]), change["minor"]) for change in changes])
    if compare_at is None or lowest is None or lowest <= price:
        return None
    return Reduction(min(compare_at, max(change["minor"] for change in changes)), lowest)


def lowest_before(changes: Sequence[tuple[datetime, int]]) -> int | None:
    """`changes` in the order of time, the last of them the reduction. None when no price before it is known."""
    if not changes:
        return None
    *before, (reduced_at, _) = changes
    ends = [at for at, _ in changes[1:]]
    in_force = [minor for (_, minor), end in zip(before, ends, strict=True) if end > reduced_at - WINDOW]
    return min(in_force, default=None)
