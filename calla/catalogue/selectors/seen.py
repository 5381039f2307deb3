"""What a page shows of the catalogue, in the keys of the page store. Services touch the same keys.

`product:ID` is all that is told of a product but its stock, and `face:ID` the same but for its prices; `stock:ID` is
how many are left, as far as that is told, and `sold:ID` whether it is sold out; `products` is which ones there are.
`collection:ID` and `category:ID` are the thing itself and what belongs to it; `offer:COLLECTION` is whatever a list of
its products counts, sorts or filters by, and `offers` the same of the whole catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable

from calla.kernel.pagestore import saw

SHOP, PRODUCTS, OFFERS, COLLECTIONS, CATEGORIES = "shop", "products", "offers", "collections", "categories"


def saw_product(product: int, categories: Iterable[int | None]) -> None:
    saw(f"product:{product}", f"stock:{product}", *(f"category:{pk}" for pk in categories if pk))


def saw_tiles(products: Iterable[int]) -> None:
    """Also of those that are not shown, since they are not published."""
    saw(*(f"{what}:{pk}" for pk in products for what in ("product", "sold")))


def saw_list(collection: int | None = None) -> None:
    """A list with all it counts: of one collection, or else of everything."""
    saw(*([f"collection:{collection}", f"offer:{collection}"] if collection else [PRODUCTS, OFFERS]))
