"""Lists of products: one question for the page and the number of all, one for its tiles."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Window
from django.db.models.aggregates import Count

from calla.catalogue import prices
from calla.catalogue.models import CollectionItem, Product, Variant
from calla.catalogue.selectors import statements
from calla.catalogue.selectors.products import picture, value
from calla.catalogue.selectors.seen import PRODUCTS, saw_list, saw_tiles
from calla.catalogue.selectors.shop import shop
from calla.catalogue.types import Listing, Sort, TileView
from calla.kernel import clock
from calla.kernel.money import Money
from calla.kernel.pagestore import saw

ORDERS = {
    Sort.NEWEST: ("-created_at", "-pk"),
    Sort.PRICE_DOWN: ("-cheapest", "-pk"),
    Sort.PRICE_UP: ("cheapest", "-pk"),
    Sort.RECOMMENDED: ("-created_at", "-pk"),
}
AT_ANY_DEPTH = ("category", "category__parent", "category__parent__parent")
MOST_PAGES = 10**6


def listing(
    *, collection: str = "", category: str = "", sort: Sort = Sort.RECOMMENDED, page: int = 1, size: int = 24
) -> Listing:
    """One page of what is published; a page beyond the last is the last. In a collection, recommended is its order."""
    if category or sort in (Sort.PRICE_UP, Sort.PRICE_DOWN):
        saw_list()
    saw(PRODUCTS)  # which of them belong to a collection is seen by whoever asks for it by its handle
    rows = _rows(collection.replace("\0", " "), category.replace("\0", " "), sort)
    page = max(page, 1)
    found = rows.annotate(total=Window(Count("*"))).values_list("pk", "total")
    shown = list(found[(page - 1) * size : page * size]) if page < MOST_PAGES else []
    if not shown and page > 1:
        page = max(-(-rows.count() // size), 1)
        shown = list(found[(page - 1) * size : page * size])
    total = shown[0][1] if shown else 0
    return Listing(tiles(pk for pk, _ in shown), total, page, max(-(-total // size), 1))


def _rows(collection: str, category: str, sort: Sort) -> QuerySet[Any, Any]:
    offered = Exists(Variant.objects.filter(product=OuterRef("pk"), offered=True))
    rows: QuerySet[Any, Any] = Product.objects.filter(offered, published_at__lte=clock.now())
    if category:
        here = (Q(**{f"{depth}__handle": category}) for depth in AT_ANY_DEPTH)
        rows = rows.filter(reduce(or_, here))
    if collection:
        items = CollectionItem.objects.filter(collection__handle=collection, collection__published=True)
        rows = rows.filter(collection_items__in=items)
        if sort is Sort.RECOMMENDED:
            return rows.order_by("collection_items__position", "-pk")
    if sort in (Sort.PRICE_UP, Sort.PRICE_DOWN):
        rows = rows.annotate(cheapest=Min("variants__price_minor", filter=Q(variants__offered=True)))
    return rows.order_by(*ORDERS[sort])


def tiles(products: Iterable[int]) -> tuple[TileView, ...]:
    """The tiles of these products, in the order given; what is not published is left out."""
    wanted = list(products)
    saw_tiles(wanted)
    currency = shop().currency
    rows = statements.read(statements.TILES, ids=wanted, now=clock.now()) if wanted else []
    by_id = {row["id"]: _tile(row, currency) for row in rows}
    return tuple(by_id[pk] for pk in wanted if pk in by_id)


def _tile(row: Any, currency: str) -> TileView:
    reduced = prices.reduction(row["price_minor"], row["compare_at_minor"], row["prices"])
    pictures: list[Any] = row["pictures"]
    first, second = [*pictures, None, None][:2]
    return TileView(
        id=row["id"],
        handle=row["handle"],
        title=row["title"],
        made_by=row["made_by"],
        price=Money(row["price_minor"], currency),
        from_price=row["dearest_minor"] > row["price_minor"],
        compare_at=Money(reduced.was, currency) if reduced else None,
        lowest=Money(reduced.lowest, currency) if reduced else None,
        available=row["available"],
        picture=picture(first, row["title"]),
        second_picture=picture(second, row["title"]) if second else None,
        swatches=tuple(map(value, row["swatches"])),
        created_at=row["created_at"],
    )
