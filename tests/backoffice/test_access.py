"""Every address of the office, for everybody who could ask. An address that is not in the table fails."""

import re
from uuid import uuid4

import pytest
from django.urls import get_resolver

from calla.customers.types import Role
from tests.builders.enquiries import a_case
from tests.builders.orders import a_placed_order
from tests.builders.shop import a_variant
from tests.support import people

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]

NOBODY, HALF, CUSTOMER = "nobody", "password only", "customer"
WHO = (NOBODY, HALF, CUSTOMER, Role.STAFF, Role.MANAGER, Role.OWNER)
OPEN = Role.CUSTOMER  # for whoever comes: the way in
# Address -> method and the least role it is for.
TABLE = {
    "office": ("get", Role.STAFF),
    "office/orders": ("get", Role.STAFF),
    "office/orders/search": ("post", Role.STAFF),
    "office/orders/<uuid:order_id>": ("get", Role.STAFF),
    "office/orders/<uuid:order_id>/packing": ("post", Role.STAFF),
    "office/orders/<uuid:order_id>/shipment": ("post", Role.STAFF),
    "office/orders/<uuid:order_id>/delivery": ("post", Role.STAFF),
    "office/orders/<uuid:order_id>/comeback": ("post", Role.STAFF),
    "office/orders/<uuid:order_id>/hold": ("post", Role.MANAGER),
    "office/orders/<uuid:order_id>/release": ("post", Role.MANAGER),
    "office/orders/<uuid:order_id>/cancellation": ("post", Role.MANAGER),
    "office/orders/<uuid:order_id>/slip": ("get", Role.STAFF),
    "office/enquiries": ("get", Role.STAFF),
    "office/enquiries/<uuid:enquiry_id>": ("get", Role.STAFF),
    "office/enquiries/<uuid:enquiry_id>/answers": ("post", Role.STAFF),
    "office/enquiries/<uuid:enquiry_id>/closure": ("post", Role.STAFF),
    "office/orders/<uuid:order_id>/letter": ("get", Role.STAFF),
    "office/recalls": ("get", Role.MANAGER),
    "office/recalls/new": ("get", Role.MANAGER),
    "office/stock": ("get", Role.STAFF),
    "office/stock/<int:variant_id>": ("get", Role.STAFF),
    "office/stock/<int:variant_id>/movements": ("post", Role.MANAGER),
    "office/letters": ("get", Role.STAFF),
    "office/letters/<uuid:letter_id>/sending": ("post", Role.MANAGER),
    "office/mailbox": ("get", Role.STAFF),
    "office/mailbox/<str:name>": ("get", Role.STAFF),
    "office/mailbox/<str:name>/html": ("get", Role.STAFF),
    "office/staff": ("get", Role.OWNER),
    "office/staff/<uuid:account_id>/departure": ("post", Role.OWNER),
    "office/login": ("get", OPEN),
    "office/logout": ("post", OPEN),
    "office/reauthentication": ("get", OPEN),
    "office/reauthentication/code": ("get", OPEN),
    "office/password": ("get", Role.STAFF),
    "office/security": ("get", Role.STAFF),
    "office/security/other-sessions": ("post", Role.STAFF),
    "office/second-factor": ("get", OPEN),
    "office/second-factor/set-up": ("get", OPEN),
    "office/second-factor/picture": ("get", OPEN),
    "office/second-factor/removal": ("get", Role.STAFF),
    "office/recovery-codes": ("get", Role.STAFF),
    "office/recovery-codes/new": ("get", Role.STAFF),
}


# Shows made-up things alone, and is there in a demo's home alone.
IN_THE_DEMO = {"office/components", "office/gallery"}


def addresses():
    def walk(patterns, before=""):
        for pattern in patterns:
            whole = before + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, whole)
            else:
                yield whole

    return [address for address in walk(get_resolver().url_patterns) if address.startswith("office")]


def path_of(address, **things):
    ids = {name: uuid4() for name in ("order_id", "enquiry_id", "account_id", "letter_id")}
    values = ids | {"variant_id": 1, "name": "x"} | things
    return "/" + re.sub(r"<\w+:(\w+)>", lambda part: str(values[part[1]]), address)


def test_the_table_lists_every_address_of_the_office():
    assert sorted(addresses()) == sorted([*TABLE, *IN_THE_DEMO])


@pytest.fixture
def comer(at_work):
    def make(who):
        if isinstance(who, Role):
            return at_work(who)
        client = people.browser()
        if who == HALF:
            people.somebody(Role.OWNER, email="half@office.example")
            people.sign_in("half@office.example", client=client)
        if who == CUSTOMER:
            customer = people.somebody(Role.CUSTOMER)
            client.force_login(customer, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make


@pytest.mark.parametrize("who", WHO, ids=str)
def test_who_may_go_where(comer, who):
    client, wrong = comer(who), []
    things = {"order_id": a_placed_order().id, "enquiry_id": a_case().id, "variant_id": a_variant().pk}
    for address, (method, least) in TABLE.items():
        if address == "office/logout":
            continue
        path = path_of(address, **things)
        answer = getattr(client, method)(path)
        if least is not OPEN and let_in(answer) != (isinstance(who, Role) and who.covers(least)):
            wrong.append((path, answer.status_code, answer.headers.get("Location")))
    assert not wrong


def let_in(answer):
    """Shown, refused for its contents, or done: anything but sent to sign in, to the second factor, or away."""
    sent_away = answer.headers.get("Location", "").startswith(("/office/login", "/office/second-factor/set-up"))
    return answer.status_code != 403 and not sent_away


def test_no_page_carries_script_or_style_of_its_own(comer):
    client, variant = comer(Role.OWNER), a_variant()
    things = {"order_id": a_placed_order().id, "enquiry_id": a_case().id, "variant_id": variant.pk}
    pages = [client.get(path_of(address, **things)) for address, (method, _) in TABLE.items() if method == "get"]
    shown = [page.content.decode() for page in pages if page.status_code == 200]
    assert len(shown) > 10
    for page in shown:
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page)


@pytest.mark.parametrize("address", [address for address, (method, _) in TABLE.items() if method == "post"])
def test_no_link_changes_anything(comer, address):
    answer = comer(Role.OWNER).get(path_of(address))
    assert answer.status_code == 405 or (address.endswith("cancellation") and answer.status_code == 404)


def test_a_form_of_another_site_changes_nothing(comer):
    client, order = comer(Role.OWNER), a_placed_order()
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        assert client.post(f"/office/orders/{order.id}/packing", headers=headers).status_code == 403
    assert order.fulfilments.get().state == "pending"
