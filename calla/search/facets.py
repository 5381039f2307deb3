"""What a list can be narrowed by, and how many products each choice would leave."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from calla.catalogue import selectors as catalogue
from calla.search.filling import CATEGORY, facet_key
from calla.search.models import Choice, Entry, Facet
from calla.search.types import FacetValue, FacetView, Query

LETTER_SIZES = {size: rank for rank, size in enumerate(("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"))}
NUMBER = re.compile(r"\d+")


def meeting(query: Query) -> QuerySet[Choice]:
    """The variants that meet all filters; one chosen by its own values must be there to be bought."""
    met = Choice.objects.filter(_price(query), *(_overlap(name, query.filters[name]) for name in query.filters))
    if set(query.filters) - {CATEGORY}:
        met = met.alias(number=catalogue.buyable("variant_id", "variant__stock__")).filter(number__gt=0)
    return met


def count(scope: QuerySet[Entry], query: Query) -> tuple[FacetView, ...]:
    """Every value in the list as it is before filtering; each counts with all filters but those of its own facet."""
    passes = _price(query, "choice__")
    for name, values in query.filters.items():
        passes &= Q(name=name) | _overlap(name, values, "choice__")
    there = Facet.objects.alias(number=catalogue.buyable("choice__variant_id", "choice__variant__stock__"))
    passes &= Q(name=CATEGORY) | Q(number__gt=0)
    rows = there.filter(choice__entry__in=scope).values("name", "value").annotate(
        label=Min("label"), title=Min("title"), swatch=Min("swatch"), position=Min("position"),
        count=Count("choice__entry", distinct=True, filter=passes),
    )  # fmt: skip
    return _views(rows.order_by(), query)


def _views(rows: Iterable[Any], query: Query) -> tuple[FacetView, ...]:
    found: dict[str, list[Any]] = {}
    for row in sorted(rows, key=_place):
        found.setdefault(row["name"], []).append(row)
    return tuple(
        FacetView(name, values[0]["title"], tuple(_value(row, query.filters) for row in values))
        for name, values in sorted(found.items(), key=lambda one: (one[0] != CATEGORY, one[0]))
    )


def _value(row: Any, filters: Mapping[str, frozenset[str]]) -> FacetValue:
    chosen = row["value"] in filters.get(row["name"], ())
    return FacetValue(row["value"], row["label"], row["swatch"], row["count"], chosen)


def _place(row: Any) -> tuple[int, int, str]:
    """Sizes by size, numbers by number, the rest as the merchant ordered it and then by name."""
    value = row["value"]
    if value in LETTER_SIZES:
        return 0, LETTER_SIZES[value], value
    if number := NUMBER.match(value):
        return 1, int(number[0][:9]), value
    return 2, row["position"], value


def _overlap(name: str, values: Iterable[str], path: str = "") -> Q:
    return Q(**{f"{path}facets__overlap": [facet_key(name, value) for value in values]})


def _price(query: Query, path: str = "") -> Q:
    within = Q()
    if query.price_from is not None:
        within &= Q(**{f"{path}price_minor__gte": query.price_from})
    if query.price_to is not None:
        within &= Q(**{f"{path}price_minor__lte": query.price_to})
    return within
