"""What can go wrong between the shop and its payment provider."""

from datetime import date

from calla.kernel.errors import Missing, ShopError, Unavailable
from calla.kernel.money import Money


class ProviderDown(Unavailable):
    """No usable answer came. Whether the provider acted is unknown: ask again with the same key, or look it up."""

    def __init__(self, why: str) -> None:
        super().__init__("The payment service does not answer at the moment. Nothing is lost; please try again soon.")
        self.why = why


SAID = {
    "agreement_lapsed": "No agreement with the payment service is in force today, so nothing is sent to it. "
    "Nothing was charged or paid back.",
}
FINAL = frozenset({"illegal_move", "invalid", "not_found", "too_much"})


class ProviderRefused(ShopError):
    """The provider, or the policy before it, says no and did nothing.

    `reason` is for programs: `illegal_move`, `too_much`, `key_reused`, `not_found`, `invalid`, `unauthorised`,
    `agreement_lapsed`.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        said = "The payment service did not accept this. Nothing was charged or paid back by it."
        super().__init__(SAID.get(reason, said))
        self.reason, self.detail = reason, detail

    @property
    def final(self) -> bool:
        """The payment itself does not allow it. Any other refusal lies in how the shop is set up: once that is mended,
        the same request may be granted."""
        return self.reason in FINAL


class NoSuchPayment(Missing):
    """Never there, or of an order that was not paid in time and is forgotten."""

    def __init__(self) -> None:
        super().__init__(
            "We know no such payment. An order that is not paid in time is deleted, and nothing was charged for it."
        )


class NotStray(ShopError):
    """What was to be given back as nobody's money belongs to an order, or nothing of it is left."""


class NoticeRefused(ShopError):
    """What came in was not signed by the provider in the last minutes, or is no notice. Nothing may follow from it."""

    def __init__(self, why: str) -> None:
        super().__init__("This notice cannot be accepted.")
        self.why = why


class TooMuch(ShopError):
    """More was to go back than is left of what was taken; `left` says how much that is."""

    def __init__(self, left: Money) -> None:
        super().__init__(f"At most {left.format()} can still go back for this order.")
        self.left = left


class WaitsForAgreement(ShopError):
    """Nothing may be sent to the payment service; the order is kept, and its buyer is written to once it may."""

    def __init__(self, until: date) -> None:
        super().__init__(
            "We cannot take payments today: our agreement with the payment service has ended, and without one it gets "
            f"nothing. Your order is kept, with its pieces, until {until:%-d %B}. Nothing was charged. We write to you "
            "as soon as you can pay, and you need not order again."
        )


class TimeIsOver(ShopError):
    """The hold of the draft ran out, so paying it is no longer offered."""

    def __init__(self) -> None:
        super().__init__(
            "The time to pay for this order is over. Nothing was charged; go back to your bag and order again."
        )
