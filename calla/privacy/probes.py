"""What this app promises, tried."""

from __future__ import annotations

from uuid import uuid4

from calla.privacy import asking, codes, versions
from calla.privacy.errors import LetterRefused
from calla.privacy.models import Letter
from calla.privacy.probing import expect, probe, refused
from calla.privacy.services import new_subject


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


@probe("letters_carry_code")
def the_code_of_a_letter_is_told_from_a_made_up_one() -> None:
    """We note a letter and ask by its code whether it is ours, then by the same code with a changed end."""
    letter = Letter.objects.create(subject=new_subject(), kind="order_confirmation", about=uuid4())
    code = codes.code(letter.id)
    expect(codes.ask(code), "a letter of ours was not known by its code")
    altered = code[:-1] + ("A" if code[-1] != "A" else "B")
    expect(codes.ask(altered) is None, "an altered code was taken for one of ours")
