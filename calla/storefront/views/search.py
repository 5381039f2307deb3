"""The search page. Everything asked stands in the address: back, reload and a shared link show the same list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from calla.catalogue.types import Sort
from calla.search import selectors
from calla.search.types import FacetView, Query, Result
from calla.storefront import shown
from calla.storefront.frame import Way, page
from calla.storefront.views.catalogue import collection_links
from calla.storefront.views.listing import number_of, sort_of

MOST_LETTERS = 100
OWN = frozenset({"q", "sort", "page", "cart"})
MOST_FILTERS = 12


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    way, query = Way.of(request), _query(request)
    found = selectors.find(query)
    return page(
        request,
        "search",
        f"Search: {query.text}" if query.text else "Search",
        noindex=True,
        q=query.text,
        corrected=found.corrected,
        listed={"count": shown.pieces(found.total), "tiles": shown.tiles(found.hits, way)},
        facets=[_facet(facet) for facet in found.facets if len(facet.values) > 1 or facet.name in query.filters],
        chips=_chips(query, found, way),
        clear=_address(query, way, filters={}),
        sorts=shown.sorts(query.sort),
        pages=_pages(query, found, way),
        elsewhere=[] if found.total else collection_links(way),
    )


def _query(request: HttpRequest) -> Query:
    """What the address asks, cut down to a sensible size; what it cannot mean is left out."""
    names = [name for name in request.GET if name not in OWN and len(name) <= 60][:MOST_FILTERS]
    filters = {
        name: frozenset(value[:120].replace("\0", "") for value in request.GET.getlist(name)[:50] if value)
        for name in names
    }
    return Query(
        text=request.GET.get("q", "").replace("\0", " ").strip()[:MOST_LETTERS],
        filters={name: values for name, values in filters.items() if values},
        sort=sort_of(request),
        page=number_of(request, "page"),
    )


def _facet(facet: FacetView) -> dict[str, Any]:
    return {
        "name": facet.name,
        "title": facet.title,
        "open": any(value.chosen for value in facet.values),
        "values": [
            {
                "value": value.value,
                "label": value.label,
                "colour": value.swatch,
                "count": value.count,
                "chosen": value.chosen,
                "none": value.count == 0 and not value.chosen,
            }
            for value in facet.values
        ],
    }


def _chips(query: Query, found: Result, way: Way) -> list[dict[str, str]]:
    """Each chosen filter with the address of the list without it."""
    labels = {(facet.name, value.value): value.label for facet in found.facets for value in facet.values}
    return [
        {
            "label": labels.get((name, value), value),
            "href": _address(query, way, filters={**query.filters, name: query.filters[name] - {value}}),
        }
        for name in query.filters
        for value in sorted(query.filters[name])
    ]


def _pages(query: Query, found: Result, way: Way) -> dict[str, str]:
    return shown.pages(found.page, found.pages, lambda number: _address(query, way, filters=query.filters, page=number))


def _address(query: Query, way: Way, *, filters: Any, page: int = 1) -> str:
    asked = [("q", query.text)] if query.text else []
    asked += [(name, value) for name, values in filters.items() for value in sorted(values)]
    asked += [("sort", query.sort.value)] if query.sort is not Sort.RECOMMENDED else []
    asked += [("page", str(page))] if page > 1 else []
    return way.to("/search" + (f"?{urlencode(asked)}" if asked else ""))
