"""The engine: an index in the memory of each process, and how it answers."""

from __future__ import annotations

import time
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace

from calla.catalogue.types import Sort
from calla.search import asked, bits
from calla.search.asked import Part, Synonyms
from calla.search.bits import Order
from calla.search.folding import fold, words
from calla.search.index import Index
from calla.search.narrowing import Narrowed
from calla.search.types import Hits, Query, Relief

MOST_PAGES = 10**6


class Memory:
    """Knows words and numbers, never who asks."""

    def __init__(self) -> None:
        self.index = Index()
        self.synonyms: Synonyms = {}

    def begin(self, entries: Iterable[tuple[int, str]], sold_out: Container[int]) -> None:
        """Forget everything and know these."""
        index = Index()
        index.fill(entries, sold_out)
        self.index = index

    def take(self, entries: Iterable[tuple[int, str]], sold_out: Container[int]) -> None:
        for product, entry in entries:
            self.index.put(product, entry, sold_out)

    def turn(self, turns: Mapping[tuple[int, int], bool]) -> None:
        for (product, variant), buyable in turns.items():
            self.index.turn(product, variant, buyable)

    def mean_the_same(self, groups: Iterable[Sequence[str]]) -> None:
        """Each group holds words and phrases that stand for each other."""
        self.synonyms = {}
        for group in groups:
            phrases = [tuple(words(one)) for one in group]
            for phrase in phrases:
                others = tuple(one for one in phrases if one != phrase)
                self.synonyms = {**self.synonyms, phrase: (*self.synonyms.get(phrase, ()), *others)}

    def find(self, query: Query) -> Hits:
        self.index.wake(time.time())
        query, narrowed, parts = self._understood(query)
        found = narrowed.found()
        total = found.bit_count()
        page = min(max(query.page, 1), max(-(-total // query.size), 1))
        shown = self._page(query, parts, found, (page - 1) * query.size, page * query.size)
        return Hits(
            products={self.index.ids[number]: self.index.in_stock(number) for number in shown},
            total=total,
            page=page,
            facets=narrowed.facets(),
            text=query.text,
            filters=query.filters,
            corrected=_corrected(parts),
            reliefs=() if total else tuple(self._reliefs(query, narrowed, parts)),
        )

    def suggest(self, text: str, most: int) -> tuple[int, ...]:
        """Products whose title has words that begin so, the newest first."""
        self.index.wake(time.time())
        parts = asked.parts(text, self.index, self.synonyms)
        found = self.index.live if parts else 0
        for part in parts:
            found &= self._places(part)[0]
        newest = self.index.aged()
        return tuple(self.index.ids[number] for number in newest.page(found, 0, most))

    def _understood(self, query: Query) -> tuple[Query, Narrowed, list[Part]]:
        """With colour and size read out of the text, unless only the plain words find something."""
        known = {name: values for name, values in query.filters.items() if name == "price" or name in self.index.facets}
        query = replace(query, filters=known)
        plain = (query, *self._narrowed(query))
        if not query.read or not query.text or self._exact(query.text):
            return plain
        text, filters = asked.read(query.text, self.index)
        filters = {name: values for name, values in filters.items() if name not in query.filters}
        other = replace(query, text=text, filters={**query.filters, **filters})
        narrowed, parts = self._narrowed(other)
        return plain if not filters or (plain[1].found() and not narrowed.found()) else (other, narrowed, parts)

    def _narrowed(self, query: Query) -> tuple[Narrowed, list[Part]]:
        parts = asked.parts(query.text, self.index, self.synonyms)
        scope = self._scope(query)
        if parts:
            held = -1
            for part in parts:
                held &= self._places(part)[2]
            scope &= held | self._exact(query.text)
        return Narrowed(self.index, scope, query.filters), parts

    def _scope(self, query: Query) -> int:
        scope = self.index.live
        if query.collection:
            scope &= self.index.collected.get(query.collection, 0)
        if query.category:
            categories = self.index.facets.get("category")
            value = categories.values.get(query.category) if categories else None
            scope &= value.whole if value else 0
        return scope

    def _places(self, part: Part) -> tuple[int, int, int]:
        """Who has the part, by where it stands: of a phrase, where all of its words stand at the least."""
        found = [0, 0, 0]
        for phrase in part.alternatives:
            held = [-1, -1, -1]
            for begun in phrase:
                for place, own in enumerate(self.index.vocabulary.places(begun)):
                    held[place] &= own
            found = [one | other for one, other in zip(found, held, strict=True)]
        return found[0], found[1], found[2]

    def _exact(self, text: str) -> int:
        """The products with this very SKU or title."""
        folded = fold(text).strip()
        numbers = list(self.index.titles.get(folded, ()))
        if folded in self.index.skus:
            numbers.append(self.index.skus[folded])
        return bits.of(numbers, len(self.index)) & self.index.live

    def _page(self, query: Query, parts: list[Part], found: int, start: int, stop: int) -> list[int]:
        if parts and query.sort is Sort.RECOMMENDED:
            return self._best(query, parts, found, stop)[start:]
        return self._order(query).page(found, start, stop)

    def _order(self, query: Query) -> Order:
        index = self.index
        if query.sort in (Sort.PRICE_UP, Sort.PRICE_DOWN):
            return index.priced(back=query.sort is Sort.PRICE_DOWN)
        if query.sort is Sort.NEWEST:
            return index.aged()
        return index.placed(query.collection) if query.collection else index.favoured()

    def _best(self, query: Query, parts: list[Part], found: int, stop: int) -> list[int]:
        """An exact SKU or title first, then where the words stand: all in the title, some in it, all near it."""
        titled, one_titled, near = -1, 0, -1
        for part in parts:
            in_title, close, _ = self._places(part)
            titled, one_titled, near = titled & in_title, one_titled | in_title, near & close
        newest = self.index.aged()
        page: list[int] = []
        for tier in (self._exact(query.text), titled, one_titled & near, near, one_titled, -1):
            if len(page) < stop:
                page += newest.page(found & tier, 0, stop - len(page))
                found &= ~tier
        return page

    def _reliefs(self, query: Query, narrowed: Narrowed, parts: list[Part]) -> Iterable[Relief]:
        """Which one filter or word to leave out, and what that would give; the most helpful first."""
        gains = [Relief(name, narrowed.found(but=name).bit_count()) for name in query.filters]
        for part in parts if len(parts) > 1 else ():
            text = _without(query.text, part.typed)
            other, _ = self._narrowed(replace(query, text=text))
            gains.append(Relief("q", other.found().bit_count(), " ".join(part.typed)))
        return sorted((one for one in gains if one.total), key=lambda one: -one.total)


def _without(text: str, part: Sequence[str]) -> str:
    return " ".join(word for word in text.split() if not set(words(word)) & set(part))


def _corrected(parts: Sequence[Part]) -> str:
    """The words as they were taken, if any was taken for another."""
    return " ".join(part.instead or " ".join(part.typed) for part in parts) if any(p.instead for p in parts) else ""
