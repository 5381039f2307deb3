"""Magento's product file as tests write it: its columns, a configurable product, its variants."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from calla.catalogue import importing
from calla.catalogue.models import (
    Category,
    Collection,
    CollectionItem,
    Picture,
    PriceChange,
    Product,
    StockMovement,
    Variant,
)

COLUMNS = [
    "sku", "store_view_code", "product_type", "categories", "name", "description", "short_description",
    "product_online", "visibility", "price", "special_price", "special_price_from_date", "special_price_to_date",
    "url_key", "meta_title", "meta_description", "base_image", "base_image_label", "additional_images",
    "additional_attributes", "qty", "is_in_stock", "allow_backorders", "use_config_backorders", "weight",
    "configurable_variations",
]  # fmt: skip
ROOT = "Default Category"
SHOWN, HIDDEN = "Catalog, Search", "Not Visible Individually"


def parent(name: str = "Run Tee", *, sku: str = "RT", variants: str = "", **rest: str) -> dict[str, str]:
    usual = {
        "sku": sku, "product_type": "configurable", "name": name, "price": "29", "visibility": SHOWN,
        "product_online": "1", "categories": f"{ROOT}/Women/Tops/Tees,{ROOT}/Collections/Summer,{ROOT}",
        "configurable_variations": variants or f"sku={sku}-S-Red,size=S,color=Red|sku={sku}-M-Red,size=M,color=Red",
    }  # fmt: skip
    return usual | rest


def child(sku: str, **rest: str) -> dict[str, str]:
    usual = {"sku": sku, "product_type": "simple", "name": sku, "price": "29.0000", "visibility": HIDDEN, "qty": "7"}
    return usual | {"product_online": "1", "is_in_stock": "1"} | rest


TEE = child("RT-S-Red"), child("RT-M-Red"), parent()


@pytest.fixture
def folders(home: Path, settings) -> None:
    settings.CALLA_HOME, settings.MEDIA_ROOT = home, home / "media"


@pytest.fixture
def a_file(tmp_path):
    def write(*rows: dict[str, str], name: str = "products.csv", columns: list[str] | None = None) -> Path:
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns or COLUMNS, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return tmp_path / name

    return write


def told(report: importing.Report) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in report.errors]


def counts() -> list[int]:
    return [each.objects.count() for each in (
        Product, Variant, Category, Collection, CollectionItem, Picture, PriceChange, StockMovement,
    )]  # fmt: skip
