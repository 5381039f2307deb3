"""How often somebody may try to get into the office: counted for each caller, each account, and both together."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.internal.cryptokit import normalize_user_code
from django.http import HttpRequest

from calla.kernel import limits
from calla.kernel.callers import caller
from calla.kernel.limits import Limit

FORMS = Limit("office_forms", tries=30, seconds=60)  # whatever stands in them
CALLER = Limit("office_caller", tries=10, seconds=60)
# A stranger locks nobody out: their tries count for them at this account, and only very many for the account itself.
CALLER_AT_ACCOUNT = Limit("office_caller_at_account", tries=5, seconds=300)
ACCOUNT = Limit("office_account", tries=100, seconds=3600)
CODES = Limit("office_codes", tries=5, seconds=300)
OWN_PASSWORD = Limit("office_own_password", tries=5, seconds=60)
USED_CODE = Limit("office_used_code", tries=1, seconds=120)  # longer than a code holds


def form(request: HttpRequest) -> int:
    """Seconds to wait before the next one, 0 while it goes on."""
    return limits.wait((FORMS, caller(request)))


def own_password(request: HttpRequest) -> int:
    return limits.wait((OWN_PASSWORD, str(request.user.pk)))


def password(request: HttpRequest, alias: str) -> None:
    """Counts a password that is about to be tried. Raises the form's error when there were too many."""
    _refuse((CALLER, caller(request)), *_here(request, alias), (ACCOUNT, alias))


def password_was_right(request: HttpRequest, alias: str) -> None:
    """Counts no more, where it counts for this caller: who comes often and knows the password guesses nothing."""
    limits.give_back((CALLER, caller(request)), *_here(request, alias))


def code(request: HttpRequest, account: Any) -> None:
    """Counts a code that is about to be tried. Raises the form's error when there were too many."""
    _refuse((CALLER, caller(request)), (CODES, str(account.pk)))


def code_was_right(request: HttpRequest, account: Any) -> None:
    limits.forget((CODES, str(account.pk)))


def is_used(account: Any, typed: str) -> bool:
    """Was this code good for something before? From now on it was."""
    return limits.wait((USED_CODE, f"{account.pk} {normalize_user_code(typed)}")) > 0


def _here(request: HttpRequest, alias: str) -> tuple[tuple[Limit, str]]:
    return ((CALLER_AT_ACCOUNT, f"{alias} {caller(request)}"),)


def _refuse(*tries: tuple[Limit, str]) -> None:
    if limits.wait(*tries):
        raise get_adapter().validation_error("too_many_login_attempts")
