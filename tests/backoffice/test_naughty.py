"""Strings that break other programs come back harmless from every form of the office, and as they were typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from calla.catalogue.models import Stock
from calla.customers.models import Account
from calla.customers.types import Role
from calla.orders import services
from calla.privacy.types import SYSTEM
from tests.builders.orders import a_placed_order
from tests.builders.shop import a_variant
from tests.storefront.reading import Page
from tests.storefront.test_naughty import OWN, is_harmless, naughty
from tests.support import people
from tests.support.people import PASSWORD, browser, with_second_factor

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
EVERY, SLOW = 40, 4  # of the big lists every so-manieth; of what costs a password's hash, fewer still

CARRIER = "Kranich Parcel"  # under agreement in the demo's policy
NUMBER = re.compile(r"\s*(-?\d+)(?:\.0*)?\s*")


def sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@pytest.fixture(params=["ours", "big"])
def strings(request) -> list[str]:
    return [sendable(text) for text in (OWN if request.param == "ours" else naughty()[::EVERY])]


@contextmanager
def undone() -> Iterator[None]:
    """What the string was good for is undone before the next comes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def posted(client, address, field="", **typed):
    """The answer, harmless, and where the form came back, with what was typed in `field`."""
    answer = client.post(address, typed)
    page = is_harmless(answer)
    assert answer.status_code in {200, 302, 303, 409, 422, 429}, answer.status_code
    if answer.status_code == 422 and field:
        kept = [own.get("value", "") for tag, own in page.elements if tag == "input" and own.get("name") == field]
        assert kept == [typed[field]], (kept, typed[field])
    return answer


class TestOrders:
    def test_a_parcel_takes_them_as_words(self, at_work, strings):
        order, client = a_placed_order(), at_work()
        services.pack(order.id, by=SYSTEM)
        sent = 0
        for text in strings:
            with undone():
                answer = posted(client, f"/office/orders/{order.id}/shipment", "tracking_number", tracking_number=text,
                                carrier=CARRIER)  # fmt: skip
                posted(client, f"/office/orders/{order.id}/shipment", carrier=text, tracking_number="")
                if answer.status_code == 302:
                    sent += 1
                    shown = is_harmless(client.get(f"/office/orders/{order.id}")).text
                    assert " ".join(text.split()) in shown, text
        assert sent

    def test_a_tracking_number_that_is_too_long_is_kept(self, at_work):
        order, client = a_placed_order(), at_work()
        services.pack(order.id, by=SYSTEM)
        long = '"><script>' * 20
        answer = posted(client, f"/office/orders/{order.id}/shipment", "tracking_number", carrier=CARRIER,
                        tracking_number=long)  # fmt: skip
        assert answer.status_code == 422 and order.fulfilments.get().state == "packed"

    def test_no_order_is_cancelled_for_them(self, at_work, strings):
        order, client = a_placed_order(), at_work(Role.MANAGER)
        for text in strings:
            posted(client, f"/office/orders/{order.id}/cancellation", reason=text, sure="on")
        order.refresh_from_db()
        assert order.state == "placed"

    def test_no_list_breaks_by_them(self, at_work, strings):
        client = at_work()
        for text in strings:
            for address in ("/office/orders", "/office/stock", "/office/letters", "/office/mailbox"):
                assert client.get(address, {"state": text, "page": text, "q": text}).status_code in {200, 404}


class TestStock:
    def test_no_stock_is_moved_but_by_numbers(self, at_work, strings):
        variant, client = a_variant(), at_work(Role.MANAGER)
        for text in strings:
            with undone():
                posted(client, f"/office/stock/{variant.pk}/movements", "delta", delta=text, reason="received")
                posted(client, f"/office/stock/{variant.pk}/movements", "delta", delta="1", reason=text)
                moved = Stock.objects.get(variant=variant).on_hand - 10
                assert not moved or moved == int(NUMBER.fullmatch(text)[1]), text


class TestPeople:
    def test_a_name_takes_them_as_words(self, at_work, strings):
        client, taken = at_work(Role.OWNER), 0
        for text in strings[::SLOW]:
            with undone():
                before = Account.objects.count()
                posted(client, "/office/staff", "name", email="new@office.example", name=text, role="staff")
                posted(client, "/office/staff", "email", email=text, name="Iris", role="staff")
                posted(client, "/office/staff", "name", email="new@office.example", name="Iris", role=text)
                taken += Account.objects.count() - before
        assert taken


class TestGettingIn:
    EMAIL = "iris@office.example"

    @pytest.fixture
    def secret(self):
        return with_second_factor(people.somebody(email=self.EMAIL))

    def test_no_address_opens_the_office(self, strings, secret):
        for text in strings:
            people.forget_tries()
            posted(browser(), "/office/login", "login", login=text, password="x")

    def test_no_password_opens_it(self, strings, secret):
        for text in strings[::SLOW]:
            people.forget_tries()
            client = browser()
            answer = posted(client, "/office/login", "login", login=self.EMAIL, password=text, next=text)
            [password] = [own for own in Page(answer).all("input") if own["type"] == "password"]
            assert answer.status_code == 422 and not password.get("value")
            assert client.get("/office").status_code == 302

    def test_no_code_opens_it(self, strings, secret):
        client = browser()
        client.post("/office/login", {"login": self.EMAIL, "password": PASSWORD})
        for text in strings:
            people.forget_tries()
            assert posted(client, "/office/second-factor", code=text).status_code == 422
        assert client.get("/office").status_code == 302

    def test_no_password_is_changed_to_one_that_was_not_proved(self, strings, at_work):
        client = at_work()
        for text in strings[::SLOW]:
            people.forget_tries()
            assert posted(client, "/office/password", oldpassword=text, password1=text).status_code == 422
        client.account.refresh_from_db()
        assert client.account.check_password(PASSWORD)

    def test_where_one_wanted_to_go_is_a_place_in_the_office(self, strings, secret):
        for text in strings[::SLOW]:
            people.forget_tries()
            client = browser()
            answer = client.post("/office/login", {"login": self.EMAIL, "password": PASSWORD, "next": text})
            assert answer.headers["Location"].startswith("/office/")
