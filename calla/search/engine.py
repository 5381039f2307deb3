"""What a search engine must do for the shop, so that another can take the place of the one in memory."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Protocol

from calla.search.types import Hits, Query


class Engine(Protocol):
    """Finds among the products it was given last. It knows words and numbers, never who asks."""

    def begin(self, entries: Iterable[tuple[int, str]], sold_out: Container[int]) -> None:
        """Forget everything and know these: products by id, each with the entry of its card."""

    def take(self, entries: Iterable[tuple[int, str]], sold_out: Container[int]) -> None:
        """Know these as they are now; one without an entry is gone."""

    def turn(self, turns: Mapping[tuple[int, int], bool]) -> None:
        """Which variants, by product, can be bought again or no longer."""

    def mean_the_same(self, groups: Iterable[Sequence[str]]) -> None:
        """Each group holds words and phrases that stand for each other."""

    def find(self, query: Query) -> Hits: ...

    def suggest(self, text: str, most: int) -> tuple[int, ...]:
        """Products whose title has words that begin so."""
