from __future__ import annotations

from typing import TYPE_CHECKING

from calla.kernel.errors import ShopError

if TYPE_CHECKING:
    from calla.checkout.types import Quote


class EmptyCart(ShopError):
    """There is nothing to order."""

    def __init__(self) -> None:
        super().__init__("Your bag is empty, so there is nothing to order.")


class NotDelivered(ShopError):
    """Nothing goes to that country, or not by that method."""

    def __init__(self) -> None:
        super().__init__("We do not deliver there in this way. Choose the country and a delivery again.")


class PriceChanged(ShopError):
    """The total is another than the one shown at the button. Nothing was stored; `quote` holds the new one."""

    SAID = "The total has changed to {total}. Please look at it and order again."

    def __init__(self, quote: Quote) -> None:
        super().__init__(self.SAID.format(total=quote.total.format()))
        self.quote = quote


class BagChanged(PriceChanged):
    """Other pieces than those shown at the button, even where they cost the same."""

    SAID = "Your bag has changed: its total is {total} now. Please look at the pieces and order again."
