"""The page of a collection."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from calla.catalogue import selectors as catalogue
from calla.search import selectors as search
from calla.storefront import listed, menu, shown
from calla.storefront.frame import Way, page
from calla.storefront.redirects import plainly_addressed


@require_safe
@plainly_addressed
def collection(request: HttpRequest, handle: str) -> HttpResponse:
    way, found = Way.of(request), catalogue.collection(handle)
    query = listed.query_of(request, collection=handle)
    result = search.find(query)
    address = f"/collections/{handle}"
    return page(
        request,
        "collection",
        found.title if result.page == 1 else f"{found.title}, page {result.page}",
        way=way,
        noindex=bool(result.filters),
        canonical=address if result.page == 1 else f"{address}?page={result.page}",
        heading=found.title,
        description=found.description,
        about=shown.plain(found.description, letters=160),
        list=listed.content(listed.List(address, way, query, result)),
        elsewhere={} if result.total or result.filters else menu.instead(way, of=address),
    )
