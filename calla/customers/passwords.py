"""How passwords are stored, and which are turned down. Both numbers of the rule are the policy's."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from calla.policy import enforces
from calla.privacy import versions


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
        policy = versions.current()
        return (
            f"{policy.value('password.length')} characters or more; "
            f"under {policy.value('password.mix_below')} it needs both letters and digits."
        )

    def _problems(self, password: str) -> Any:
        policy = versions.current()
        least, mixed_below = policy.value("password.length"), policy.value("password.mix_below")
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
