"""The letter about a payment that went wrong: true, complete, and with what happens next."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta

import pytest
import time_machine

from calla.catalogue.services import sweep_holds
from calla.kernel import clock
from calla.orders import selectors
from calla.payments import services
from tests.builders.orders import a_draft, a_line
from tests.builders.shop import a_variant
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]


def the_letter(home):
    run_jobs()
    [file] = (home / "mailbox").glob("*payment_problem*.eml")
    letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    return letter, {form: " ".join(letter.get_body((form,)).get_content().split()) for form in ("plain", "html")}


def test_the_pieces_were_gone(till, home):
    variant = a_variant(on_hand=1)
    order = a_draft(a_line(variant))
    till.pay(order)
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        sweep_holds()
        a_draft(a_line(variant))
        services.refresh(order.id)
        letter, said = the_letter(home)
    assert (letter["Subject"], letter["To"]) == ("Your order could not be placed", "ada@example.net")
    for words in said.values():
        assert "went to somebody else" in words and "Nothing was charged" in words
        assert "€54.80" in words and "1 × Linen dress (M)" in words and selectors.token_of(order.id) in words


def test_the_money_did_not_come(till, home):
    order = a_draft()
    till.pay(order)
    services.refresh(order.id)
    there = till.the_payment(order)
    till.provider.api("POST", f"/v1/payments/{there['id']}/void", {}, key=f"{there['id']}-elsewhere")
    letter, said = the_letter(home)
    order.refresh_from_db()
    assert letter["Subject"] == f"Your order {order.number}: a problem with the payment"
    for words in said.values():
        assert order.number in words and "could not be taken" in words and "Nothing was charged" in words
