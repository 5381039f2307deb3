"""The words of all products: which begin so, which are one slip away, and who has them."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence

from calla.search import bits
from calla.search.folding import one_slip

TOLERANT_FROM = 5
TITLE = 0
MOST_BEGUN = 4000  # words that begin alike; two letters may begin many
KEPT = 400
Places = tuple[int, int, int]  # in a title, in a title or near to it, anywhere


class Vocabulary:
    """A number and its places are added once; numbers that are no longer in use are for the caller to leave out."""

    def __init__(self) -> None:
        self._holders: dict[str, tuple[array[int], array[int], array[int]]] = {}
        self._words: list[str] = []
        self._backwards: list[str] = []
        self._sorted = True
        self._kept: dict[str, Places] = {}
        self._size = 0

    def __contains__(self, word: str) -> bool:
        return word in self._holders

    def add(self, number: int, words: Sequence[Iterable[str]]) -> None:
        self._size = max(self._size, number + 1)
        for place, found in enumerate(words):
            for word in found:
                holders = self._holders.get(word)
                if holders is None:
                    holders = self._learn(word)
                holders[place].append(number)
        self._kept.clear()

    def _learn(self, word: str) -> tuple[array[int], array[int], array[int]]:
        self._holders[word] = holders = (array("I"), array("I"), array("I"))
        if self._sorted and self._words:
            insort(self._words, word)
            insort(self._backwards, word[::-1])
        else:
            self._words.append(word)
            self._backwards.append(word[::-1])
            self._sorted = False
        return holders

    def _sort(self) -> None:
        if not self._sorted:
            self._words.sort()
            self._backwards.sort()
            self._sorted = True

    def beginning(self, start: str) -> list[str]:
        self._sort()
        return _between(self._words, start)[:MOST_BEGUN]

    def near(self, typed: str) -> list[str]:
        """The words one slip away, those of most titles first and then the most common.

        A slip leaves the beginning or the end of a word as it is, so only words that share one of them are looked at.
        """
        if len(typed) < TOLERANT_FROM:
            return []
        self._sort()
        half = len(typed) // 2
        ends = (word[::-1] for word in _between(self._backwards, typed[: half - len(typed) : -1]))
        alike = {*_between(self._words, typed[:half]), *ends}
        found = [word for word in alike if one_slip(typed, word)]
        return sorted(found, key=self._rarity)

    def _rarity(self, word: str) -> tuple[int, int, str]:
        holders = self._holders[word]
        return -len(holders[TITLE]), -sum(map(len, holders)), word

    def places(self, words: Iterable[str]) -> Places:
        """Who has one of these words, by where it stands."""
        key = " ".join(words)
        if key not in self._kept:
            if len(self._kept) > KEPT:
                self._kept.clear()
            held = [self._holders[word] for word in key.split(" ") if word in self._holders]
            title, near, text = (bits.of(_all(one[place] for one in held), self._size) for place in range(3))
            self._kept[key] = (title, title | near, title | near | text)
        return self._kept[key]


def _all(parts: Iterable[array[int]]) -> Iterator[int]:
    for part in parts:
        yield from part


def _between(words: list[str], start: str) -> list[str]:
    return words[bisect_left(words, start) : bisect_left(words, f"{start}\U0010ffff")]
