"""The letters the shop can write. Apps register theirs in `letters.py`; a letter nobody registered cannot be sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, repr=False)
class Draft:
    """A letter ready to be set: `template` names `<app>/letters/<name>`, which exists as .txt and as .html."""

    to: str
    subject: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LetterKind:
    name: str
    purpose: str
    write: Callable[[UUID], Draft | None]


kinds: dict[str, LetterKind] = {}


def letter(name: str, *, purpose: str) -> Callable[[Callable[[UUID], Draft | None]], Callable[[UUID], Draft | None]]:
    """Register the function that writes letter `name` from the id of what it is about.

    It opens what it needs under `purpose`, and returns None when the letter has lost its reason.
    """

    def wrap(write: Callable[[UUID], Draft | None]) -> Callable[[UUID], Draft | None]:
        if name in kinds:
            raise ValueError(f"The letter {name!r} is registered twice.")
        kinds[name] = LetterKind(name, purpose, write)
        return write

    return wrap
