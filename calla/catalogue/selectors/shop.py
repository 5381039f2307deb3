from __future__ import annotations

from typing import Any

from django.conf import settings

from calla.catalogue.errors import NoSuchCollection
from calla.catalogue.models import Category, Collection, Generation, ShopRow
from calla.catalogue.selectors.seen import CATEGORIES, COLLECTIONS, SHOP, saw_list
from calla.catalogue.types import CategoryView, CollectionView, PictureView, Shop
from calla.kernel import pagestore
from calla.kernel.pagestore import Remembered

COLUMNS = ("id", "handle", "title", "description", "cover")


def _read_shop(_: str) -> Shop:
    row = ShopRow.objects.values_list("name", "currency", "country", "locale").first()
    return Shop(*row) if row else Shop(settings.SHOP_NAME, "EUR", "DE", "en")


def _read_collections(_: str) -> tuple[CollectionView, ...]:
    rows = Collection.objects.filter(published=True).order_by("position", "title")
    return tuple(_collection(*row) for row in rows.values_list(*COLUMNS))


_shop = Remembered(SHOP, _read_shop)
_collections = Remembered(COLLECTIONS, _read_collections)


def shop() -> Shop:
    """The shop's own settings; a process may be a second behind. Before they are made: euros, in English."""
    return _shop.get()


def forget() -> None:
    """Drop what this process remembers of the shop, so that the next question looks into the database."""
    pagestore.forget()


def generation() -> int:
    """Grows with every change of what the catalogue shows, save stock."""
    return Generation.objects.values_list("number", flat=True).first() or 0


def collections() -> tuple[CollectionView, ...]:
    """All that are published. Every page names them, so a process remembers them for a second, like the shop."""
    return _collections.get()


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
