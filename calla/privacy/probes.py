"""What this app promises, tried."""

from __future__ import annotations

from calla.privacy import asking, versions
from calla.privacy.errors import LetterRefused
from calla.privacy.probing import probe, refused


@probe("letters.never_ask")
def a_letter_that_asks_for_a_secret_is_not_sent() -> None:
    """We write letters that ask for a password, a card number or an identity number, and see each refused."""
    policy = versions.current()
    asked = {
        "sign_in_secret": "Please send us your password.",
        "card_number": "Please confirm your card number.",
        "identity": "Please enter your passport number.",
        "other_private": "Please tell us your mother's maiden name.",
    }
    for matter in policy.get("letters.never_ask", ()):
        with refused(LetterRefused, otherwise=f"a letter that asks for {matter} would have left"):
            asking.refuse_request(policy, [asked[matter]])
