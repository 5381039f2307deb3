"""Magento's product file. A configurable product is a row that names the rows of its variants; both stand anywhere.

What the codes in it are called, and in which order their values come, stands in attribute files beside it; what
categories are called in addresses, in category files. Without those, names are made from codes and titles.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from calla.catalogue.importing.magento import products, rows
from calla.catalogue.importing.magento.beside import lie_beside
from calla.catalogue.importing.photos import Photos
from calla.catalogue.importing.reading import Reader

NAME = "magento"
REQUIRED = ("sku", "product_type", "name", "price")
USED = frozenset(
    {
        *REQUIRED, "store_view_code", "categories", "description", "short_description", "product_online", "visibility",
        "special_price", "special_price_from_date", "special_price_to_date", "url_key", "meta_title",
        "meta_description", "base_image", "base_image_label", "additional_images", "additional_image_labels",
        "additional_attributes", "qty", "is_in_stock", "allow_backorders", "use_config_backorders",
        "configurable_variations",
    }
)  # fmt: skip


def missing(columns: Sequence[str]) -> list[str]:
    return [column for column in REQUIRED if column not in columns]


def reader(file: Path, photos: Photos) -> Reader:
    return Reader(rows.products, partial(products.found, lie_beside(file), photos))
