from __future__ import annotations

import time
from typing import Any

from django.conf import settings

from calla.catalogue.errors import NoSuchCollection
from calla.catalogue.models import Category, Collection, Generation, ShopRow
from calla.catalogue.types import CategoryView, CollectionView, PictureView, Shop

LOOK_AGAIN_SECONDS = 1.0
COLUMNS = ("id", "handle", "title", "description", "cover")
_shop: tuple[float, Shop] | None = None


def shop() -> Shop:
    """The shop's own settings; a process may be a second behind. Before they are made: euros, in English."""
    global _shop
    if _shop is None or time.monotonic() - _shop[0] > LOOK_AGAIN_SECONDS:
        row = ShopRow.objects.values_list("name", "currency", "country", "locale").first()
        _shop = time.monotonic(), Shop(*row) if row else Shop(settings.SHOP_NAME, "EUR", "DE", "en")
    return _shop[1]


def forget() -> None:
    """Drop what this process remembers of the shop, so that the next question looks into the database."""
    global _shop
    _shop = None


def generation() -> int:
    """Grows with every change of what the catalogue shows, save stock."""
    return Generation.objects.values_list("number", flat=True).first() or 0


def collections() -> tuple[CollectionView, ...]:
    rows = Collection.objects.filter(published=True).order_by("position", "title")
    return tuple(_collection(*row) for row in rows.values_list(*COLUMNS))


def _collection(pk: int, handle: str, title: str, description: str, cover: dict[str, Any]) -> CollectionView:
    file = cover.get("file", "")
    shown = PictureView(f"{settings.MEDIA_URL}{file}", cover["alt"], cover["width"], cover["height"]) if file else None
    return CollectionView(pk, handle, title, description, shown)


def collection(handle: str) -> CollectionView:
    row = Collection.objects.filter(published=True, handle=handle.replace("\0", " "))
    found = row.values_list(*COLUMNS).first()
    if not found:
        raise NoSuchCollection
    return _collection(*found)


def categories() -> tuple[CategoryView, ...]:
    """The whole tree in one question, each with its path; parents come before their children."""
    rows = list(Category.objects.order_by("position", "title").values_list("id", "handle", "title", "parent_id"))
    children: dict[int | None, list[tuple[int, str, str]]] = {}
    for pk, handle, title, parent in rows:
        children.setdefault(parent, []).append((pk, handle, title))

    def below(parent: int | None, path: tuple[str, ...]) -> list[CategoryView]:
        found = []
        for pk, handle, title in children.get(parent, []):
            own = (*path, handle)
            found += [CategoryView(handle, title, own), *below(pk, own)]
        return found

    return tuple(below(None, ()))
