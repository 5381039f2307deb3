from __future__ import annotations

from datetime import date

from calla.kernel.errors import ShopError, Unavailable


class KeysUnavailable(Unavailable):
    """The key database or a root key cannot be reached: personal data stays shut."""

    def __init__(self, why: str = "") -> None:
        super().__init__("We cannot reach the keys that open personal data. Nothing is lost; please try again soon.")
        self.why = why


class KeyGone(ShopError):
    """The key was destroyed: what it sealed cannot be read again by anybody."""

    def __init__(self) -> None:
        super().__init__("This was erased and cannot be read again.")


class SealBroken(ShopError):
    """The sealed bytes do not belong to this row, person or schema, or were changed."""

    def __init__(self, where: str) -> None:
        super().__init__(f"What is stored in {where} was not sealed for that place.")


class NotGranted(ShopError):
    """The policy gives this purpose no right to that."""

    def __init__(self, what: str, purpose: str, because: str = "") -> None:
        reason = f" ({because})" if because else ""
        super().__init__(f"The policy does not allow “{purpose}” to read {what}{reason}.")


class HadItsTime(NotGranted):
    """It was kept until that day, and is read by nobody since, whether or not the law still holds some of it."""

    def __init__(self, until: date) -> None:
        ShopError.__init__(self, f"This had its time: by the policy nobody reads it since {until:%-d %B %Y}.")


class UsePaused(NotGranted):
    """The person has paused this use: nothing is read for it until they let it go on."""

    def __init__(self) -> None:
        ShopError.__init__(self, "Whoever this is about has paused it: nothing of it is read until they let it go on.")


class StopRefused(ShopError):
    """This use cannot be stopped, or not just now; the reason is fit to show."""


class CorrectionRefused(ShopError):
    """This cannot be corrected so, or not any more; the reason is fit to show."""


class SealedLookup(TypeError):
    """Somebody tried to filter by sealed data. Only the HMAC index for e-mail can be asked."""


class NotDeclared(Exception):
    """A model holds a column that `personal_data.py` says nothing about."""


class LetterRefused(ShopError):
    """The policy forbids this letter to this person now."""


class Unreachable(Unavailable):
    """An outside service gave no usable answer in time."""


class AgreementLapsed(ShopError):
    """No agreement with a helper for this step is in force today: nothing may be sent to it."""

    def __init__(self, step: str) -> None:
        super().__init__(f"No agreement for “{step}” is in force today, so nothing is sent.")
        self.step = step


class PolicyMissing(Unavailable):
    """No policy was posted yet: without one the shop may do nothing with anybody's data."""

    def __init__(self) -> None:
        super().__init__("This shop has no policy in force yet. Post one with `calla policy post`.")
