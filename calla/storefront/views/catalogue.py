"""The pages for looking around: the same bytes for everybody, no cookie, nothing stored."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from calla.catalogue import selectors as catalogue
from calla.catalogue.types import ProductView, Sort
from calla.checkout import selectors as checkout
from calla.customers.addressing import country_name
from calla.kernel import clock, links, pagestore
from calla.orders import selectors as orders
from calla.storefront import promises, shown
from calla.storefront.frame import Way, page

NEW_ONES = 8
RELATED, RELATED_AT_MOST = 4, 8  # shown, and looked at where some of the first are gone


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    way = Way.of(request)
    newest = catalogue.listing(sort=Sort.NEWEST, size=NEW_ONES)
    return page(
        request,
        "home",
        "",
        way=way,
        panels=_panels(way),
        tiles=shown.tiles(newest.tiles, way, eager=0),
        promises=promises.on_the_front_page(),
    )


@require_safe
def collections(request: HttpRequest) -> HttpResponse:
    way = Way.of(request)
    return page(request, "collections", "Collections", way=way, panels=_panels(way))


def _panels(way: Way) -> list[dict[str, Any]]:
    return shown.panels(catalogue.collections(), catalogue.looks(), way)


@require_safe
def product(request: HttpRequest, handle: str) -> HttpResponse:
    """`?variant=` chooses one; `?like=` chooses all of it but its size."""
    asked, like = (_id_of(request, name) for name in ("variant", "like"))
    return product_page(request, catalogue.product(handle), variant_id=asked or like, picked=bool(asked))


def _id_of(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def product_page(
    request: HttpRequest,
    view: ProductView,
    *,
    variant_id: int | None = None,
    picked: bool = True,
    error: str = "",
    quantity: str = "1",
    way: Way | None = None,
) -> HttpResponse:
    """The product; with `error`, the same page as the answer to a refused addition, and nothing typed is lost.

    `picked`: the variant was asked for with its size, not for its colour alone.
    """
    way, chosen = way or Way.of(request), view.variant(variant_id)
    if variant_id and chosen.id != variant_id:
        pagestore.decline()
    size_is_chosen = picked and chosen.id == variant_id
    return page(
        request,
        "product",
        view.title,
        way=way,
        status=422 if error else 200,
        private=bool(error),
        product=shown.product(view, chosen, way, size_is_chosen=size_is_chosen),
        error=error,
        quantity=quantity,
        description=view.seo_description or shown.plain(view.description, letters=160),
        data=shown.structured(view, shown.offered(view, chosen, size_is_chosen=size_is_chosen)),
        photo=shown.to_share(view, chosen),
        related=_related(view, way),
        delivery=_delivery(),
        returns=shown.returns(),
        help=way.to(f"{links.path('help')}#delivery"),
        sending_back=way.to(f"{links.path('help')}#returns"),
        crumbs=_crumbs(view, way),
        canonical=f"/products/{view.handle}",
    )


def _related(view: ProductView, way: Way) -> list[dict[str, Any]]:
    first = catalogue.tiles(view.related[:RELATED])
    instead = catalogue.tiles(view.related[RELATED:RELATED_AT_MOST]) if len(first) < RELATED else ()
    return shown.tiles([*first, *instead][:RELATED], way, eager=0)


def _crumbs(view: ProductView, way: Way) -> list[dict[str, str]]:
    kind = view.category
    return [{"label": kind.title, "href": way.to(shown.category(kind.handle))}] if kind else []


def _delivery() -> dict[str, str]:
    """What sending costs at home and when it would arrive, before anything is in the bag."""
    country = catalogue.shop().country
    option = checkout.cheapest(country)
    if option is None:
        return {}
    today = datetime.combine(clock.today(), time(tzinfo=UTC))
    first, last = (orders.working_days_after(today, days) for days in (option.days_min, option.days_max))
    return {**shown.delivery(option), "country": country_name(country), "dates": shown.days(first, last)}
