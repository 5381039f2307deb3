"""Reads of the catalogue. Each takes a fixed number of questions, however many variants there are."""

from calla.catalogue.selectors.documents import documents
from calla.catalogue.selectors.following import pulse, sold_out
from calla.catalogue.selectors.listing import listing, tile, tile_data, tiles
from calla.catalogue.selectors.looks import looks
from calla.catalogue.selectors.products import find_stock, product, size_guides, stock, variants
from calla.catalogue.selectors.shelves import available, buyable, movements
from calla.catalogue.selectors.shop import categories, collection, collections, forget, generation, shop

__all__ = [
    "available", "buyable", "categories", "collection", "collections", "documents", "find_stock", "forget",
    "generation", "listing", "looks", "movements", "product", "pulse", "shop", "size_guides", "sold_out", "stock",
    "tile", "tile_data", "tiles", "variants",
]  # fmt: skip
