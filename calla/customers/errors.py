from __future__ import annotations

from collections.abc import Sequence

from calla.kernel.errors import Missing, ShopError


class AccountExists(ShopError):
    def __init__(self) -> None:
        super().__init__("There is an account for this e-mail address already.")


class BadEmail(ShopError):
    def __init__(self) -> None:
        super().__init__("This is not an e-mail address. Write it like name@example.org.")


class PasswordRefused(ShopError):
    """`problems` holds one sentence for each thing that is wrong with it, fit to show."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


class NoSuchAccount(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such account.")


class LastOwner(ShopError):
    def __init__(self) -> None:
        super().__init__("This is the shop's last owner: make somebody else an owner first.")
