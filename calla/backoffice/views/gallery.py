from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from calla.backoffice.pages import page
from calla.catalogue import selectors
from calla.catalogue.types import CollectionView, PictureView, ProductView
from calla.kernel import demo
from calla.kernel.errors import Missing

SHEETS = ("calla/tokens", "calla/fonts", "backoffice/office", "backoffice/gallery")
MOST = 100


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every drawing of one of the demo's collections, side by side. It shows nothing that the shop does not."""
    demo.refuse_elsewhere()
    collections = selectors.collections()
    handle = request.GET.get("collection", "")
    chosen = next((one for one in collections if one.handle == handle), collections[0] if collections else None)
    if handle and (chosen is None or chosen.handle != handle):
        raise Missing
    return page(
        request, "backoffice/gallery.html", "Gallery",
        styles=[static(f"{sheet}.css") for sheet in SHEETS],
        collections=[_link(one, chosen) for one in collections],
        chosen=chosen,
        pieces=list(_pieces(chosen)) if chosen else [],
    )  # fmt: skip


def _link(one: CollectionView, chosen: CollectionView | None) -> dict[str, Any]:
    return {"title": one.title, "href": f"/office/gallery?collection={one.handle}", "here": one == chosen}


def _pieces(collection: CollectionView) -> Iterator[dict[str, Any]]:
    for tile in selectors.listing(collection=collection.handle, size=MOST).tiles:
        product = selectors.product(tile.handle)
        yield {
            "title": product.title,
            "href": f"/products/{product.handle}",
            "category": product.category.title if product.category else "",
            "swatches": [value for option in product.options for value in option.values if value.swatch],
            "rows": [_shown(pictures) for pictures in _by_colour(product)],
        }


def _by_colour(product: ProductView) -> list[list[PictureView]]:
    """Its pictures in their order, a new row where the next colour begins."""
    firsts = {variant.picture.url for variant in product.variants}
    rows: list[list[PictureView]] = []
    for picture in product.pictures:
        if picture.url in firsts or not rows:
            rows.append([])
        rows[-1].append(picture)
    return rows


def _shown(pictures: list[PictureView]) -> list[dict[str, Any]]:
    return [{"url": one.url, "alt": one.alt, "width": one.width, "height": one.height} for one in pictures]
