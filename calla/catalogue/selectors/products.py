from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.templatetags.static import static

from calla.catalogue import prices
from calla.catalogue.errors import NoSuchProduct
from calla.catalogue.models import Picture, Product, Stock, Variant, VariantValue
from calla.catalogue.selectors.shop import shop
from calla.catalogue.selectors.stock import buyable
from calla.catalogue.types import CategoryView, OptionView, PictureView, ProductView, StockView, ValueView, VariantView
from calla.kernel import clock
from calla.kernel.money import Money

PLACEHOLDER = "catalogue/no-picture.svg"


class Drawn(TypedDict):
    file: str
    alt: str
    width: int
    height: int


def published(prefix: str = "") -> Q:
    return Q(**{f"{prefix}published_at__lte": clock.now()})


def product(handle: str) -> ProductView:
    """What a visitor may see of it; a draft is not there."""
    row = (
        Product.objects.filter(published(), handle=handle)
        .annotate(drawn=drawn("pk"))
        .values(
            "id",
            "handle",
            "title",
            "description",
            "made_by",
            "tags",
            "seo_title",
            "seo_description",
            "created_at",
            "drawn",
            *_CATEGORY,
        )
        .first()
    )
    if row is None:
        raise NoSuchProduct
    bought = _views(Variant.objects.filter(product_id=row["id"], offered=True).order_by("position", "pk"))
    if not bought:
        raise NoSuchProduct
    pictures = tuple(picture(one, row["title"]) for one in row.pop("drawn")) or (bought[0].picture,)
    category = _category([row.pop(name) for name in _CATEGORY])
    tags = tuple(row.pop("tags"))
    return ProductView(
        **row, tags=tags, category=category, pictures=pictures, options=_options(bought), variants=bought
    )


def variants(ids: Iterable[int]) -> dict[int, VariantView]:
    """Those that exist, whether or not they can be bought: a cart must be able to name what is gone."""
    return {view.id: view for view in _views(Variant.objects.filter(pk__in=list(ids)))}


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


def drawn(product: str) -> ArraySubquery:
    """The product's own pictures in their order; addresses that were only noted are none."""
    own = Picture.objects.filter(product_id=OuterRef(product)).exclude(file="").order_by("position", "pk")
    return ArraySubquery(own.values(data=JSONObject(file="file", alt="alt", width="width", height="height")))


def picture(one: Drawn | None, title: str) -> PictureView:
    if not one:
        return PictureView(static(PLACEHOLDER), f"There is no picture of {title} yet", 900, 1200, drawn=False)
    return PictureView(f"{settings.MEDIA_URL}{one['file']}", one["alt"] or title, one["width"], one["height"])


_CATEGORY = (
    "category__handle",
    "category__title",
    "category__parent__handle",
    "category__parent__parent__handle",
)


def _category(names: list[str | None]) -> CategoryView | None:
    handle, title, *above = names
    if handle is None or title is None:
        return None
    return CategoryView(handle, title, (*[name for name in reversed(above) if name], handle))


def _views(rows: QuerySet[Variant]) -> tuple[VariantView, ...]:
    found = list(
        rows.annotate(
            available=buyable("pk", "stock__"),
            chosen_values=_values(),
            picture_shown=_picture(),
            prices=prices.history("pk"),
            shown=Coalesce(ExpressionWrapper(published("product__") & Q(offered=True), BooleanField()), Value(False)),
        ).values(
            "id",
            "product_id",
            "product__handle",
            "product__title",
            "title",
            "sku",
            "price_minor",
            "compare_at_minor",
            "available",
            "stock__backorder",
            "weight_grams",
            "picture_shown",
            "chosen_values",
            "shown",
            "prices",
        )
    )
    currency = shop().currency
    return tuple(_view(row, currency) for row in found)


def _view(row: Any, currency: str) -> VariantView:
    reduced = prices.reduction(row["price_minor"], row["compare_at_minor"], row["prices"])
    return VariantView(
        id=row["id"],
        product_id=row["product_id"],
        product_handle=row["product__handle"],
        product_title=row["product__title"],
        title=row["title"],
        sku=row["sku"],
        price=Money(row["price_minor"], currency),
        compare_at=Money(reduced.was, currency) if reduced else None,
        lowest=Money(reduced.lowest, currency) if reduced else None,
        available=row["available"],
        backorder=bool(row["stock__backorder"]),
        weight_grams=row["weight_grams"],
        picture=picture(row["picture_shown"], row["product__title"]),
        values=tuple(ValueView(**value) for value in row["chosen_values"]),
        published=row["shown"],
    )


def _values() -> ArraySubquery:
    chosen = VariantValue.objects.filter(variant_id=OuterRef("pk")).order_by("option__position", "option_id")
    return ArraySubquery(
        chosen.values(
            data=JSONObject(
                option="option__name",
                value="value__value",
                swatch="value__swatch",
                position="value__position",
            )
        )
    )


def _picture() -> Coalesce:
    """The variant's own picture, else the product's first."""
    of_product = Picture.objects.filter(product_id=OuterRef("product_id")).exclude(file="").order_by("position", "pk")
    own = Picture.objects.filter(pk=OuterRef("picture_id")).exclude(file="")
    data = JSONObject(file="file", alt="alt", width="width", height="height")
    return Coalesce(Subquery(own.values(data=data)[:1]), Subquery(of_product.values(data=data)[:1]))


def _options(bought: Iterable[VariantView]) -> tuple[OptionView, ...]:
    """The options as the variants use them: a value that nothing can be bought in is not shown."""
    found: dict[str, list[ValueView]] = {}
    for value in (value for variant in bought for value in variant.values):
        values = found.setdefault(value.option, [])
        if value not in values:
            values.append(value)
    return tuple(
        OptionView(name, tuple(sorted(values, key=lambda value: value.position))) for name, values in found.items()
    )
