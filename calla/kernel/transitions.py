"""A status moves only along a table."""

from __future__ import annotations

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import TypeVar

from calla.kernel.errors import ShopError

State = TypeVar("State", bound=StrEnum)


class MoveRefused(ShopError):
    """The thing is in a state from which it cannot go there."""

    def __init__(self, what: str, old: str, new: str) -> None:
        super().__init__(f"The {what} is {old.replace('_', ' ')} and cannot become {new.replace('_', ' ')}.")
        self.old, self.new = old, new


def move(what: str, moves: Mapping[State, Set[State]], old: State, new: State) -> State:
    """`new`, when `moves` allows it from `old`; else MoveRefused."""
    if new not in moves[old]:
        raise MoveRefused(what, old, new)
    return new
