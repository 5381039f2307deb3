"""Categories and collections that a file names: made when they are not there, else left as the shop has them."""

from __future__ import annotations

from collections.abc import Sequence

from calla.catalogue import services
from calla.catalogue.importing.reading import Shelf
from calla.catalogue.models import Category, CollectionItem


def make_categories(path: Sequence[Shelf]) -> None:
    """From the root down; each is under the one before."""
    there = set(Category.objects.filter(handle__in=[shelf.handle for shelf in path]).values_list("handle", flat=True))
    for above, shelf in zip((None, *path), path, strict=False):
        if shelf.handle not in there:
            parent = above.handle if above else ""
            services.save_category(shelf.handle, shelf.title, parent=parent, position=shelf.position)


def fill(shelf: Shelf, handles: Sequence[str], *, try_only: bool) -> bool:
    """Put these products at the end of the collection, unless they are in it; says whether any was not."""
    known = CollectionItem.objects.filter(collection__handle=shelf.handle, product__handle__in=handles)
    there = set(known.values_list("product__handle", flat=True))
    new = [handle for handle in handles if handle not in there]
    if new and not try_only:
        services.add_to_collection(shelf.handle, shelf.title, products=new, position=shelf.position)
    return bool(new)
