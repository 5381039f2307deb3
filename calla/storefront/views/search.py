"""Search: a page that works without scripts, and suggestions while somebody types."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from calla.catalogue import selectors as catalogue
from calla.catalogue.types import Sort
from calla.search import selectors
from calla.search.types import Suggestion
from calla.storefront import listed, shown
from calla.storefront.frame import Way, page

NOTHING_ASKED = {Sort.NEWEST: "New in"}
MOST_SUGGESTED = 7


@require_safe
@gzip_page
def search(request: HttpRequest) -> HttpResponse:
    """Packed here, since no store packs it: it is the longest page, and nothing in it is secret from its asker."""
    way, typed = Way.of(request), listed.text_of(request)
    query = listed.query_of(request, text=typed, read=True)
    found = selectors.find(query)
    heading = f"“{typed}”" if typed else NOTHING_ASKED.get(query.sort, "All pieces")
    return page(
        request,
        "search",
        f"Search: {typed}" if typed else heading,
        way=way,
        noindex=True,
        q=typed,
        heading=heading,
        corrected=found.corrected,
        corrected_href=way.to(f"/search?{urlencode({'q': found.corrected})}"),
        list=listed.content(listed.List("/search", way, query, found)),
        elsewhere=[] if found.total else _elsewhere(way),
    )


def _elsewhere(way: Way) -> list[dict[str, str]]:
    """Where to look instead: the categories from the top, then the collections."""
    categories = [
        {"title": one.title, "href": way.to(f"/search?category={one.handle}")}
        for one in catalogue.categories()
        if len(one.path) == 1
    ]
    return categories + [
        {"title": one.title, "href": way.to(f"/collections/{one.handle}")} for one in catalogue.collections()
    ]


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What a typed beginning may become; addresses are relative to the shop."""
    way = Way.of(request)
    found = selectors.suggest(listed.text_of(request), most=MOST_SUGGESTED)
    return JsonResponse({"suggestions": [_suggestion(one, way) for one in found]})


def _suggestion(one: Suggestion, way: Way) -> dict[str, Any]:
    if one.tile:
        shown_tile = shown.tiles([one.tile], way)[0]
        note, href, picture = shown_tile["price"], shown_tile["href"], shown_tile["picture"]["url"]
    elif one.kind == "collection":
        note, href, picture = "Collection", way.to(f"/collections/{one.handle}"), ""
    else:
        note, href, picture = "Category", way.to(f"/search?category={one.handle}"), ""
    return {"title": one.title, "note": note, "href": href, "picture": picture}
