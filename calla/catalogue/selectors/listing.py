"""Lists of products: one question for the page and the number of all, one for its tiles."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Window
from django.db.models.aggregates import Count

from calla.catalogue import prices
from calla.catalogue.models import CollectionItem, Product, Variant
from calla.catalogue.selectors import statements
from calla.catalogue.selectors.products import picture
from calla.catalogue.selectors.seen import PRODUCTS, saw_list, saw_tiles
from calla.catalogue.selectors.shop import shop
from calla.catalogue.types import Listing, Sort, TileColour, TileView
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
    return tuple(map(tile, tile_data(products)))


def tile_data(products: Iterable[int], *, ahead: bool = False) -> list[dict[str, Any]]:
    """What tiles are made from, fit to be kept as JSON by whoever follows the catalogue. `ahead`: those that are to be
    published later as well."""
    wanted = list(products)
    saw_tiles(wanted)
    until = datetime.max.replace(tzinfo=UTC) if ahead else clock.now()
    rows = statements.read(statements.TILES, ids=wanted, now=until) if wanted else []
    by_id = {row["id"]: _settled(row) for row in rows}
    return [by_id[pk] for pk in wanted if pk in by_id]


def _settled(row: dict[str, Any]) -> dict[str, Any]:
    """With what may be said of the price: no history of prices is needed for it afterwards."""
    reduced = prices.reduction(row["price_minor"], row["compare_at_minor"], row.pop("prices"))
    was, lowest = (reduced.was, reduced.lowest) if reduced else (None, None)
    return {**row, "was": was, "lowest": lowest, "created_at": row["created_at"].timestamp()}


def tile(data: Any, *, available: bool | None = None, family: Container[str] = ()) -> TileView:
    """`available`, when it is known better by now; `family`, to show the product in one of these colours first."""
    saw_tiles((data["id"],))
    currency, title, swatches = shop().currency, data["title"], data["swatches"]
    first, second = [*data["pictures"], None, None][:2]
    like = next((one for one in swatches if one.get("family") in family), None)
    if like and like["picture"] and like["picture"]["file"] != (first or {}).get("file"):
        first, second = like["picture"], None
    return TileView(
        id=data["id"],
        handle=data["handle"],
        title=title,
        made_by=data["made_by"],
        price=Money(data["price_minor"], currency),
        from_price=data["dearest_minor"] > data["price_minor"],
        compare_at=Money(data["was"], currency) if data["was"] is not None else None,
        lowest=Money(data["lowest"], currency) if data["lowest"] is not None else None,
        available=data["available"] if available is None else available,
        picture=picture(first, title),
        second_picture=picture(second, title) if second else None,
        swatches=tuple(TileColour(one["value"], one["swatch"], one["like"]) for one in swatches),
        created_at=datetime.fromtimestamp(data["created_at"], UTC),
        like=like["like"] if like else 0,
    )
