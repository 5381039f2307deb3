"""What can go wrong between the shop and its payment provider."""

from calla.kernel.errors import ShopError, Unavailable
from calla.kernel.money import Money


class ProviderDown(Unavailable):
    """No usable answer came. Whether the provider acted is unknown: ask again with the same key, or look it up."""

    def __init__(self, why: str) -> None:
        super().__init__("The payment service does not answer at the moment. Nothing is lost; please try again soon.")
        self.why = why


class ProviderRefused(ShopError):
    """The provider, or the policy before it, says no and did nothing; the same request again meets the same answer.

    `reason` is for programs: `illegal_move`, `too_much`, `key_reused`, `not_found`, `invalid`, `unauthorised`,
    `agreement_lapsed`.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__("The payment service did not accept this. Nothing was charged or paid back by it.")
        self.reason, self.detail = reason, detail


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
