"""A checkout given out under one version of the policy and sent under another is judged under both."""

from __future__ import annotations

import pytest
from django.test import Client

from calla.cart import services as carts
from calla.orders.models import Order
from tests.builders.dresses import a_dress
from tests.builders.shop import policy_in_force, policy_text
from tests.storefront.reading import Page
from tests.storefront.test_checkout_page import ADA

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
READS = 'purpose.orders.reads = ["name", "email", "billing_address", "delivery_address", "purchases"]'
ASKS = 'collect.order = ["name", "email", "billing_address", "delivery_address", "purchases"]'
WITHOUT = policy_text(('cart.life = "30 days"', 'cart.life = "29 days"'))
KEPT_LESS = policy_text(("24 months after order.ended", "12 months after order.ended"))


def with_phone(mark: str = "", life: str = "30 days") -> str:
    asks = (ASKS, ASKS.replace('"email"', f'"email", "phone{mark}"'))
    life_of_cart = ('cart.life = "30 days"', f'cart.life = "{life}"')
    return policy_text(asks, life_of_cart, (READS, READS.replace('"email"', '"email", "phone"')))


@pytest.fixture(autouse=True)
def no_payment_page(monkeypatch):
    """The bank is not asked: what is stored is all that matters here."""
    monkeypatch.setattr("calla.checkout.services.start", lambda order_id: "/paid")


@pytest.fixture
def token(shop) -> str:
    token = carts.open_cart()[1]
    carts.add(token, a_dress()["Leaf M"].pk)
    return token


def given_out(visitor: Client, token: str, text: str) -> dict[str, str]:
    """The form as the page gives it out under this policy, filled in."""
    policy_in_force(text)
    return Page(visitor.get(f"/checkout/{token}")).form("/payment").fields | ADA


def pay(visitor: Client, token: str, form: dict[str, str]):
    return visitor.post(f"/checkout/{token}/payment", form)


def sealed_phone(order: Order) -> str:
    """What really lies there, whatever may be read of it today."""
    policy_in_force(with_phone("?", life="28 days"))
    order.subject.version_used = 99
    return order.details.open("orders").phone


class TestAFieldThatCameInBetween:
    @pytest.mark.parametrize("mark", ["", "?"])
    def test_is_not_missed(self, visitor, token, mark):
        form = given_out(visitor, token, WITHOUT)
        policy_in_force(with_phone(mark))
        assert pay(visitor, token, form).status_code == 303
        assert sealed_phone(Order.objects.get()) == ""

    def test_is_not_taken_from_a_form_that_did_not_ask_for_it(self, visitor, token):
        form = given_out(visitor, token, WITHOUT)
        policy_in_force(with_phone("?"))
        assert pay(visitor, token, form | {"phone": "+49 30 123456"}).status_code == 303
        assert sealed_phone(Order.objects.get()) == ""

    def test_is_asked_for_where_the_form_has_to_come_again(self, visitor, token):
        form = given_out(visitor, token, WITHOUT)
        policy_in_force(with_phone())
        page = Page(pay(visitor, token, form | {"email": "nowhere"}))
        assert "phone" in page.form("/payment").fields and Order.objects.count() == 0
        answered = page.form("/payment").fields | {"email": "ada@example.net"}
        assert pay(visitor, token, answered).status_code == 422  # this form did ask
        assert pay(visitor, token, answered | {"phone": "+49 30 123456"}).status_code == 303


class TestAFieldThatWentAway:
    def test_what_was_written_there_is_not_kept_and_it_is_said(self, visitor, token):
        form = given_out(visitor, token, with_phone()) | {"phone": "+49 30 123456"}
        policy_in_force(WITHOUT)
        response = pay(visitor, token, form)
        assert response.status_code == 409 and Order.objects.count() == 0
        assert "we no longer ask for your phone number" in response.content.decode()
        assert "123456" not in response.content.decode()

    def test_everything_else_stays_as_it_was_written_and_the_next_press_orders(self, visitor, token):
        form = given_out(visitor, token, with_phone()) | {"phone": "+49 30 123456"}
        policy_in_force(WITHOUT)
        again = Page(pay(visitor, token, form)).form("/payment").fields
        assert {name: again[name] for name in ADA} == ADA
        assert pay(visitor, token, again).status_code == 303
        assert sealed_phone(Order.objects.get()) == ""

    def test_left_empty_nobody_is_bothered(self, visitor, token):
        form = given_out(visitor, token, with_phone("?"))
        policy_in_force(WITHOUT)
        assert pay(visitor, token, form).status_code == 303

    def test_a_version_in_between_that_did_not_ask_counts_as_well(self, visitor, token):
        form = given_out(visitor, token, with_phone("?")) | {"phone": "+49 30 123456"}
        policy_in_force(WITHOUT)
        policy_in_force(with_phone("?"))
        assert pay(visitor, token, form).status_code == 409


class TestOtherwise:
    def test_a_version_that_asks_for_the_same_changes_nothing(self, visitor, token):
        form = given_out(visitor, token, WITHOUT)
        policy_in_force(KEPT_LESS)
        assert pay(visitor, token, form).status_code == 303

    @pytest.mark.parametrize("number", ["", "0", "99", "-1", "two", "9" * 40, "²"])
    def test_a_number_that_never_was_counts_as_the_one_in_force(self, visitor, token, number):
        form = given_out(visitor, token, with_phone()) | {"shown_policy": number}
        assert pay(visitor, token, form).status_code == 422
        assert pay(visitor, token, form | {"phone": "+49 30 123456"}).status_code == 303
