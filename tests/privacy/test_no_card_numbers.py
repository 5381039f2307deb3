"""A card number typed into any form there is: refused, shown no more, and in no table and no log afterwards.

The forms are those that the registry of fields knows. One that is not in the table here fails.
"""

from __future__ import annotations

import logging

import pytest
from django.db import connections

from calla.cart import services as carts
from calla.customers.types import Role
from calla.orders import selectors
from calla.privacy import fields, places
from calla.privacy.card_numbers import holds_card_number
from tests.builders.dresses import a_dress
from tests.builders.orders import a_draft, a_placed_order
from tests.builders.payments import a_taken_payment
from tests.builders.shop import a_variant
from tests.support import people

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
CARD = "4242 4242 4242 4242"
PLAIN = CARD.replace(" ", "")
# Form -> the address that takes it, for what thing, and who sends it.
FORMS = {
    "checkout.read": ("/checkout/{cart}/payment", None),
    "storefront.lookup": ("/orders/lookup", None),
    "storefront.returned": ("/orders/{payment}/returned", None),
    "storefront.cancellation": ("/orders/{token}/cancellation", None),
    "enquiries.read": ("/contact", None),
    "privacycentre.from_us": ("/from-us", None),
    "privacycentre.ask": ("/privacy/mine", None),
    "backoffice.LoginForm": ("/office/login", None),
    "backoffice.search": ("/office/orders/search", Role.STAFF),
    "backoffice.MovementForm": ("/office/stock/{variant}/movements", Role.MANAGER),
    "backoffice.CancellationForm": ("/office/orders/{order}/cancellation", Role.MANAGER),
    "backoffice.StaffForm": ("/office/staff", Role.OWNER),
    "backoffice.LetterForm": ("/office/orders/{order}/letter", Role.STAFF),
    "backoffice.RecallForm": ("/office/recalls/new", Role.MANAGER),
    "backoffice.RecallConfirmation": ("/office/recalls/new", Role.MANAGER),
}
SECRET = {
    "backoffice.PasswordForm", "backoffice.CodeForm", "backoffice.CodeAgainForm", "backoffice.Authenticate",
    "backoffice.Reauthenticate", "backoffice.ReauthenticateByCode", "backoffice.SetUp",
}  # never shown again and never stored as they are
LIKE_A_CARD = {"backoffice.ShipmentForm"}  # a carrier's number of a parcel has as many digits, and may pass Luhn's rule
TICKS = {"privacycentre.erasure"}  # no field that takes words
WITHIN_A_CASE = {"backoffice.AnswerForm"}  # refuses as every CardFree form does

# Behind a link of one's own: tests/privacycentre/mine/test_correcting.py types cards into each.
ONES_OWN = {"checkout.read_address", "privacycentre.read_line", "privacycentre._message"}


def known_forms():
    places.load_all()
    return {field.form: [one.name for one in fields._asked if one.form == field.form] for field in fields._asked}


def everything_stored():
    for alias in ("default", "keys"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
            for (table,) in cursor.fetchall():
                cursor.execute(f"SELECT row::text FROM {table} AS row")
                yield from (text for (text,) in cursor.fetchall())


@pytest.fixture
def things():
    token = carts.open_cart()[1]
    carts.add(token, a_dress()["Leaf M"].pk)
    a_draft()
    order = a_placed_order()
    payment = a_taken_payment(order).pk
    link = selectors.token_of(order.id)
    return {"cart": token, "payment": payment, "variant": a_variant().pk, "order": order.id, "token": link}


def test_every_form_there_is_stands_in_the_table():
    assert known_forms().keys() <= FORMS.keys() | SECRET | LIKE_A_CARD | TICKS | WITHIN_A_CASE | ONES_OWN


@pytest.mark.parametrize("form", FORMS)
def test_it_is_refused_shown_no_more_and_kept_nowhere(visitor, things, caplog, form):
    address, role = FORMS[form]
    client = visitor
    if role:
        people.forget_tries()
        account = people.somebody(role, email := f"{role.name.lower()}@office.example")
        client = people.sign_in(email, people.with_second_factor(account))
    typed = dict.fromkeys(known_forms()[form], f"it is {CARD}")
    with caplog.at_level(logging.DEBUG):
        response = client.post(address.format(**things), typed)
    body = response.content.decode()
    assert response.status_code < 500 and response.status_code != 404 and CARD not in body and PLAIN not in body
    assert not any(CARD in line or PLAIN in line for line in everything_stored())
    assert not any(CARD in record.getMessage() or PLAIN in record.getMessage() for record in caplog.records)


def test_the_search_finds_one_that_is_there():
    carts.open_cart()
    with connections["default"].cursor() as cursor:
        cursor.execute("UPDATE catalogue_shoprow SET name = %s", [f"Shop {CARD}"])
    assert any(holds_card_number(CARD) and CARD in line for line in everything_stored())
