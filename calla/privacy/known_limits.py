"""What is known not to be perfect, said beside the code it concerns, and printed in public.

    known("A letter may come twice when …", reviewed="2026-11-26")

Whoever mends a weakness takes its line out, and it is gone from the policy page.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from functools import cache

from calla.policy import enforces
from calla.privacy import places


@dataclass(frozen=True, slots=True)
class KnownLimit:
    """`module` is where it was said; `reviewed` the day on which somebody looked last whether it is still true."""

    text: str
    reviewed: date
    module: str


_known: dict[str, KnownLimit] = {}


def known(text: str, *, reviewed: str) -> None:
    module = sys._getframe(1).f_globals["__name__"]
    _known[text] = KnownLimit(text, date.fromisoformat(reviewed), module)


@enforces("known_limits_listed")
@cache
def listed() -> tuple[KnownLimit, ...]:
    """Every one that is said anywhere in the program, by where it is said."""
    places.load_all()
    return tuple(sorted(_known.values(), key=lambda limit: (limit.module, limit.text)))


def in_words() -> str:
    """As a sentence prints them."""
    return "; ".join(limit.text for limit in listed()) or "none"
