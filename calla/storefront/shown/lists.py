"""Tiles, pictures and the ways through a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from calla.catalogue.types import CollectionView, PictureView, Sort, TileColour, TileView, ValueView
from calla.kernel.frame import Way
from calla.storefront.shown.wording import plain, price, was

SORTS = {
    Sort.RECOMMENDED: "Recommended",
    Sort.NEWEST: "Newest",
    Sort.PRICE_UP: "Price, low to high",
    Sort.PRICE_DOWN: "Price, high to low",
}
COLOUR = re.compile("#[0-9a-fA-F]{6}")


def picture(one: PictureView, *, first: bool = False) -> dict[str, Any]:
    """`sources` are what a browser may choose from, the best format first; `full` is the largest of all and `thumb` the
    smallest that every browser reads."""
    return {
        "url": one.url, "alt": one.alt, "width": one.width or 900, "height": one.height or 1200, "first": first,
        "sources": [], "full": one.url, "thumb": one.url, **(_renditions(one) if one.renditions else {}),
    }  # fmt: skip


def _renditions(one: PictureView) -> dict[str, Any]:
    made = [
        {"type": f"image/{form}", "srcset": ", ".join(f"{each.address} {each.width}w" for each in group)}
        for form, group in groupby(one.renditions, key=lambda each: each.format)
    ]
    readable = sorted((each for each in one.renditions if each.format == "jpeg"), key=lambda each: each.width)
    ends = {"full": readable[-1].address, "thumb": readable[0].address} if readable else {}
    return {"sources": made, **ends}


def tiles(found: Iterable[TileView], way: Way, *, eager: int = 4) -> list[dict[str, Any]]:
    """The first few pictures are on the screen at once and load at once."""
    return [
        {
            "title": tile.title,
            "made_by": tile.made_by,
            "href": way.to(_address(tile, tile.like)),
            "price": ("from " if tile.from_price else "") + price(tile.price),
            **was(tile.compare_at, tile.lowest),
            "sold_out": not tile.available,
            "picture": picture(tile.picture, first=place < eager),
            "second": picture(tile.second_picture) | {"alt": ""} if tile.second_picture else None,
            "swatches": [swatch(one) | {"href": way.to(_address(tile, one.like))} for one in tile.swatches],
        }
        for place, tile in enumerate(found)
    ]


def _address(tile: TileView, like: int) -> str:
    return f"/products/{tile.handle}{f'?like={like}' if like else ''}"


def panels(found: Iterable[CollectionView], looks: Mapping[int, list[PictureView]], way: Way) -> list[dict[str, Any]]:
    """Collections as they are announced: with their cover, or with the pictures of their first pieces."""
    return [
        {
            "title": one.title,
            "href": way.to(f"/collections/{one.handle}"),
            "about": plain(one.description, letters=160),
            "cover": picture(one.cover, first=place == 0) if one.cover else None,
            "looks": [picture(look, first=place == 0) for look in looks.get(one.id, ())],
        }
        for place, one in enumerate(found)
    ]


def swatch(value: ValueView | TileColour) -> dict[str, str]:
    return {"name": value.value, "colour": value.swatch if COLOUR.fullmatch(value.swatch) else ""}


def sorts(chosen: Sort) -> list[dict[str, Any]]:
    return [{"code": sort.value, "name": name, "chosen": sort is chosen} for sort, name in SORTS.items()]


def pages(here: int, all: int, link: Callable[[int], str]) -> dict[str, str]:
    """The way to the pages before and after; empty where there is none."""
    return {
        "here": f"Page {here} of {all}" if all > 1 else "",
        "before": link(here - 1) if here > 1 else "",
        "next": link(here + 1) if here < all else "",
    }
