"""Search: a page that works without scripts, and suggestions while somebody types."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from calla.catalogue.types import Sort
from calla.search import selectors
from calla.search.types import Result, Suggestion
from calla.storefront import listed, menu, shown
from calla.storefront.frame import Way, page
from calla.storefront.redirects import plainly_addressed

NOTHING_ASKED = {Sort.NEWEST: "New in"}
MOST_SUGGESTED = 7


@require_safe
@plainly_addressed
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
        noindex=not _ours_to_show(found),
        canonical=_canonical(found),
        q=typed,
        heading=heading,
        corrected=found.corrected,
        corrected_href=way.to(f"/search?{urlencode({'q': found.corrected})}"),
        list=listed.content(listed.List("/search", way, query, found)),
        elsewhere={} if found.total else menu.instead(way),
    )


def _ours_to_show(found: Result) -> bool:
    """Search engines may keep what is found by words of the catalogue, or in one category. A page for any other words
    would let everybody have theirs shown under the shop's name (decision 0014)."""
    one_category = set(found.filters) <= {"category"} and sum(map(len, found.filters.values())) <= 1
    return bool(found.total) and not found.corrected and one_category


def _canonical(found: Result) -> str:
    """One address for one search, however it was written and sorted."""
    asked = [("q", " ".join(found.text.casefold().split()))] if found.text else []
    asked += [(name, value) for name, values in sorted(found.filters.items()) for value in sorted(values)]
    return f"/search?{urlencode(asked)}" if asked else "/search"


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
        note, href, picture = "Category", way.to(shown.category(one.handle)), ""
    return {"title": one.title, "note": note, "href": href, "picture": picture}
