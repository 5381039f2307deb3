from __future__ import annotations

from calla.kernel.errors import Missing, ShopError


class NoSuchEnquiry(Missing):
    """A stranger cannot tell a wrong address from one whose time is over."""

    def __init__(self) -> None:
        super().__init__("There is no question at this address. What is over long enough is deleted.")


class NothingToAsk(ShopError):
    """No sentence in force lets the shop take questions."""

    def __init__(self) -> None:
        super().__init__("This shop takes no questions here.")


class NotSaid(ShopError):
    """An answer that must not leave; the text says why, and what was written is kept by whoever wrote it."""
