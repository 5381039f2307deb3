"""What pages show, as plain values: addresses, prices and words are settled here, so that templates only place them."""

from calla.storefront.shown.bag import delivery, lines, totals
from calla.storefront.shown.lists import pages, panels, picture, sorts, swatch, tiles
from calla.storefront.shown.product import offered, product, structured, to_share
from calla.storefront.shown.wording import EU, day, days, pieces, plain, price, stock_note

__all__ = [
    "EU", "day", "days", "delivery", "lines", "offered", "pages", "panels", "picture", "pieces", "plain", "price",
    "product", "sorts", "stock_note", "structured", "swatch", "tiles", "to_share", "totals",
]  # fmt: skip
