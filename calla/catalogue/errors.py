from __future__ import annotations

from collections.abc import Mapping

from calla.kernel.errors import Missing, ShopError


class NoSuchProduct(Missing):
    def __init__(self) -> None:
        super().__init__("We do not have this product, or no longer.")


class NoSuchCollection(Missing):
    def __init__(self) -> None:
        super().__init__("We do not have this collection, or no longer.")


class NoSuchVariant(Missing):
    def __init__(self) -> None:
        super().__init__("We do not have this variant, or no longer.")


class OutOfStock(ShopError):
    """`short` maps each variant that there is not enough of to how many can still be had."""

    def __init__(self, short: Mapping[int, int]) -> None:
        super().__init__("There is not enough left of what you chose.")
        self.short = dict(short)


class StockRefused(ShopError):
    """The change of stock does not fit the numbers; nothing was changed. The message says what to do."""


class Refused(ShopError):
    """What was given does not make a product, a price or a collection. The message says what is wrong."""


class PictureRefused(ShopError):
    """The file is no picture the shop can take. The message says what is wrong with it and what to do."""
