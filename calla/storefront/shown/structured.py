"""What others are told of a product: search engines, and whoever shows a shared address."""

from __future__ import annotations

import json
from typing import Any

from calla.catalogue.types import Fact, ProductView, VariantView
from calla.storefront.shown.lists import picture
from calla.storefront.shown.product import gallery
from calla.storefront.shown.wording import absolute, category, plain


def to_share(view: ProductView, chosen: VariantView) -> str:
    """The picture that a chat or a network shows with the address: a photo, since none of them reads SVG."""
    fulls = (picture(one)["full"] for one in gallery(view, chosen) if one.drawn)
    return next((absolute(full) for full in fulls if not full.endswith(".svg")), "")


def structured(view: ProductView, chosen: VariantView) -> str:
    """The product for search engines and the way to it, with what the page shows and nothing else; safe inside a script
    element."""
    data = [{"@context": "https://schema.org", **one} for one in (_product(view, chosen), _way_to(view)) if one]
    text = json.dumps(data, ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _product(view: ProductView, chosen: VariantView) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@type": "Product",
        "name": view.title,
        "sku": chosen.sku or str(chosen.id),
        "description": plain(view.description),
        "image": [absolute(picture(one)["full"]) for one in gallery(view, chosen) if one.drawn],
        "material": dict(view.facts).get(Fact.MATERIAL, ""),
        "category": view.category.title if view.category else "",
        "offers": {
            "@type": "Offer",
            "price": str(chosen.price.decimal),
            "priceCurrency": chosen.price.currency,
            "availability": f"https://schema.org/{'InStock' if chosen.buyable else 'OutOfStock'}",
            "itemCondition": "https://schema.org/NewCondition",
            "url": absolute(f"/products/{view.handle}"),
        },
    }
    if view.made_by:
        data["brand"] = {"@type": "Brand", "name": view.made_by}
    return {name: value for name, value in data.items() if value}


def _way_to(view: ProductView) -> dict[str, Any]:
    """The crumbs of the page; the last is where one is, and has no address."""
    if view.category is None:
        return {}
    crumbs = [{"name": view.category.title, "item": absolute(category(view.category.handle))}, {"name": view.title}]
    items = [{"@type": "ListItem", "position": number, **crumb} for number, crumb in enumerate(crumbs, start=1)]
    return {"@type": "BreadcrumbList", "itemListElement": items}
