"""The choices on a product's page: colours and the like by links, the last option by buttons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from calla.catalogue.types import ProductView, ValueView, VariantView
from calla.kernel.frame import Way
from calla.storefront.shown.lists import swatch
from calla.storefront.shown.wording import price, stock_note


def linked(
    name: str, values: Sequence[ValueView], view: ProductView, chosen: VariantView, way: Way, *, size: str
) -> dict[str, Any]:
    """An option chosen by links: each leads to the variant that keeps as much as it can of what is chosen.

    Without a chosen size that it has as well, a link leads to a variant's `like`, which chooses no size.
    """
    return {
        "name": name,
        "chosen": value_of(chosen, name),
        "values": [
            {
                **swatch(value),
                "here": value.value == value_of(chosen, name),
                "href": way.to(f"/products/{view.handle}?{'variant' if keeps_size else 'like'}={other.id}"),
                "sold_out": not any(variant.buyable for variant in fitting),
                "sizes": json.dumps(_by_size(view, other)),
            }
            for value in values
            if (fitting := [variant for variant in view.variants if value_of(variant, name) == value.value])
            for other in [_nearest(fitting, chosen, name, value.value)]
            for keeps_size in [bool(size) and other.values[-1].value == size]
        ],
    }


def _nearest(fitting: Sequence[VariantView], chosen: VariantView, option: str, value: str) -> VariantView:
    wanted = {one.option: one.value for one in chosen.values} | {option: value}
    return max(fitting, key=lambda variant: sum(wanted.get(v.option) == v.value for v in variant.values))


def _by_size(view: ProductView, like: VariantView) -> dict[str, int]:
    """Value of the last option to variant, all else as in `like`: by this a script keeps the chosen size."""
    return {variant.values[-1].value: variant.id for variant in siblings(view, like)}


def siblings(view: ProductView, like: VariantView) -> list[VariantView]:
    return [variant for variant in view.variants if variant.values[:-1] == like.values[:-1] and variant.values]


def sizes(view: ProductView, chosen: VariantView, is_chosen: bool) -> dict[str, Any] | None:
    """The last option, chosen by buttons: sold-out values stay visible and say so."""
    if not view.options:
        return None
    same = siblings(view, chosen)
    one_price = len({variant.price.minor for variant in same}) < 2
    order = {value.value: place for place, value in enumerate(view.options[-1].values)}
    same.sort(key=lambda variant: order.get(variant.values[-1].value, 0))
    return {
        "name": view.options[-1].name,
        "values": [
            {
                "id": variant.id,
                "name": variant.values[-1].value,
                "sold_out": not variant.buyable,
                "note": stock_note(variant),
                "price": "" if one_price else price(variant.price),
                "chosen": variant.buyable and (len(same) == 1 or (is_chosen and variant.id == chosen.id)),
            }
            for variant in same
        ],
    }


def value_of(variant: VariantView, option: str) -> str:
    return next((one.value for one in variant.values if one.option == option), "")
