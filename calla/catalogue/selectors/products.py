from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.templatetags.static import static

from calla.catalogue import prices
from calla.catalogue.errors import NoSuchProduct
from calla.catalogue.models import Category, Stock, Variant
from calla.catalogue.pictures.kinds import RENDITIONS
from calla.catalogue.selectors import statements
from calla.catalogue.selectors.seen import CATEGORIES, saw_product
from calla.catalogue.selectors.shop import shop
from calla.catalogue.types import (
    ON_BACKORDER,
    CategoryView,
    Fact,
    OptionView,
    PictureView,
    ProductView,
    Rendition,
    SizeGuide,
    StockView,
    ValueView,
    VariantView,
)
from calla.kernel import clock, pagestore
from calla.kernel.money import Money

PLACEHOLDER = "catalogue/no-picture.svg"
FACTS = {fact.value: fact for fact in Fact}


def product(handle: str) -> ProductView:
    """What a visitor may see of it; a draft is not there."""
    rows = statements.read(statements.PRODUCT, handle=handle, now=clock.now()) if "\0" not in handle else []
    bought = _views(product=rows[0]["id"]) if rows else ()
    if not bought:
        raise NoSuchProduct
    row = rows[0]
    saw_product(row["id"], (row["category_id"], row["above_id"], row["root_id"]))
    return ProductView(
        id=row["id"],
        handle=row["handle"],
        title=row["title"],
        description=row["description"],
        made_by=row["made_by"],
        category=_category(row),
        tags=tuple(row["tags"]),
        seo_title=row["seo_title"],
        seo_description=row["seo_description"],
        created_at=row["created_at"],
        pictures=tuple(picture(one, row["title"]) for one in row["pictures"]) or (bought[0].picture,),
        options=_options(bought),
        variants=bought,
        facts=tuple((FACTS[name], text) for name, text in row["facts"] if name in FACTS),
        size_guide=_size_guide(row["size_guide"]),
        related=tuple(dict.fromkeys(row["related"])),
    )


def variants(ids: Iterable[int]) -> dict[int, VariantView]:
    """Those that exist, whether or not they can be bought: a cart must be able to name what is gone."""
    return {view.id: view for view in _views(ids=ids)}


def stock(ids: Iterable[int]) -> tuple[StockView, ...]:
    """The numbers behind, for staff."""
    views = variants(ids)
    rows = Stock.objects.filter(variant_id__in=views).order_by("variant__product__title", "variant__position")
    numbers = rows.values_list("variant_id", "on_hand", "allocated", "held", "safety")
    return tuple(StockView(views[variant], *rest) for variant, *rest in numbers)


def find_stock(text: str = "", *, page: int = 1, rows: int = 50) -> tuple[tuple[StockView, ...], int]:
    """For staff: the variants whose title, product, SKU or barcode hold every word of `text`: a page, and how many."""
    found = Variant.objects.filter(stock__isnull=False)
    for word in text.split():
        found = found.filter(
            Q(sku__icontains=word) | Q(barcode=word) | Q(title__icontains=word) | Q(product__title__icontains=word)
        )
    ids = found.order_by("product__title", "product_id", "position").values_list("pk", flat=True)
    return stock(list(ids[(page - 1) * rows : page * rows])), found.count()


def picture(one: Any, title: str) -> PictureView:
    if not one:
        return PictureView(static(PLACEHOLDER), f"There is no picture of {title} yet", 900, 1200, drawn=False)
    made = renditions(one["renditions"])
    return PictureView(
        f"{settings.MEDIA_URL}{one['file']}", one["alt"] or title, one["width"], one["height"], renditions=made
    )


def renditions(made: Any) -> tuple[Rendition, ...]:
    if not made:
        return ()
    stem = f"{settings.MEDIA_URL}{made['stem']}"
    return tuple(
        Rendition(name, width, f"{stem}-{width}.{suffix}")
        for name, suffix in RENDITIONS.items()
        for width in made["widths"]
    )


def value(one: Any) -> ValueView:
    return ValueView(one["option"], one["value"], one["swatch"], one["position"])


def _category(row: Any) -> CategoryView | None:
    if row["category"] is None:
        return None
    path = tuple(handle for handle in (row["root"], row["above"], row["category"]) if handle)
    return CategoryView(row["category"], row["category_title"], path)


def _size_guide(row: Any) -> SizeGuide | None:
    if not row:
        return None
    rows = tuple((size, tuple(numbers)) for size, numbers in row["rows"])
    return SizeGuide(tuple(row["measures"]), rows, tuple((name, text) for name, text in row["how"]))


def size_guides() -> tuple[tuple[tuple[str, ...], SizeGuide], ...]:
    """Each guide there is, with the titles of the categories that have it."""
    pagestore.saw(CATEGORIES)
    found: dict[SizeGuide, list[str]] = {}
    for title, row in Category.objects.order_by("position", "title").values_list("title", "size_guide"):
        if (one := _size_guide(row)) is not None:
            found.setdefault(one, []).append(title)
    return tuple((tuple(titles), one) for one, titles in found.items())


def _views(*, ids: Iterable[int] = (), product: int | None = None) -> tuple[VariantView, ...]:
    currency = shop().currency
    wanted = {"ids": list(ids), "product": product, "now": clock.now(), "on_backorder": ON_BACKORDER}
    return tuple(_view(row, currency) for row in statements.read(statements.VARIANTS, **wanted))


def _view(row: Any, currency: str) -> VariantView:
    reduced = prices.reduction(row["price_minor"], row["compare_at_minor"], row["prices"])
    return VariantView(
        id=row["id"],
        product_id=row["product_id"],
        product_handle=row["product_handle"],
        product_title=row["product_title"],
        title=row["title"],
        sku=row["sku"],
        price=Money(row["price_minor"], currency),
        compare_at=Money(reduced.was, currency) if reduced else None,
        lowest=Money(reduced.lowest, currency) if reduced else None,
        available=row["available"],
        backorder=row["backorder"],
        weight_grams=row["weight_grams"],
        picture=picture(row["picture"], row["product_title"]),
        values=tuple(map(value, row["values"])),
        published=row["published"],
    )


def _options(bought: Iterable[VariantView]) -> tuple[OptionView, ...]:
    """The options as the variants use them: a value that nothing can be bought in is not shown."""
    found: dict[str, list[ValueView]] = {}
    for one in (one for variant in bought for one in variant.values):
        values = found.setdefault(one.option, [])
        if one not in values:
            values.append(one)
    return tuple(
        OptionView(name, tuple(sorted(values, key=lambda one: one.position))) for name, values in found.items()
    )
