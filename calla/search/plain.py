"""The engine that needs nothing but PostgreSQL, and no extension of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from calla.catalogue.types import Document, Sort
from calla.kernel import clock
from calla.search import facets
from calla.search.filling import TITLE, followed, take
from calla.search.folding import fold, one_slip, words
from calla.search.models import Entry, Indexed, Place, Posting, Word
from calla.search.types import Hits, Query, Suggestion

TOLERANT_FROM = 5
MOST_WORDS = 8
ORDERS = {
    Sort.NEWEST: ("-created_at", "-pk"),
    Sort.PRICE_DOWN: ("-price_minor", "-pk"),
    Sort.PRICE_UP: ("price_minor", "-pk"),
}
Meant = Mapping[str, Sequence[str]]


class Plain:
    def followed(self) -> int:
        return followed()

    def take(self, documents: Sequence[Document], generation: int) -> None:
        take(documents, generation)

    def find(self, query: Query) -> Hits:
        meant = _meant(words(query.text)[:MOST_WORDS])
        scope = _scope(query, meant)
        found = scope.filter(Exists(facets.meeting(query).filter(entry=OuterRef("pk"))))
        page, shown, total = _page(_ordered(found, query, meant).values_list("pk", flat=True), query)
        return Hits(shown, total, page, facets.count(scope, query), _corrected(meant))

    def suggest(self, prefix: str, most: int) -> tuple[Suggestion, ...]:
        found = _published()
        for word in words(prefix):
            found = found.filter(Exists(_postings(word, []).filter(entry=OuterRef("pk"), weight=TITLE)))
        first = Case(When(title__startswith=fold(prefix).strip(), then=0), default=1)
        rows = found.order_by(first, "shown_title").values_list("shown_title", "handle")[:most]
        return tuple(Suggestion("product", title, handle) for title, handle in rows)


def _published() -> QuerySet[Entry]:
    return Entry.objects.filter(published_at__lte=clock.now())


def _scope(query: Query, meant: Meant) -> QuerySet[Entry]:
    """All that the words and the page allow, before any filter."""
    scope = _published()
    if query.collection:
        scope = scope.filter(Exists(Place.objects.filter(entry=OuterRef("pk"), collection=query.collection)))
    if query.category:
        scope = scope.filter(categories__contains=[query.category])
    if not meant:
        return scope
    stands_in_it = Q()
    for word, instead in meant.items():
        stands_in_it &= Q(Exists(_postings(word, instead).filter(entry=OuterRef("pk"))))
    return scope.filter(stands_in_it | _has_sku(query))


def _has_sku(query: Query) -> Q:
    return Q(skus__contains=[fold(query.text).strip()])


def _meant(asked: Sequence[str]) -> dict[str, list[str]]:
    """For each long word that begins no known one, those it may have been meant as, the most common first."""
    if not asked:
        return {}
    begun = {word: Exists(_postings(word, [])) for word in asked}
    known = Indexed.objects.values_list(*begun.values()).first()
    return {
        word: [] if is_known or len(word) < TOLERANT_FROM else _near(word)
        for word, is_known in zip(asked, known or [True] * len(asked), strict=True)
    }


def _near(typed: str) -> list[str]:
    around = Word.objects.filter(length__range=(len(typed) - 1, len(typed) + 1), postings__isnull=False)
    rows = around.annotate(uses=Count("postings")).order_by("-uses", "text").values_list("text", flat=True)
    return [word for word in rows if one_slip(typed, word)]


def _corrected(meant: Meant) -> str:
    """The words as they were taken, if any was taken for another."""
    return " ".join(instead[0] if instead else word for word, instead in meant.items()) if any(meant.values()) else ""


def _postings(word: str, instead: Sequence[str]) -> QuerySet[Posting]:
    return Posting.objects.filter(Q(word__text__in=instead) if instead else Q(word__text__startswith=word))


def _ordered(found: QuerySet[Entry], query: Query, meant: Meant) -> QuerySet[Any, Any]:
    """Recommended: an exact SKU or title first, then what weighs most; in a collection, the merchant's order."""
    if query.sort is not Sort.RECOMMENDED:
        return found.order_by(*ORDERS[query.sort])
    if meant:
        exact = Case(When(_has_sku(query), then=0), When(title=fold(query.text).strip(), then=1), default=2)
        weight = sum((_weight(word, instead) for word, instead in meant.items()), Value(0))
        return found.annotate(exact=exact, weight=weight).order_by("exact", "-weight", "-created_at", "-pk")
    if query.collection:
        own = Place.objects.filter(entry=OuterRef("pk"), collection=query.collection)
        return found.annotate(place=Subquery(own.values("position")[:1])).order_by("place", "-pk")
    return found.order_by("-created_at", "-pk")


def _weight(word: str, instead: Sequence[str]) -> Coalesce:
    best = _postings(word, instead).filter(entry=OuterRef("pk")).order_by().values("entry").annotate(most=Max("weight"))
    return Coalesce(Subquery(best.values("most"), output_field=IntegerField()), 0)


def _page(rows: QuerySet[Any, int], query: Query) -> tuple[int, tuple[int, ...], int]:
    """The page asked for, or the last there is."""
    total = rows.count()
    page = min(max(query.page, 1), max(-(-total // query.size), 1))
    return page, tuple(rows[(page - 1) * query.size : page * query.size]), total
