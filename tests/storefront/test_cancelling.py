"""A buyer calls an order off: with its e-mail address, until it is packed, once."""

import pytest

from calla.catalogue.models import Stock
from calla.orders import selectors, services
from calla.orders.models import Cancellation, Order
from calla.payments.models import Payment
from calla.privacy.models import Letter
from calla.privacy.types import Actor
from tests.builders.orders import a_draft, a_placed_order
from tests.storefront.reading import Page
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
ADA = "ada@example.net"
STAFF = Actor("staff", None)


def at(order: Order) -> str:
    return f"/orders/{selectors.token_of(order.pk)}"


def cancel(visitor, order: Order, email: str = ADA):
    return visitor.post(f"{at(order)}/cancellation", {"email": email})


def state_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).state


def test_from_the_order_page_it_is_cancelled_and_the_money_goes_back(visitor, till):
    order = a_draft()
    till.pay(order)
    visitor.get(at(order))  # asks the payment service
    page = Page(visitor.get(at(order)))
    assert "cancel the order" in page.text and "correct the address" in page.text
    asked = Page(visitor.get(f"{at(order)}/cancellation"))
    assert order.email_index and "not packed yet" in asked.text and ADA not in asked.text
    held = Stock.objects.get(variant=order.lines.get().variant_id).allocated
    answer = visitor.post(asked.form("/cancellation").action, {"email": f" {ADA.upper()}"})
    assert (answer.status_code, answer["Location"]) == (303, at(order))
    run_jobs()
    page = Page(visitor.get(at(order)))
    assert "Cancelled" in page.text and "released" in page.text and "cancel the order" not in page.text
    assert Payment.objects.get(order=order).state == "voided"
    assert Stock.objects.get(variant=order.lines.get().variant_id).allocated == held - 1
    called_off = Cancellation.objects.get(order=order)
    assert (called_off.reason, called_off.actor) == ("customer", "customer")
    assert Letter.objects.filter(kind="order_cancelled").count() == 1


@pytest.mark.parametrize("email", ["", "eve@example.net", "\0", "y" * 999])
def test_who_knows_the_secret_address_alone_ends_nothing(visitor, email):
    order = a_placed_order()
    answer = cancel(visitor, order, email)
    assert answer.status_code == 422 and "Nothing was changed" in Page(answer).text and state_of(order) == "placed"


def test_tries_are_those_of_the_look_up(visitor):
    order = a_placed_order()
    for _ in range(10):
        cancel(visitor, order, "eve@example.net")
    answer = cancel(visitor, order)
    assert (answer.status_code, answer["Retry-After"]) == (429, "600") and state_of(order) == "placed"


def test_once_it_is_packed_it_says_so(visitor):
    order = a_placed_order()
    services.pack(order.pk, by=STAFF)
    assert "cancel the order" not in Page(visitor.get(at(order))).text
    for answer in (visitor.get(f"{at(order)}/cancellation"), cancel(visitor, order)):
        assert answer.status_code == 409 and "packed already" in Page(answer).text
    assert state_of(order) == "placed"


def test_packed_while_they_read_it_is_not_cancelled(visitor, monkeypatch):
    order = a_placed_order()
    opened = selectors.by_token(selectors.token_of(order.pk))
    services.pack(order.pk, by=STAFF)
    views = [opened]
    by_token = selectors.by_token
    monkeypatch.setattr(selectors, "by_token", lambda token: views.pop() if views else by_token(token))
    answer = cancel(visitor, order)
    assert answer.status_code == 409 and state_of(order) == "placed"


def test_twice_is_once(visitor):
    order = a_placed_order()
    for _ in range(2):
        assert cancel(visitor, order)["Location"] == at(order)
    assert Cancellation.objects.count() == 1 and Letter.objects.filter(kind="order_cancelled").count() == 1


def test_one_that_is_held_back_may_be_called_off(visitor):
    order = a_placed_order()
    services.hold_back(order.pk, by=STAFF)
    cancel(visitor, order)
    assert state_of(order) == "cancelled"


def test_a_draft_is_led_back_to_its_page(visitor):
    order = a_draft()
    assert cancel(visitor, order)["Location"] == at(order) and state_of(order) == "draft"


def test_a_made_up_address_is_no_page(visitor):
    assert visitor.get(f"/orders/{'x' * 43}/cancellation").status_code == 404
