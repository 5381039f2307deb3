"""Nobody may take the payment today: the buyer is told before and after they order, and where their order is kept."""

from __future__ import annotations

import pytest

from calla.cart import services as carts
from calla.kernel import links
from calla.orders import selectors
from calla.orders.models import Order
from calla.payments.models import Payment
from tests.builders.dresses import a_dress
from tests.builders.orders import a_draft
from tests.builders.shop import policy_in_force, policy_text
from tests.storefront.reading import Page
from tests.storefront.test_checkout_page import pay

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
PAY = "processor.pay.agreement.until = "
CANNOT = "We cannot take payments today"


@pytest.fixture
def token(shop) -> str:
    token = carts.open_cart()[1]
    carts.add(token, a_dress()["Leaf M"].pk)
    return token


def lapse() -> None:
    policy_in_force(policy_text((f"{PAY}2028-12-31", f"{PAY}2026-01-02")))


def test_the_checkout_says_it_before_anybody_orders(visitor, token):
    assert CANNOT not in Page(visitor.get(f"/checkout/{token}")).text
    lapse()
    page = Page(visitor.get(f"/checkout/{token}"))
    assert CANNOT in page.text and "Next you pay" not in page.text


def test_who_orders_comes_to_the_order_that_is_kept(visitor, till, token):
    lapse()
    response = pay(visitor, token)
    order = Order.objects.get()
    assert response.status_code == 303
    assert response["Location"] == links.absolute("order", token=selectors.token_of(order.pk))
    page = Page(visitor.get(response["Location"]))
    assert "Kept for you" in page.text and CANNOT in page.text and "Pay now" not in page.text
    assert f"{order.held_until:%-d %B}" in page.text and "Linen dress" in page.text


@pytest.mark.parametrize("address", ["order", "returned"])
def test_pay_now_leads_back_to_where_it_is_said(visitor, till, address):
    order = a_draft()
    till.start(order)
    lapse()
    named = {"order": selectors.token_of(order.pk), "returned": Payment.objects.get(order=order).pk}[address]
    response = visitor.post(f"/orders/{named}/payment")
    assert response.status_code == 303
    assert "Kept for you" in Page(visitor.get(response["Location"])).text


def test_with_a_new_agreement_it_can_be_paid_there(visitor, till, token):
    lapse()
    address = pay(visitor, token)["Location"]
    policy_in_force()
    page = Page(visitor.get(address))
    assert "Not paid yet" in page.text
    assert visitor.post(page.form("/payment").action)["Location"].startswith(till.provider.url)
