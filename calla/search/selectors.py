from __future__ import annotations

from dataclasses import replace

from calla.catalogue import selectors as catalogue
from calla.search import services
from calla.search.folding import fold, words
from calla.search.types import Query, Result, Suggestion

SHORTEST, LONGEST = 2, 200
MOST_FILTERS = 12
MOST_PRICE = 10**12


def find(query: Query) -> Result:
    """One page of what was asked for, with its facets. What people ask for is kept nowhere."""
    services.keep_up()
    hits = services.engine.find(_sane(query))
    pages = max(-(-hits.total // query.size), 1)
    return Result(catalogue.tiles(hits.products), hits.total, hits.page, pages, hits.facets, hits.corrected)


def suggest(prefix: str, *, most: int = 8) -> tuple[Suggestion, ...]:
    """Categories, collections and products that begin so; nothing before the second letter."""
    prefix = _sane_text(prefix)
    asked = fold(prefix).strip()
    if len(asked) < SHORTEST:
        return ()
    services.keep_up()
    pages = [Suggestion("category", one.title, one.handle) for one in catalogue.categories()]
    pages += [Suggestion("collection", one.title, one.handle) for one in catalogue.collections()]
    begun = [page for page in pages if all(_begins(page.title, word) for word in words(asked))]
    return (*begun[: most // 2], *services.engine.suggest(prefix, most - len(begun[: most // 2])))


def _sane(query: Query) -> Query:
    """Addresses are typed by anybody: what no product can hold, and what would cost much, is left out."""
    filters = {_sane_text(name): frozenset(map(_sane_text, values)) for name, values in query.filters.items() if values}
    return replace(
        query,
        text=_sane_text(query.text),
        filters=dict(list(filters.items())[:MOST_FILTERS]),
        collection=_sane_text(query.collection),
        category=_sane_text(query.category),
        price_from=None if query.price_from is None else max(0, min(query.price_from, MOST_PRICE)),
        price_to=None if query.price_to is None else max(0, min(query.price_to, MOST_PRICE)),
    )


def _sane_text(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text[:LONGEST])


def _begins(title: str, word: str) -> bool:
    return any(own.startswith(word) for own in words(title))
