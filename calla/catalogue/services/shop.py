from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import list_currencies
from django.db import transaction
from django.db.models import F

from calla.catalogue import html, selectors
from calla.catalogue.errors import Refused
from calla.catalogue.models import Category, Collection, CollectionItem, Generation, Product, ShopRow
from calla.catalogue.types import PictureDraft, SizeGuide
from calla.kernel import clock, pagestore

HANDLE = re.compile(r"[^\W_]+(-+[^\W_]+)*")


def set_up_shop(name: str, *, currency: str, country: str, locale: str = "en") -> None:
    """Write down what the shop is called and reckons in. The currency stays once there are prices in it."""
    if currency not in list_currencies():
        raise Refused(f"“{currency}” is no currency. Write its three letters, such as EUR.")
    if not re.fullmatch("[A-Z]{2}", country):
        raise Refused(f"“{country}” is no country. Write its two letters, such as DE.")
    try:
        Locale.parse(locale)
    except (UnknownLocaleError, ValueError):
        raise Refused(f"“{locale}” is no language this shop can write in. Write one such as en or de.")
    old = ShopRow.objects.first()
    if old and old.currency != currency and Product.objects.exists():
        raise Refused(f"The prices are in {old.currency}; the currency can change only while there are no products.")
    values = {"name": name, "currency": currency, "country": country, "locale": locale}
    with transaction.atomic():
        ShopRow.objects.update_or_create(pk=1, defaults=values)
        pagestore.touched("shop")
    selectors.forget()


@transaction.atomic
def save_category(
    handle: str, title: str, *, parent: str = "", position: int = 0, size_guide: SizeGuide | None = None
) -> int:
    """Make or change a category; `parent` is a handle. Without a size guide it keeps what it has. Returns its id."""
    _check_handle(handle)
    if size_guide and any(len(numbers) != len(size_guide.measures) for _, numbers in size_guide.rows):
        raise Refused(f"The size guide of “{handle}” needs one number for each of its measures in every size.")
    above = Category.objects.filter(handle=parent).first() if parent else None
    if parent and above is None:
        raise Refused(f"There is no category “{parent}” to put “{handle}” under.")
    steps, up = 1, above
    while up:
        if up.handle == handle or steps == 3:
            raise Refused(
                f"“{handle}” cannot go under “{parent}”: categories go three deep and never round in a circle."
            )
        steps, up = steps + 1, up.parent
    values: dict[str, Any] = {"title": title, "parent": above, "position": position}
    if size_guide:
        values["size_guide"] = asdict(size_guide)
    category, _ = Category.objects.update_or_create(handle=handle, defaults=values)
    touch(*Product.objects.filter(category=category).values_list("pk", flat=True))
    pagestore.touched("categories", f"category:{category.pk}")
    return category.pk


@transaction.atomic
def save_collection(
    handle: str,
    title: str,
    *,
    description: str = "",
    products: list[str],
    position: int = 0,
    cover: PictureDraft | None = None,
) -> int:
    """Make or change a collection of these products (handles), in this order. Returns its id."""
    _check_handle(handle)
    text = html.safe(description) if description else ""
    values: dict[str, Any] = {"title": title, "description": text, "position": position}
    if cover:
        values["cover"] = {name: getattr(cover, name) for name in ("file", "alt", "width", "height")}
    told = Collection.objects.filter(handle=handle).values(*values).first()
    collection, _ = Collection.objects.update_or_create(handle=handle, defaults=values)
    ids = dict(Product.objects.filter(handle__in=products).values_list("handle", "pk"))
    if unknown := [product for product in products if product not in ids]:
        raise Refused(f"There is no product “{unknown[0]}” to put into “{handle}”.")
    before = set(collection.items.values_list("product_id", flat=True))
    collection.items.all().delete()
    CollectionItem.objects.bulk_create(
        CollectionItem(collection=collection, product_id=ids[product], position=place)
        for place, product in enumerate(dict.fromkeys(products))
    )
    touch(*(before | set(ids.values())))
    pagestore.touched(f"collection:{collection.pk}", *(["collections"] if told != values else []))
    selectors.forget()
    return collection.pk


@transaction.atomic
def add_to_collection(handle: str, title: str, *, products: Sequence[str], position: int = 0) -> None:
    """Put products (handles) at the end of a collection, which is made when there is none; nothing of it goes."""
    _check_handle(handle)
    values = {"title": title, "position": position}
    collection, is_new = Collection.objects.get_or_create(handle=handle, defaults=values)
    there = dict(collection.items.values_list("product_id", "position"))
    ids = dict(Product.objects.filter(handle__in=products).values_list("handle", "pk"))
    new = [ids[product] for product in dict.fromkeys(products) if ids[product] not in there]
    last = max(there.values(), default=-1)
    CollectionItem.objects.bulk_create(
        CollectionItem(collection=collection, product_id=product, position=place)
        for place, product in enumerate(new, start=last + 1)
    )
    touch(*new)
    pagestore.touched(f"collection:{collection.pk}", *(["collections"] if is_new else []))
    selectors.forget()


def touch(*products: int, at: datetime | None = None, price_alone: bool = False) -> None:
    """Mark products as changed, for whoever follows the catalogue by its generation; in the change's transaction."""
    Generation.objects.get_or_create(pk=1)
    Generation.objects.filter(pk=1).update(number=F("number") + 1)
    number = Generation.objects.values_list("number", flat=True).get(pk=1)
    Product.objects.filter(pk__in=products).update(revision=number, updated_at=at or clock.now())
    lists = CollectionItem.objects.filter(product__in=products).order_by().values_list("collection_id", flat=True)
    told = [f"{what}:{pk}" for pk in products for what in (("product",) if price_alone else ("product", "face"))]
    pagestore.touched("offers", *told, *(f"offer:{pk}" for pk in lists.distinct()))


def _check_handle(handle: str) -> None:
    if not is_handle(handle):
        raise Refused(f"“{handle[:80]}” is no handle. Use lower-case letters and digits with hyphens between them.")


def is_handle(text: str) -> bool:
    return len(text) <= 255 and text == text.lower() and bool(HANDLE.fullmatch(text))
