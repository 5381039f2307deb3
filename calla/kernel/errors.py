"""Errors that speak of the shop; pages, commands and jobs each tell them in their own way."""

from __future__ import annotations


class ShopError(Exception):
    """Something the shop will not or cannot do now. `str()` is fit to show to whoever asked."""


class Unavailable(ShopError):
    """A part the shop needs does not answer; the same request may succeed later."""


class Missing(ShopError):
    """There is no such thing, or it is not for the one who asks: the two look alike.

    `way_on` is what the page about it offers instead, a label and an address.
    """

    way_on: tuple[str, str] | None = None
