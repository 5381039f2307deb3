"""What changes the catalogue and the stock."""

from calla.catalogue.services.pictures import keep_photo, make_renditions, sweep_pictures
from calla.catalogue.services.products import Saved, save_product, set_price
from calla.catalogue.services.shop import add_to_collection, save_category, save_collection, set_up_shop, touch
from calla.catalogue.services.stock import (
    adjust,
    allocate,
    forget_turns,
    hold,
    release,
    restock,
    ship,
    sweep_holds,
    unallocate,
)

__all__ = [
    "Saved", "add_to_collection", "adjust", "allocate", "forget_turns", "hold", "keep_photo", "make_renditions",
    "release", "restock", "save_category", "save_collection", "save_product", "set_price", "set_up_shop", "ship",
    "sweep_holds", "sweep_pictures", "touch", "unallocate",
]  # fmt: skip
