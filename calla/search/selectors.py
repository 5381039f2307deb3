from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace

from calla.catalogue import selectors as catalogue
from calla.catalogue.types import TileView
from calla.search.cards import COLOUR
from calla.search.filling import tiles_of
from calla.search.folding import fold, half_typed, words
from calla.search.following import follower
from calla.search.types import Query, Result, Suggestion

SHORTEST, LONGEST = 2, 200
MOST_FILTERS, MOST_VALUES = 12, 50
MOST_PAGE = 10**6


def find(query: Query) -> Result:
    """One page of what was asked for, with its facets, in two questions. What people ask for is kept nowhere."""
    with follower.lock:
        follower.keep_up()
        hits = follower.engine.find(_sane(query))
        complete = follower.complete
    return Result(
        hits=tuple(_tiles(hits.products, hits.filters.get(COLOUR, ()))),
        total=hits.total,
        page=hits.page,
        pages=max(-(-hits.total // query.size), 1),
        facets=hits.facets,
        text=hits.text,
        filters=hits.filters,
        corrected=hits.corrected,
        reliefs=hits.reliefs,
        complete=complete,
    )


def suggest(prefix: str, *, most: int = 8) -> tuple[Suggestion, ...]:
    """Categories, collections and products that begin so; nothing before the second letter."""
    prefix = _sane_text(prefix)
    asked = fold(prefix).strip()
    if len(asked) < SHORTEST:
        return ()
    pages = [Suggestion("category", one.title, one.handle) for one in catalogue.categories()]
    pages += [Suggestion("collection", one.title, one.handle) for one in catalogue.collections()]
    begun = [page for page in pages if all(_begins(page.title, word) for word in words(asked))][: most // 2]
    with follower.lock:
        follower.keep_up()
        found = follower.engine.suggest(prefix, most - len(begun))
    shown = _tiles(dict.fromkeys(found, True), ())
    return (*begun, *(Suggestion("product", tile.title, tile.handle, tile) for tile in shown))


def _tiles(products: Mapping[int, bool], family: Container[str]) -> Iterator[TileView]:
    """In the order given; one that went meanwhile is left out."""
    by_id = tiles_of(products) if products else {}
    shown = [product for product in products if product in by_id]
    read = json.loads(f"[{','.join(by_id[product] for product in shown)}]")  # in one go: half of what each alone costs
    for product, data in zip(shown, read, strict=True):
        yield catalogue.tile(data, available=products[product], family=family)


def _sane(query: Query) -> Query:
    """Addresses are typed by anybody: what no product can hold, and what would cost much, is left out."""
    filters = {
        _sane_text(name): frozenset(map(_sane_text, sorted(values)[:MOST_VALUES]))
        for name, values in list(query.filters.items())[:MOST_FILTERS]
        if values
    }
    return replace(
        query,
        text=_sane_text(query.text),
        filters=filters,
        collection=_sane_text(query.collection),
        category=_sane_text(query.category),
        page=max(1, min(query.page, MOST_PAGE)),
    )


def _sane_text(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text[:LONGEST])


def _begins(title: str, word: str) -> bool:
    return any(own.startswith(word) or own == half_typed(word) for own in words(title))
