"""Lists of products. Everything asked stands in the address: back, reload and a shared link show the same list."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from calla.catalogue import selectors as catalogue
from calla.catalogue.types import Listing, Sort
from calla.storefront import shown
from calla.storefront.frame import Way, page


@require_safe
def collection(request: HttpRequest, handle: str) -> HttpResponse:
    way, found = Way.of(request), catalogue.collection(handle)
    sort = sort_of(request)
    listed = catalogue.listing(collection=handle, sort=sort, page=number_of(request, "page"))
    return page(
        request,
        "collection",
        found.title,
        description=found.description,
        listed={"count": shown.pieces(listed.total), "tiles": shown.tiles(listed.tiles, way)},
        sorts=shown.sorts(sort),
        pages=_pages(f"/collections/{handle}", sort, listed, way),
    )


def _pages(address: str, sort: Sort, listed: Listing, way: Way) -> dict[str, str]:
    def link(number: int) -> str:
        asked = [f"sort={sort.value}"] * (sort is not Sort.RECOMMENDED) + [f"page={number}"] * (number > 1)
        return way.to(address + ("?" + "&".join(asked) if asked else ""))

    return shown.pages(listed.page, listed.pages, link)


def sort_of(request: HttpRequest) -> Sort:
    asked = request.GET.get("sort", "")
    return Sort(asked) if asked in {sort.value for sort in Sort} else Sort.RECOMMENDED


def number_of(request: HttpRequest, name: str) -> int:
    """A small whole number of the address, else 1: a mistyped page number is no reason for an error."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 6 else 1
