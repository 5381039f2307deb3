"""Addresses for machines: health, robots, the site map."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from calla.catalogue import selectors as catalogue
from calla.kernel.errors import Unavailable
from calla.privacy import services as privacy

CLOSED = (
    "/cart", "/checkout", "/orders", "/returns", "/account", "/contact/", "/office", "/api", "/search/suggestions",
)  # fmt: skip
PER_PAGE = 1000


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Both databases answer and keys open; a policy is in force, or this request would not have come so far."""
    for alias in connections:
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
        except (DatabaseError, InterfaceError):
            return _text(f"no answer from the database “{alias}”\n", status=503)
    try:
        privacy.try_keys()
    except Unavailable as error:
        return _text(f"{error}\n", status=503)
    return _text("ready\n")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    closed = "".join(f"Disallow: {address}\n" for address in CLOSED)
    return _text(f"User-agent: *\n{closed}\nSitemap: {settings.PUBLIC_URL}/sitemap.xml\n")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    found = catalogue.listing(size=PER_PAGE * 40)
    addresses = ["/", "/collections", "/help", "/privacy"]
    addresses += [f"/collections/{one.handle}" for one in catalogue.collections()]
    addresses += [f"/products/{tile.handle}" for tile in found.tiles]
    entries = [f"{settings.PUBLIC_URL}{address}" for address in addresses]
    return render(
        request, "storefront/sitemap.xml", {"entries": entries}, content_type="application/xml; charset=utf-8"
    )


def _text(text: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
