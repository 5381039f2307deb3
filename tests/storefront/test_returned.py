"""Back from the bank: the payment service knows this address, so it opens nothing by itself and still leads on."""

from __future__ import annotations

from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from calla.demo.testpay import cards
from calla.kernel import tokens
from calla.orders import selectors
from calla.orders.models import Order
from calla.privacy.models import OpeningCount
from tests.builders.orders import a_draft
from tests.storefront.reading import Page
from tests.support.paying import Till, state_of

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
CART = "c" * 43
HERS = ("Ada", "Brennwald", "Lindenweg", "BREMEN", "ada@example.net", "Linen dress")


@pytest.fixture
def order(shop, till) -> Order:
    return a_draft(cart_digest=tokens.digest(CART))


def back(till: Till, order: Order) -> str:
    """The way back as the payment service was told it, without the shop's name."""
    there = till.there(order)[-1]
    assert there["return_url"] == there["cancel_url"]
    return "/" + there["return_url"].split("/", 3)[3]


def opened() -> int:
    from calla.privacy import reading

    reading.flush()
    return sum(OpeningCount.objects.values_list("count", flat=True))


class TestWhatTheProviderLearns:
    def test_neither_the_orders_secret_address_nor_the_bags(self, till, order):
        till.start(order)
        journal = (till.provider.data / "journal.jsonl").read_text()
        assert str(till.payment(order).id) in journal
        assert selectors.token_of(order.id) not in journal and CART not in journal

    @pytest.mark.parametrize("paid", [True, False])
    def test_its_address_shows_where_the_order_stands_and_opens_nothing(self, visitor, till, order, paid):
        till.pay(order, cards.PAYS if paid else cards.DECLINED)
        before = opened()
        response = visitor.get(back(till, order))
        page = Page(response)
        order.refresh_from_db()
        assert response.status_code == 200 and ("Thank you" in page.text) is paid
        assert (order.number or "no number yet") in page.text or not paid
        content = response.content.decode()
        assert not [word for word in (*HERS, selectors.token_of(order.id)) if word in content]
        assert response["Cache-Control"] == "no-store" and 'content="noindex"' in content
        assert opened() == before


class TestOnTheWayBack:
    def test_the_browser_that_has_the_bag_stands_before_its_order(self, visitor, till, order):
        visitor.cookies["cart"] = CART
        till.pay(order)
        response = visitor.get(back(till, order))
        assert (response.status_code, response["Cache-Control"]) == (303, "no-store")
        assert response["Location"] == f"/orders/{selectors.token_of(order.id)}"
        assert "Thank you" in Page(visitor.get(response["Location"])).text

    def test_another_bag_opens_nothing(self, visitor, till, order):
        visitor.cookies["cart"] = "d" * 43
        till.pay(order)
        response = visitor.get(back(till, order))
        assert response.status_code == 200 and "Ada" not in Page(response).text

    def test_any_browser_finishes_the_order(self, till, order):
        till.pay(order)
        assert "Thank you" in Page(Client().get(back(till, order))).text
        assert state_of(order.id) == "placed"

    def test_the_address_of_an_earlier_attempt_leads_to_the_same_order(self, visitor, till, order):
        till.start(order)
        first = back(till, order)
        Order.objects.filter(pk=order.pk).update(total_minor=order.total_minor + 100, subtotal_minor=5090)
        order.refresh_from_db()
        till.pay(order)
        assert back(till, order) != first
        assert order.id and "Thank you" in Page(visitor.get(first)).text

    def test_a_payment_nobody_knows_is_no_page(self, visitor):
        response = visitor.get(f"/orders/{uuid4()}/returned")
        assert response.status_code == 404 and "nothing was charged" in Page(response).text


class TestTheEMailAddress:
    @pytest.mark.parametrize("card", [cards.PAYS, cards.DECLINED])
    def test_it_opens_the_order_placed_or_not(self, visitor, till, order, card):
        till.pay(order, card)
        form = Page(visitor.get(back(till, order))).form("/returned")
        response = visitor.post(form.action, {"email": " ADA@example.net"})
        assert (response.status_code, response["Location"]) == (303, f"/orders/{selectors.token_of(order.id)}")
        assert response["Cache-Control"] == "no-store"

    def test_a_wrong_one_opens_nothing_and_ten_are_enough_for_look_ups_too(self, visitor, till, order):
        till.pay(order)
        address = back(till, order)
        for email in ("", "eve@example.net", "\0", "y" * 999, *["a@b.example"] * 6):
            response = visitor.post(address, {"email": email})
            assert response.status_code == 422 and selectors.token_of(order.id) not in response.content.decode()
        response = visitor.post(address, {"email": "ada@example.net"})
        assert (response.status_code, response["Retry-After"]) == (429, "600")
        assert visitor.post("/orders/lookup", {"number": "C1", "email": "x"}).status_code == 429


class TestPayingAgain:
    def test_a_declined_card_leads_back_to_the_payment_page_without_any_cookie(self, visitor, till, order):
        till.pay(order, cards.DECLINED)
        page = Page(visitor.get(back(till, order)))
        assert "Not paid yet" in page.text
        response = visitor.post(page.form("/payment").action)
        assert (response.status_code, response["Location"]) == (303, till.the_payment(order)["pay_url"])

    def test_what_is_paid_is_not_offered_again_and_leads_back_here(self, visitor, till, order):
        till.pay(order)
        address = back(till, order)
        page = Page(visitor.get(address))
        assert not [form for form in page.forms if form.action.endswith("/payment")]
        response = visitor.post(address.replace("/returned", "/payment"))
        assert (response.status_code, response["Location"]) == (303, address)

    def test_a_draft_whose_time_is_over_says_so(self, visitor, till, order):
        till.start(order)
        with time_machine.travel(order.held_until):
            assert "The time to pay is over" in Page(visitor.get(back(till, order))).text
