"""What pages show, as plain values: addresses, prices and words are settled here, so that templates only place them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from html import unescape
from typing import Any

from django.conf import settings

from calla.cart.types import CartLineView
from calla.catalogue.selectors import shop
from calla.catalogue.types import PictureView, ProductView, Sort, TileView, ValueView, VariantView
from calla.checkout.types import Quote, ShippingOption
from calla.kernel.money import Money
from calla.storefront.frame import Way

FEW = 3
SORTS = {
    Sort.RECOMMENDED: "Recommended",
    Sort.NEWEST: "Newest",
    Sort.PRICE_UP: "Price, low to high",
    Sort.PRICE_DOWN: "Price, high to low",
}


def price(money: Money) -> str:
    return money.format(shop().locale)


def day(moment: date, *, year: bool = True) -> str:
    return f"{moment:%-d %B}{f' {moment.year}' if year else ''}"


def _was(compare_at: Money | None, lowest: Money | None) -> dict[str, str]:
    """The price before, and the lowest of the 30 days before the reduction, where there is one."""
    return {"was": price(compare_at) if compare_at else "", "lowest": price(lowest) if lowest else ""}


def picture(one: PictureView, *, first: bool = False) -> dict[str, Any]:
    return {"url": one.url, "alt": one.alt, "width": one.width or 900, "height": one.height or 1200, "first": first}


def tiles(found: Iterable[TileView], way: Way, *, eager: int = 4) -> list[dict[str, Any]]:
    """The first few pictures are on the screen at once and load at once."""
    return [
        {
            "title": tile.title,
            "made_by": tile.made_by,
            "href": way.to(f"/products/{tile.handle}"),
            "price": ("from " if tile.from_price else "") + price(tile.price),
            **_was(tile.compare_at, tile.lowest),
            "sold_out": not tile.available,
            "picture": picture(tile.picture, first=place < eager),
            "second": picture(tile.second_picture) if tile.second_picture else None,
            "swatches": [swatch(value) for value in tile.swatches],
        }
        for place, tile in enumerate(found)
    ]


def pieces(number: int) -> str:
    return "1 piece" if number == 1 else f"{number} pieces"


def sorts(chosen: Sort) -> list[dict[str, Any]]:
    return [{"code": sort.value, "name": name, "chosen": sort is chosen} for sort, name in SORTS.items()]


def pages(here: int, all: int, link: Callable[[int], str]) -> dict[str, str]:
    """The way to the pages before and after; empty where there is none."""
    return {
        "here": f"Page {here} of {all}" if all > 1 else "",
        "before": link(here - 1) if here > 1 else "",
        "next": link(here + 1) if here < all else "",
    }


def swatch(value: ValueView) -> dict[str, str]:
    return {"name": value.value, "colour": value.swatch if re.fullmatch("#[0-9a-fA-F]{6}", value.swatch) else ""}


def stock_note(variant: VariantView) -> str:
    """Truthful, and never a countdown."""
    if not variant.buyable:
        return "Sold out"
    if variant.backorder:
        return "Made for you after you order"
    return f"Only {variant.available} left" if variant.available <= FEW else "In stock"


def offered(view: ProductView, chosen: VariantView, *, size_is_chosen: bool) -> VariantView:
    """The variant whose price stands on the page: before a size is chosen, the cheapest of what can be chosen."""
    if size_is_chosen or not view.options:
        return chosen
    return min(_siblings(view, chosen), key=lambda variant: (not variant.buyable, variant.price.minor), default=chosen)


def product(view: ProductView, chosen: VariantView, way: Way, *, size_is_chosen: bool) -> dict[str, Any]:
    same = _siblings(view, chosen)
    priced = offered(view, chosen, size_is_chosen=size_is_chosen)
    told = size_is_chosen or len(same) < 2 or not any(variant.buyable for variant in same)
    dearer = not size_is_chosen and any(priced.price < variant.price for variant in same)
    told_size = chosen.values[-1].value if size_is_chosen and chosen.values else ""
    return {
        "title": view.title,
        "made_by": view.made_by,
        "description": view.description,
        "handle": view.handle,
        "price": ("from " if dearer else "") + price(priced.price),
        **_was(priced.compare_at, priced.lowest),
        "stock": stock_note(chosen) if told else "",
        "available": view.available,
        "pictures": [picture(one, first=n == 0) for n, one in enumerate(_gallery(view, chosen))],
        "links": [
            _linked(option.name, option.values, view, chosen, way, size=told_size) for option in view.options[:-1]
        ],
        "sizes": _sizes(view, chosen, size_is_chosen),
        "only": chosen.id if not view.options else 0,
        "like": chosen.id,
    }


def _gallery(view: ProductView, chosen: VariantView) -> list[PictureView]:
    """The picture of the chosen variant first, then the others."""
    rest = [one for one in view.pictures if one.url != chosen.picture.url]
    return [chosen.picture, *rest] if chosen.picture.drawn else list(view.pictures)


def _linked(
    name: str, values: Sequence[ValueView], view: ProductView, chosen: VariantView, way: Way, *, size: str
) -> dict[str, Any]:
    """An option chosen by links: each leads to the variant that keeps as much as it can of what is chosen.

    Without a chosen size that it has as well, a link leads to a variant's `like`, which chooses no size.
    """
    return {
        "name": name,
        "chosen": _value(chosen, name),
        "values": [
            {
                **swatch(value),
                "here": value.value == _value(chosen, name),
                "href": way.to(f"/products/{view.handle}?{'variant' if keeps_size else 'like'}={other.id}"),
                "sold_out": not any(variant.buyable for variant in fitting),
                "sizes": json.dumps(_by_size(view, other)),
            }
            for value in values
            if (fitting := [variant for variant in view.variants if _value(variant, name) == value.value])
            for other in [_nearest(fitting, chosen, name, value.value)]
            for keeps_size in [bool(size) and other.values[-1].value == size]
        ],
    }


def _nearest(fitting: Sequence[VariantView], chosen: VariantView, option: str, value: str) -> VariantView:
    wanted = {one.option: one.value for one in chosen.values} | {option: value}
    return max(fitting, key=lambda variant: sum(wanted.get(v.option) == v.value for v in variant.values))


def _by_size(view: ProductView, like: VariantView) -> dict[str, int]:
    """Value of the last option to variant, all else as in `like`: by this a script keeps the chosen size."""
    return {variant.values[-1].value: variant.id for variant in _siblings(view, like)}


def _siblings(view: ProductView, like: VariantView) -> list[VariantView]:
    return [variant for variant in view.variants if variant.values[:-1] == like.values[:-1] and variant.values]


def _sizes(view: ProductView, chosen: VariantView, is_chosen: bool) -> dict[str, Any] | None:
    """The last option, chosen by buttons: sold-out values stay visible and say so."""
    if not view.options:
        return None
    same = _siblings(view, chosen)
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


def _value(variant: VariantView, option: str) -> str:
    return next((one.value for one in variant.values if one.option == option), "")


def structured(view: ProductView, chosen: VariantView) -> str:
    """The product for search engines, with what the page shows and nothing else; safe inside a script element."""
    data = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": view.title,
        "sku": chosen.sku or str(chosen.id),
        "description": plain(view.description),
        "image": [_absolute(one.url) for one in _gallery(view, chosen) if one.drawn],
        "offers": {
            "@type": "Offer",
            "price": str(chosen.price.decimal),
            "priceCurrency": chosen.price.currency,
            "availability": f"https://schema.org/{'InStock' if chosen.buyable else 'OutOfStock'}",
            "url": _absolute(f"/products/{view.handle}"),
        },
    }
    if view.made_by:
        data["brand"] = {"@type": "Brand", "name": view.made_by}
    text = json.dumps({name: value for name, value in data.items() if value}, ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def plain(html: str, *, letters: int = 300) -> str:
    blocks = re.sub(r"</?(?:a|b|code|em|i|s|small|span|strong|sub|sup|u)\b[^>]*>", "", html)
    text = " ".join(unescape(re.sub(r"<[^>]*>", " ", blocks)).split())
    return text if len(text) <= letters else text[: letters - 1].rsplit(" ", 1)[0] + "…"


def _absolute(address: str) -> str:
    return f"{settings.PUBLIC_URL}{address}"


def lines(found: Iterable[CartLineView], way: Way) -> list[dict[str, Any]]:
    return [
        {
            "id": line.variant.id,
            "title": line.variant.product_title,
            "variant": line.variant.title,
            "href": way.to(f"/products/{line.variant.product_handle}?variant={line.variant.id}"),
            "quantity": line.quantity,
            "price": price(line.variant.price),
            "total": price(line.total),
            "picture": picture(line.variant.picture),
            "notes": list(_notes(line)),
            "short": line.short,
        }
        for line in found
    ]


def _notes(line: CartLineView) -> Iterable[str]:
    if line.price_before:
        yield f"The price has changed since you put it in: it was {price(line.price_before)}."
    if line.short and line.variant.available:
        yield f"Only {line.variant.available} left now. Take fewer to order."
    elif line.short:
        yield "Sold out meanwhile. Take it out to order the rest."


def delivery(option: ShippingOption) -> dict[str, Any]:
    days = str(option.days_min) if option.days_min == option.days_max else f"{option.days_min} to {option.days_max}"
    return {
        "id": option.id,
        "name": option.name,
        "price": price(option.price) if option.price else "free",
        "days": f"{days} working day{'' if days == '1' else 's'}",
    }


def totals(quote: Quote) -> dict[str, Any]:
    return {
        "subtotal": price(quote.subtotal),
        "shipping": price(quote.shipping) if quote.shipping else "free",
        "tax": price(quote.tax) if quote.tax else "",
        "total": price(quote.total),
        "minor": quote.total.minor,
        "pieces": quote.pieces,
    }
