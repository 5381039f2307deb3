"""Lists of products. A tile shows what its variants share, and is read with them in one question."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.aggregates import Count, Max
from django.db.models.functions import JSONObject

from calla.catalogue import prices
from calla.catalogue.models import OptionValue, Product, Stock, Variant
from calla.catalogue.selectors.products import Drawn, drawn, picture, published
from calla.catalogue.selectors.shop import shop
from calla.catalogue.selectors.stock import buyable
from calla.catalogue.types import Listing, Sort, TileView, ValueView
from calla.kernel.money import Money

ORDERS = {
    Sort.NEWEST: ("-created_at", "-pk"),
    Sort.PRICE_DOWN: ("-cheapest_minor", "-pk"),
    Sort.PRICE_UP: ("cheapest_minor", "-pk"),
    Sort.RECOMMENDED: ("-created_at", "-pk"),
}


def listing(
    *, collection: str = "", category: str = "", sort: Sort = Sort.RECOMMENDED, page: int = 1, size: int = 24
) -> Listing:
    """One page of what is published; a page beyond the last is the last. In a collection, recommended is its order."""
    rows = Product.objects.filter(published())
    order = ORDERS[sort]
    if collection:
        rows = rows.filter(
            collection_items__collection__handle=collection, collection_items__collection__published=True
        )
        order = ("collection_items__position", "-pk") if sort is Sort.RECOMMENDED else order
    if category:
        rows = rows.filter(
            Q(category__handle=category)
            | Q(category__parent__handle=category)
            | Q(category__parent__parent__handle=category)
        )
    found = _rows(rows).annotate(total=Window(Count("*"))).order_by(*order).values(*COLUMNS, "total")
    first = (max(page, 1) - 1) * size
    shown = list(found[first : first + size])
    if not shown and page > 1:
        return listing(
            collection=collection, category=category, sort=sort, page=-(-found.count() // size) or 1, size=size
        )
    total = shown[0]["total"] if shown else 0
    return Listing(_tiles(shown), total, max(page, 1), max(-(-total // size), 1))


def tiles(products: Iterable[int]) -> tuple[TileView, ...]:
    """The tiles of these products, in the order given; what is not published is left out."""
    wanted = list(products)
    rows = _rows(Product.objects.filter(published(), pk__in=wanted))
    by_id = {tile.id: tile for tile in _tiles(rows.values(*COLUMNS))}
    return tuple(by_id[pk] for pk in wanted if pk in by_id)


COLUMNS = [
    "id", "handle", "title", "made_by", "created_at", "cheapest_id", "cheapest_minor", "compare_at_minor",
    "dearest_minor", "available", "drawn", "swatches", "prices",
]  # fmt: skip


def _rows(products: QuerySet[Product]) -> QuerySet[Any, Any]:
    own = Variant.objects.filter(product_id=OuterRef("pk"), offered=True)
    cheapest = own.order_by("price_minor", "position", "pk")
    dearest = own.order_by().values("product_id").annotate(most=Max("price_minor")).values("most")
    swatches = OptionValue.objects.filter(option__product_id=OuterRef("pk"), variants__offered=True).exclude(swatch="")
    in_stock = Stock.objects.alias(number=buyable("variant_id")).filter(
        variant__product_id=OuterRef("pk"), variant__offered=True, number__gt=0
    )
    swatch = JSONObject(option="option__name", value="value", swatch="swatch", position="position")
    rows: QuerySet[Any, Any] = products.annotate(
        cheapest_id=Subquery(cheapest.values("pk")[:1]),
        cheapest_minor=Subquery(cheapest.values("price_minor")[:1]),
        compare_at_minor=Subquery(cheapest.values("compare_at_minor")[:1]),
        dearest_minor=Subquery(dearest),
        available=Exists(in_stock),
        drawn=drawn("pk"),
        prices=prices.history("cheapest_id"),
        swatches=ArraySubquery(swatches.order_by("position", "pk").distinct().values(data=swatch)),
    ).filter(cheapest_id__isnull=False)
    return rows


def _tiles(rows: Iterable[dict[str, Any]]) -> tuple[TileView, ...]:
    currency = shop().currency
    return tuple(_tile(row, currency) for row in rows)


def _tile(row: dict[str, Any], currency: str) -> TileView:
    reduced = prices.reduction(row["cheapest_minor"], row["compare_at_minor"], row["prices"])
    drawn_ones: list[Drawn] = row["drawn"]
    first, second, *_ = [*drawn_ones, None, None]
    return TileView(
        id=row["id"],
        handle=row["handle"],
        title=row["title"],
        made_by=row["made_by"],
        price=Money(row["cheapest_minor"], currency),
        from_price=row["dearest_minor"] > row["cheapest_minor"],
        compare_at=Money(reduced.was, currency) if reduced else None,
        lowest=Money(reduced.lowest, currency) if reduced else None,
        available=row["available"],
        picture=picture(first, row["title"]),
        second_picture=picture(second, row["title"]) if second else None,
        swatches=tuple(ValueView(**value) for value in row["swatches"]),
        created_at=row["created_at"],
    )
