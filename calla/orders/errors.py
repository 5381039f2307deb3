from __future__ import annotations

from calla.kernel.errors import Missing, ShopError


class NoSuchOrder(Missing):
    """A stranger cannot tell a wrong number from somebody else's order."""

    def __init__(self) -> None:
        super().__init__("We find no order for that. Check the number and the e-mail address it was made with.")


class NotCancellable(ShopError):
    def __init__(self) -> None:
        super().__init__("This order is already on its way and can no longer be cancelled.")


class NotDelivered(ShopError):
    def __init__(self) -> None:
        super().__init__("Not all of this order is delivered yet, so it is not complete.")


class NotOnHold(ShopError):
    def __init__(self) -> None:
        super().__init__("This order is held back: release it before it is packed or sent.")
