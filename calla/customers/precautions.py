"""What the accounts add to the security baseline."""

from __future__ import annotations

from calla.customers import selectors
from calla.customers.published import EMAIL, PASSWORD
from calla.privacy.baseline import Settings, is_public, precaution


@precaution("demo", "The password that every demo of this program tells its visitors opens nothing here.", deep=True)
def _demo(settings: Settings) -> str:
    account = selectors.by_email(EMAIL) if is_public(settings) else None
    if account is None or not account.check_password(PASSWORD):
        return ""
    return f"{EMAIL} still has the demo's password: let this account go, or give it another password."
