"""Whoever pays or begins bags again and again waits a little, and loses nothing of what was typed or chosen."""

from __future__ import annotations

import pytest
from django.test import Client

from calla.cart.models import Cart
from calla.kernel import limits
from calla.kernel.callers import caller
from calla.orders import selectors
from calla.orders.models import Order
from tests.builders.orders import a_draft
from tests.builders.shop import a_variant
from tests.storefront.reading import Page
from tests.storefront.test_checkout_page import pay

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]


def add(visitor, variant, **more):
    return visitor.post(
        "/cart/lines", {"variant": variant.pk, "product": variant.product.handle, "quantity": "2"}, **more
    )


def browser():
    return Client(headers={"sec-fetch-site": "same-origin"})


class TestNewBags:
    @pytest.fixture(autouse=True)
    def few(self, settings):
        settings.BAGS_PER_MINUTE = 3

    def test_the_fourth_waits_and_finds_its_choice_again(self):
        variant = a_variant(on_hand=9)
        assert [add(browser(), variant).status_code for _ in range(3)] == [303] * 3
        answer = add(browser(), variant)
        assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 60
        page = Page(answer)
        assert "very often" in page.text and variant.product.title in page.text
        assert 'value="2"' in answer.content.decode() and Cart.objects.count() == 3

    def test_what_is_in_a_bag_already_goes_on(self):
        variant, known = a_variant(on_hand=90), browser()
        assert [add(known, variant).status_code for _ in range(6)] == [303] * 6
        assert Cart.objects.count() == 1

    def test_somebody_elsewhere_does_not_notice(self):
        variant = a_variant(on_hand=9)
        for _ in range(5):
            add(browser(), variant)
        assert add(browser(), variant, REMOTE_ADDR="198.51.100.9").status_code == 303

    def test_nothing_stands_for_no_limit(self, settings):
        settings.BAGS_PER_MINUTE = 0
        variant = a_variant(on_hand=9)
        assert [add(browser(), variant).status_code for _ in range(9)] == [303] * 9


class TestPaying:
    @pytest.fixture(autouse=True)
    def one(self, settings):
        settings.PAYS_PER_MINUTE = 1

    def test_too_often_the_form_waits_as_it_was_typed(self, visitor):
        add(visitor, a_variant())
        token = visitor.cookies["cart"].value
        before = pay(visitor, token, email="not an address")  # a form that is sent back tries nothing
        assert before.status_code == 422
        limits.wait((limits.Limit("pay", 1, 60), caller(before.wsgi_request)))
        answer = pay(visitor, token, delivery_name="Ada Brennwald of Bremen")
        assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 60
        kept = Page(answer).form("/payment").fields
        assert kept["delivery_name"] == "Ada Brennwald of Bremen" and "nothing is lost" in Page(answer).text
        assert not Order.objects.exists()

    def test_a_draft_stays_and_can_be_paid_later(self, visitor, till):
        address = f"/orders/{selectors.token_of(a_draft().pk)}/payment"
        assert visitor.post(address).status_code == 303
        answer = visitor.post(address)
        assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 60
        assert answer["Cache-Control"] == "no-store" and "Please wait a little" in Page(answer).text
        assert Order.objects.get().state == "draft"
