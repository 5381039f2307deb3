from __future__ import annotations

from datetime import datetime

from calla.kernel.errors import Missing, ShopError


class NoSuchOrder(Missing):
    """A stranger cannot tell a wrong number from somebody else's order."""

    def __init__(self) -> None:
        super().__init__("We find no order for that. Check the number and the e-mail address it was made with.")


class NoLongerKept(NoSuchOrder):
    """At its secret address: it was erased, or its time is over. What the law still holds of it opens no page."""

    def __init__(self) -> None:
        Missing.__init__(self, "This order was erased, or its time is over: no page of it opens any more.")


class AnotherBuyers(ShopError):
    """The draft of this cart was made with another e-mail address, and who asks did not come by its secret address."""

    def __init__(self, until: datetime) -> None:
        super().__init__(
            "Somebody with another e-mail address is paying for this bag just now. If that is you, go to the page of "
            "that order and choose “Change something”, or write the same address. If not, you can order these pieces "
            f"once that payment has ended, at the latest a few minutes after {until:%H:%M} UTC. Nothing was ordered "
            "now, and what you typed is still here."
        )


class NotCancellable(ShopError):
    def __init__(self) -> None:
        super().__init__("This order is already on its way and can no longer be cancelled.")


class NotDelivered(ShopError):
    def __init__(self) -> None:
        super().__init__("Not all of this order is delivered yet, so it is not complete.")


class NobodyBought(ShopError):
    def __init__(self) -> None:
        super().__init__("Nobody we know of has bought this, so there is nobody to write to.")


class NotOnHold(ShopError):
    def __init__(self) -> None:
        super().__init__("This order is held back: release it before it is packed or sent.")
