"""The page of one product."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from calla.catalogue.types import Fact, PictureView, ProductView, SizeGuide, VariantView
from calla.kernel.frame import Way
from calla.storefront.shown import care
from calla.storefront.shown.choices import linked, siblings, sizes
from calla.storefront.shown.lists import picture
from calla.storefront.shown.wording import price, stock_note, was

INCHES = 2.54
TOLD = {
    Fact.MATERIAL: "Material",
    Fact.CARE: "Care",
    Fact.MEASURES: "Measures",
    Fact.ORIGIN: "Where it comes from",
    Fact.RESPONSIBLE: "Who answers for it in the EU",
}


def offered(view: ProductView, chosen: VariantView, *, size_is_chosen: bool) -> VariantView:
    """The variant whose price stands on the page: before a size is chosen, the cheapest of what can be chosen."""
    if size_is_chosen or not view.options:
        return chosen
    return min(siblings(view, chosen), key=lambda variant: (not variant.buyable, variant.price.minor), default=chosen)


def product(view: ProductView, chosen: VariantView, way: Way, *, size_is_chosen: bool) -> dict[str, Any]:
    same = siblings(view, chosen)
    priced = offered(view, chosen, size_is_chosen=size_is_chosen)
    told = size_is_chosen or len(same) < 2 or not any(variant.buyable for variant in same)
    dearer = not size_is_chosen and any(priced.price < variant.price for variant in same)
    told_size = chosen.values[-1].value if size_is_chosen and chosen.values else ""
    facts = dict(view.facts)
    return {
        "title": view.title,
        "made_by": view.made_by,
        "description": view.description,
        "handle": view.handle,
        "price": ("from " if dearer else "") + price(priced.price),
        **was(priced.compare_at, priced.lowest),
        "stock": stock_note(chosen) if told else "",
        "available": view.available,
        "pictures": [picture(one, first=n == 0) for n, one in enumerate(gallery(view, chosen))],
        "links": [
            linked(option.name, option.values, view, chosen, way, size=told_size) for option in view.options[:-1]
        ],
        "sizes": sizes(view, chosen, size_is_chosen),
        "only": chosen.id if not view.options else 0,
        "like": chosen.id,
        "fit": facts.get(Fact.FIT, ""),
        "model": facts.get(Fact.MODEL, ""),
        "facts": list(_facts(view)),
        "guide": guide(view.size_guide) if view.size_guide else None,
        "sku": chosen.sku,
    }


def _facts(view: ProductView) -> Iterator[dict[str, Any]]:
    for name, text in view.facts:
        if name in TOLD:
            yield {"name": TOLD[name], "text": text, "care": care.instructions(text) if name is Fact.CARE else []}


def guide(found: SizeGuide) -> dict[str, Any]:
    """Body measures in both units, the numbers settled here so that the page only places them."""
    return {
        "measures": list(found.measures),
        "units": [
            {"name": name, "rows": [(size, [_number(one / per, places) for one in row]) for size, row in found.rows]}
            for name, per, places in (("cm", 1, 1), ("inches", INCHES, 1))
        ],
        "how": [{"name": name, "text": text} for name, text in found.how],
    }


def _number(value: float, places: int) -> str:
    return f"{value:.{places}f}".removesuffix(".0")


def gallery(view: ProductView, chosen: VariantView) -> list[PictureView]:
    """The picture of the chosen variant, then the others; those whose words name another colour are left out."""
    first = [chosen.picture] if chosen.picture.drawn else []
    rest = [one for one in view.pictures if not first or one.url != chosen.picture.url]
    own = {value.value for value in chosen.values}
    others = [value.value for option in view.options[:-1] for value in option.values if value.value not in own]
    return [*first, *(one for one in rest if not _names_any(one.alt, others) or _names_any(one.alt, own))]


def _names_any(text: str, words: Any) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in words)
