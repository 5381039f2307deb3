"""What is promised about letters of ours, tried."""

from __future__ import annotations

from uuid import uuid4

from calla.kernel import links
from calla.privacy import asking, codes, elsewhere, mail, versions
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


@probe("no_foreign_links")
def a_letter_with_a_link_to_somebody_else_is_not_sent() -> None:
    """We write addresses of others in some ways, see each refused or made harmless, and one of ours left as it is."""
    for written in ("https://bit.ly/x", "See www.elsewhere.example.", "ELSEWHERE.shop", "elsewhere.co.uk/sale"):
        with refused(LetterRefused, otherwise="a letter that links to somebody else would have left"):
            elsewhere.refuse_link(f"Dear Ada,\n{written}")
        expect(not elsewhere.link_in(elsewhere.without_links(written)), "a name could be a link in a letter")
        expect(elsewhere.line_problem("Name", written), "a web address was taken for a name")
    expect(not elsewhere.line_problem("Name", "Ada Probe"), "a plain name was taken for a web address")
    own = f"Ada Probe, {links.absolute('policy')}"
    expect(elsewhere.without_links(own) == own, "a link to a page of ours was broken")


@probe("contact.reasons", "contact.bulk_reasons", "contact.bulk_at_most")
def a_letter_without_a_reason_or_to_a_crowd_is_not_sent() -> None:
    """We try a letter for no reason, and one to a crowd for each reason that bears none, and see all refused."""
    policy = versions.current()
    reasons, bulk = policy.get("contact.reasons", ()), policy.get("contact.bulk_reasons", ())
    tries = [("", 1), *((one, policy.get("contact.bulk_at_most", 1) + 1) for one in reasons if one not in bulk)]
    somebody = new_subject()
    for reason, people in tries:
        with refused(LetterRefused, otherwise=f"a letter to {people} people would have left for “{reason}”"):
            mail.send("recall", subject=somebody.id, about=uuid4(), reason=reason, people=people)


@probe("letters_carry_code")
def the_code_of_a_letter_is_told_from_a_made_up_one() -> None:
    """We note a letter and ask by its code whether it is ours, then by the same code with a changed end."""
    letter = Letter.objects.create(subject=new_subject(), kind="order_confirmation", about=uuid4())
    code = codes.code(letter.id)
    expect(codes.ask(code), "a letter of ours was not known by its code")
    altered = code[:-1] + ("A" if code[-1] != "A" else "B")
    expect(codes.ask(altered) is None, "an altered code was taken for one of ours")


@probe("contact.mail")
def letters_come_from_the_address_on_the_page() -> None:
    """We compare the address that letters of ours come from with the one that the policy prints."""
    printed = versions.current().get("contact.mail")
    expect(printed in (None, mail.own_address()), "letters come from another address than the page says")
