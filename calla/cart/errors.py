from __future__ import annotations

from calla.kernel.errors import Missing, ShopError


class NoSuchCart(Missing):
    """Never there, or left alone for so long that it was cleared."""

    def __init__(self) -> None:
        super().__init__("This bag is empty or was cleared. Nothing is reserved and nothing was charged.")


class CartClosed(ShopError):
    """The cart has become an order, and what was ordered does not change."""

    def __init__(self) -> None:
        super().__init__("This bag was ordered already. What you add now goes into a new one.")


class NotSold(ShopError):
    """There is no such variant, or it is not for sale now."""

    def __init__(self) -> None:
        super().__init__("This piece is no longer for sale.")


class BadQuantity(ShopError):
    """Not a number of pieces that one line can hold."""


class NotEnough(ShopError):
    """More pieces are wanted than are left. Nothing was changed."""

    def __init__(self, available: int) -> None:
        left = "None is left" if available <= 0 else f"Only {available} {'is' if available == 1 else 'are'} left"
        super().__init__(f"{left}, so we changed nothing.")
        self.available = available
