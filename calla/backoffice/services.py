"""Who works here: taken on by an owner or by the command line, and let go."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction

from calla.customers import selectors as accounts
from calla.customers import services as customers
from calla.customers.types import Role


@dataclass(frozen=True)
class StaffLogin:
    """What somebody needs to sign in for the first time. `fresh` is false where the account was there already: then
    password and secret are those it had, and only known here when the caller gave them."""

    email: str = field(repr=False)
    role: Role
    password: str = field(repr=False)
    totp_secret: str = field(repr=False)
    fresh: bool


def add_staff(
    email: str, role: str, *, name: str = "", password: str | None = None, totp_secret: str | None = None
) -> StaffLogin:
    """Take somebody on; called again for the same address, it changes nothing.

    Without a password one is made. A preset `totp_secret` is for the demo, which tells it to everybody; all others set
    up their second factor at the first sign-in. Raises BadEmail, PasswordRefused.
    """
    if accounts.by_email(email):
        return StaffLogin(email, Role(role), password or "", totp_secret or "", fresh=False)
    chosen = password or secrets.token_urlsafe(15)
    with transaction.atomic():
        account = customers.register_staff(email, Role(role), name=name, password=chosen)
        if totp_secret:
            TOTP.activate(account, totp_secret)
    return StaffLogin(email, Role(role), chosen, totp_secret or "", fresh=True)
