"""A draft: one a cart, sealed under keys of its own, forgotten without a trace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calla.catalogue.errors import OutOfStock
from calla.catalogue.models import Stock, StockHold
from calla.customers.types import Address
from calla.kernel.money import Money
from calla.orders import selectors, services
from calla.orders.errors import NoSuchOrder
from calla.orders.models import Accounting, Order, OrderLine
from calla.privacy import keys
from calla.privacy.errors import KeyGone
from calla.privacy.keystore.models import DataKey
from calla.privacy.models import Subject
from tests.builders.orders import HOME, a_line, a_request
from tests.builders.shop import a_variant
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]


def test_what_the_buyer_said_lies_sealed_and_nothing_of_it_in_plain():
    order = services.draft(a_request(phone="+49 421 5550123"))
    row = Order.objects.filter(pk=order.pk).values().get() | Accounting.objects.filter(order=order).values().get()
    stored = repr(row).encode() + bytes(Order.objects.values_list("details", flat=True).get())
    for word in (b"Ada", b"Brennwald", b"ada@example.net", b"Lindenweg", b"28195", b"5550123"):
        assert word not in stored
    assert order.details.open("orders").email == "ada@example.net"


def test_two_keys_the_books_have_one_of_their_own():
    order = services.draft(a_request())
    assert order.key != order.accounting.key and DataKey.objects.count() == 2


def test_pressed_again_it_is_the_same_order_under_the_same_keys_with_what_the_buyer_changed():
    request = a_request()
    first = services.draft(request)
    kept = (first.pk, first.key, first.accounting.key, first.subject_id, selectors.token_of(first.pk))
    moved = replace(HOME, city="Lund", country="SE", postcode="223 50")
    variant = a_variant(price=1_000)
    again = services.draft(replace(
        request, name="Ada B.", delivery=moved, billing=moved, lines=[a_line(variant, 3)], shipping=Money(990, "EUR")
    ))
    assert (again.pk, again.key, again.accounting.key, again.subject_id, selectors.token_of(again.pk)) == kept
    seen = selectors.by_token(kept[-1])
    assert (seen.name, seen.delivery.city, seen.billing) == ("Ada B.", "Lund", None)
    assert [(line.variant_id, line.quantity) for line in seen.lines] == [(variant.pk, 3)]
    assert (seen.total, again.subject.country) == (Money(3_990, "EUR"), "SE")
    assert (Order.objects.count(), OrderLine.objects.count(), DataKey.objects.count()) == (1, 1, 2)
    assert list(StockHold.objects.values_list("variant_id", "quantity")) == [(variant.pk, 3)]


def test_out_of_stock_nothing_is_kept_not_even_a_key():
    variant = a_variant(on_hand=1)
    with pytest.raises(OutOfStock):
        services.draft(a_request(a_line(variant, 2)))
    assert not Order.objects.exists() and not Subject.objects.exists()
    assert not DataKey.objects.exists() and not StockHold.objects.exists()


def test_a_change_that_cannot_be_had_leaves_the_draft_as_it_was():
    variant = a_variant(on_hand=2)
    request = a_request(a_line(variant))
    order = services.draft(request)
    with pytest.raises(OutOfStock):
        services.draft(replace(request, name="Greedy", lines=[a_line(variant, 3)]))
    seen = selectors.by_token(selectors.token_of(order.pk))
    assert (seen.name, seen.lines[0].quantity) == ("Ada Brennwald", 1)
    assert DataKey.objects.count() == 2 and Stock.objects.get(variant=variant).held == 1


def test_a_cart_that_was_ordered_stays_that_order():
    request = a_request()
    order = services.draft(request)
    services.place(order.id)
    again = services.draft(replace(request, name="Somebody Else"))
    assert (again.pk, again.state) == (order.pk, "placed")
    assert again.details.open("orders").name == "Ada Brennwald" and DataKey.objects.count() == 2


def test_forgotten_rows_person_hold_and_keys_are_gone():
    order = services.draft(a_request())
    token = selectors.token_of(order.pk)
    assert services.forget_draft(order.pk) and not services.forget_draft(order.pk)
    run_jobs()
    assert not Order.objects.exists() and not Subject.objects.exists() and not StockHold.objects.exists()
    assert not DataKey.objects.exists()
    keys.forget_opened()
    with pytest.raises(KeyGone):
        keys.raw(order.key)
    with pytest.raises(NoSuchOrder):
        selectors.by_token(token)


def test_a_placed_order_is_never_forgotten_as_a_draft():
    order = services.place(services.draft(a_request()).id)
    assert not services.forget_draft(order.id) and Order.objects.count() == 1


def test_the_bill_may_go_elsewhere():
    elsewhere = Address(country="DE", name="Cogwheel GmbH", lines=("Hafen 1",), city="Bremen", postcode="28217")
    order = services.draft(a_request(billing=elsewhere))
    assert selectors.by_token(selectors.token_of(order.pk)).billing == elsewhere
