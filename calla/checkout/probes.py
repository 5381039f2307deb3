"""What is promised about the order form, tried."""

from __future__ import annotations

from calla.checkout import forms
from calla.privacy import versions
from calla.privacy.probing import expect, probe

CARD = "4242 4242 4242 4242"


@probe("card_numbers_refused", "limit.card_number.keep")
def a_card_number_gets_no_further_than_the_order_form() -> None:
    """We type a card number into the street of an address, and see that it is taken out and refused."""
    rules = versions.current().rules()
    filled = forms.read({"delivery_country": "DE", "delivery_line1": CARD}, rules)
    expect(CARD not in filled["delivery_line1"], "a card number went into an order")
    expect("delivery_line1" in forms.examine(filled, rules).problems, "a card number was not refused")


@probe("collect.order")
def an_order_lacks_nothing_that_it_needs() -> None:
    """We send an order form with nothing in it, and see that it asks for what an order needs."""
    rules = versions.current().rules()
    found = forms.examine(forms.blank("DE"), rules).problems
    expect("email" in found or "email" not in rules.collects("order"), "an order form without an address was taken")
