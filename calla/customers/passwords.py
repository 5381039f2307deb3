"""How passwords are stored, and which are turned down. Both numbers of the rule are the policy's."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from calla.policy import enforces
from calla.privacy import versions

LEAST = 8  # characters, where no sentence says how many


class Argon2id(Argon2PasswordHasher):
    """OWASP's parameters: 19 MiB, two passes, one lane."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1


class AsThePolicySays:
    """Django's hook for new passwords. Any character counts and there is no upper end; each refusal says why."""

    def __init__(self) -> None:
        self._known = CommonPasswordValidator().passwords

    @enforces("password.length", "password.mix_below", "known_passwords_refused")
    def validate(self, password: str, user: Any = None) -> None:
        if problems := list(self._problems(password)):
            raise ValidationError(problems)

    def get_help_text(self) -> str:
        least, mixed_below = self._asked()
        mixed = f"; under {mixed_below} it needs both letters and digits" if mixed_below else ""
        return f"{least} characters or more{mixed}."

    def _asked(self) -> tuple[int, int]:
        """How long a password has to be, and below which length it has to mix letters and digits."""
        rules = versions.current().rules()
        return rules.get("password.length", LEAST), rules.get("password.mix_below", 0)

    def _problems(self, password: str) -> Any:
        least, mixed_below = self._asked()
        shop = settings.SHOP_NAME.casefold()
        plain = password.casefold()
        if len(password) < least:
            yield f"Use {least} characters or more: this has {len(password)}."
        if len(password) < mixed_below and not (_has(str.isalpha, password) and _has(str.isdigit, password)):
            yield f"Under {mixed_below} characters it needs both letters and digits."
        if plain.strip() in self._known:
            yield "This password is widely known and among the first to be tried."
        if shop in plain and len(plain.replace(shop, "")) < least:
            yield f"“{settings.SHOP_NAME}” is among the first to be tried here: leave out the shop's name."


def _has(kind: Any, password: str) -> bool:
    return any(kind(character) for character in password)
