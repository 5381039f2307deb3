"""What pages show, as plain values: addresses, prices and words are settled here, so that templates only place them."""

from calla.storefront.shown.bag import delivery, lines, totals
from calla.storefront.shown.lists import pages, panels, picture, sorts, swatch, tiles
from calla.storefront.shown.product import guide, offered, product
from calla.storefront.shown.structured import structured, to_share
from calla.storefront.shown.wording import category, day, days, pieces, plain, price, returns, stock_note, working_days

__all__ = [
    "category", "day", "days", "delivery", "guide", "lines", "offered", "pages", "panels", "picture", "pieces",
    "plain", "price", "product", "returns", "sorts", "stock_note", "structured", "swatch", "tiles", "to_share",
    "totals", "working_days",
]  # fmt: skip
