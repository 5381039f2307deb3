from __future__ import annotations

import time
from typing import Any, Generic, NamedTuple, TypeVar

from django.conf import settings

from calla.catalogue.errors import NoSuchCollection
from calla.catalogue.models import Category, Collection, Generation, ShopRow
from calla.catalogue.selectors.seen import CATEGORIES, COLLECTIONS, SHOP, saw_list
from calla.catalogue.types import CategoryView, CollectionView, PictureView, Shop
from calla.kernel import pagestore

T = TypeVar("T")
LOOK_AGAIN_SECONDS = 1.0
COLUMNS = ("id", "handle", "title", "description", "cover")
_shop: Remembered[Shop] | None = None
_collections: Remembered[tuple[CollectionView, ...]] | None = None


class Remembered(NamedTuple, Generic[T]):
    """What was read a moment ago, and the mark of the page store from before that reading."""

    value: T
    at: float
    mark: int

    def holds(self, key: str) -> bool:
        return time.monotonic() - self.at < LOOK_AGAIN_SECONDS and pagestore.unchanged(self.mark, key)


def shop() -> Shop:
    """The shop's own settings; a process may be a second behind. Before they are made: euros, in English."""
    global _shop
    pagestore.saw(SHOP)
    known = _shop
    if known is None or not known.holds(SHOP):
        mark = pagestore.mark()
        row = ShopRow.objects.values_list("name", "currency", "country", "locale").first()
        found = Shop(*row) if row else Shop(settings.SHOP_NAME, "EUR", "DE", "en")
        _shop = known = Remembered(found, time.monotonic(), mark)
    return known.value


def forget() -> None:
    """Drop what this process remembers of the shop, so that the next question looks into the database."""
    global _shop, _collections
    _shop = _collections = None


def generation() -> int:
    """Grows with every change of what the catalogue shows, save stock."""
    return Generation.objects.values_list("number", flat=True).first() or 0


def collections() -> tuple[CollectionView, ...]:
    """All that are published. Every page names them, so a process remembers them for a second, like the shop."""
    global _collections
    pagestore.saw(COLLECTIONS)
    known = _collections
    if known is None or not known.holds(COLLECTIONS):
        mark = pagestore.mark()
        rows = Collection.objects.filter(published=True).order_by("position", "title").values_list(*COLUMNS)
        found = tuple(_collection(*row) for row in rows)
        _collections = known = Remembered(found, time.monotonic(), mark)
    return known.value


def _collection(pk: int, handle: str, title: str, description: str, cover: dict[str, Any]) -> CollectionView:
    file = cover.get("file", "")
    shown = PictureView(f"{settings.MEDIA_URL}{file}", cover["alt"], cover["width"], cover["height"]) if file else None
    return CollectionView(pk, handle, title, description, shown)


def collection(handle: str) -> CollectionView:
    found = next((one for one in collections() if one.handle == handle), None) or _read(handle)
    if not found:
        raise NoSuchCollection
    saw_list(found.id)
    return found


def _read(handle: str) -> CollectionView | None:
    """One that was not there a moment ago."""
    row = Collection.objects.filter(published=True, handle=handle.replace("\0", " ")).values_list(*COLUMNS).first()
    return _collection(*row) if row else None


def categories() -> tuple[CategoryView, ...]:
    """The whole tree in one question, each with its path; parents come before their children."""
    pagestore.saw(CATEGORIES)
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
