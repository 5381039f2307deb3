"""A question given out under one version of the policy and sent under another is judged under both, as an order is."""

from __future__ import annotations

import pytest
from django.test import Client

from calla.enquiries import selectors
from calla.enquiries.models import Enquiry
from tests.builders.shop import policy_in_force, policy_text
from tests.storefront.reading import Page

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
COLLECTED = 'collect.enquiry = ["name?", "email", "message", "order_number?"]'
READS = 'purpose.enquiries.reads = ["name", "email", "message", "order_number"]'
LESS = policy_text((COLLECTED, 'collect.enquiry = ["email", "message"]'))
NAMED = policy_text((COLLECTED, 'collect.enquiry = ["name", "email", "message"]'))
ASKED, ASKED_AGAIN = (policy_text(('cart.life = "30 days"', f'cart.life = "{days} days"')) for days in (29, 28))
NONE = policy_text(('[S5b]\nunder = "S5"\n', '[S5b]\nunder = "S5"\nstate = "planned"\n'))
TYPED = {"message": "Is the coat lined?", "email": "ada@example.net"}


@pytest.fixture(autouse=True)
def no_limit(settings):
    settings.ASKS_PER_MINUTE = 0


def given_out(visitor: Client, text: str, **typed: str) -> dict[str, str]:
    policy_in_force(text)
    return Page(visitor.get("/contact")).form("/contact").fields | TYPED | typed


def name_kept() -> str:
    policy_in_force(policy_text())
    case = Enquiry.objects.get()
    case.subject.version_used = 99
    return case.details.open("enquiries").name


class TestAFieldThatWentAway:
    def test_is_said_and_nothing_is_kept(self, visitor):
        form = given_out(visitor, ASKED, name="Ada Brennwald")
        policy_in_force(LESS)
        response = visitor.post("/contact", form)
        assert response.status_code == 409 and "we no longer ask for your name" in response.content.decode()
        assert "Ada Brennwald" not in response.content.decode() and not Enquiry.objects.exists()
        again = Page(response).form("/contact").fields
        assert again["email"] == TYPED["email"] and TYPED["message"] in response.content.decode()
        assert visitor.post("/contact", TYPED | again).status_code == 303

    def test_left_empty_nobody_is_bothered(self, visitor):
        form = given_out(visitor, ASKED)
        policy_in_force(LESS)
        assert visitor.post("/contact", form).status_code == 303

    def test_a_version_in_between_that_did_not_ask_counts_as_well(self, visitor):
        form = given_out(visitor, ASKED, name="Ada Brennwald")
        policy_in_force(LESS)
        policy_in_force(ASKED_AGAIN)
        assert visitor.post("/contact", form).status_code == 409


class TestAFieldThatCameInBetween:
    def test_is_neither_missed_nor_taken(self, visitor):
        form = given_out(visitor, LESS)
        policy_in_force(NAMED)
        assert visitor.post("/contact", form | {"name": "Ada Brennwald"}).status_code == 303
        assert name_kept() == ""

    def test_is_asked_for_where_the_form_has_to_come_again(self, visitor):
        form = given_out(visitor, LESS, email="nowhere")
        policy_in_force(NAMED)
        again = Page(visitor.post("/contact", form)).form("/contact").fields
        assert "name" in again
        assert visitor.post("/contact", TYPED | again | {"email": "ada@example.net"}).status_code == 422


def test_where_no_question_was_taken_in_between_the_form_comes_once_more(visitor):
    form = given_out(visitor, ASKED)
    policy_in_force(NONE)
    assert not selectors.takes_questions()
    policy_in_force(ASKED_AGAIN)
    response = visitor.post("/contact", form)
    assert response.status_code == 409 and not Enquiry.objects.exists()
    again = Page(response).form("/contact").fields
    assert TYPED["message"] in response.content.decode()
    assert visitor.post("/contact", TYPED | again).status_code == 303


@pytest.mark.parametrize("number", ["", "0", "99", "-1", "two", "²"])
def test_a_number_that_never_was_counts_as_the_one_in_force(visitor, number):
    form = given_out(visitor, NAMED) | {"shown_policy": number}
    assert visitor.post("/contact", form).status_code == 422
