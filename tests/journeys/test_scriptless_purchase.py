"""The whole purchase with ordinary links and forms: no script, and in the end no cookie either."""

from __future__ import annotations

import pytest

from tests.journeys import office as at_work
from tests.journeys.buying import add, buyer, check_out, checkout_form, choose, is_placed, pay, somebody
from tests.journeys.scriptless import Visitor, autofilled
from tests.support.live import LiveShop

pytestmark = pytest.mark.journey


def test_a_guest_buys_and_follows_the_parcel(shop: LiveShop, office: Visitor) -> None:
    visitor, ada = buyer(shop), somebody()
    product = choose(visitor)
    assert visitor.path.startswith("/cart") and product in visitor.text
    pay(check_out(visitor, ada))
    assert is_placed(visitor), visitor.text[:400]
    order_page, number = visitor.url, visitor.page.first("strong").text
    assert product in visitor.text and ada["name"] in visitor.text

    [confirmation] = shop.wait_for_mail(to=ada["email"])
    assert number in str(confirmation["Subject"])
    text, html = at_work.bodies(confirmation)
    assert order_page in text and order_page in html and product in text and product in html

    at_work.send_parcel(office, number, carrier="Kranich Parcel", tracking="LP 4711")
    shipped = shop.wait_for_mail(to=ada["email"], count=2)[-1]
    assert all("LP 4711" in body for body in at_work.bodies(shipped))

    with Visitor(shop.url) as another_browser:
        another_browser.open(order_page)
        assert "On its way" in another_browser.text and "LP 4711" in another_browser.text
        found = another_browser.follow("Find your order").press("Find it", number=number, email=ada["email"])
        assert found.url == order_page


def test_two_things_are_bought_with_cookies_off(shop: LiveShop) -> None:
    visitor, ada = buyer(shop, cookies=False), somebody()
    first = choose(visitor)
    visitor.follow("Continue shopping")
    second = choose(visitor, "First frost", tile=1)
    assert first != second and first in visitor.text and second in visitor.text
    assert "2 pieces" in visitor.text
    pay(check_out(visitor, ada))
    assert is_placed(visitor) and first not in visitor.text and ada["name"] not in visitor.text
    visitor.press("Show the whole order", email=ada["email"])
    assert is_placed(visitor), visitor.text[:400]
    assert first in visitor.text and second in visitor.text
    assert not visitor.client.cookies
    assert shop.wait_for_mail(to=ada["email"])


def test_the_bag_is_kept_by_its_address_through_search_and_filters(shop: LiveShop) -> None:
    visitor = buyer(shop, cookies=False)
    product = choose(visitor)
    token = visitor.path.rpartition("/")[2]
    visitor.follow("Continue shopping").press("Search", q="dress")
    visitor.press("Show")
    tile = next(one for one in visitor.page.all("li") if one.own.get("class") == "tile")
    visitor.follow(tile.first("a").text)
    assert token in visitor.url
    add(visitor)
    assert visitor.path.endswith(token) and product in visitor.text


def test_another_country_brings_its_own_fields_and_total(shop: LiveShop) -> None:
    visitor, ada = buyer(shop), somebody()
    choose(visitor)
    visitor.follow("Check out")
    before = checkout_form(visitor).sent()
    typed = autofilled(checkout_form(visitor), ada) | {"delivery_country": "CH"}
    visitor.press("Use this country", **typed)
    fields = dict(checkout_form(visitor).sent())
    assert fields["delivery_name"] == ada["name"] and fields["email"] == ada["email"]
    assert fields["delivery_fields_for"] == "CH" and fields["shown_total"] != dict(before)["shown_total"]
    visitor.press("Order with obligation to pay", delivery_postcode="8001", delivery_city="Zürich")
    pay(visitor)
    assert is_placed(visitor) and "SWITZERLAND" in visitor.text.upper()


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(shop: LiveShop) -> None:
    visitor, ada = buyer(shop), somebody()
    choose(visitor)
    visitor.follow("Check out")
    visitor.press("Order with obligation to pay", **autofilled(checkout_form(visitor), ada) | {"email": "ada at home"})
    assert visitor.status == 422 and visitor.title.startswith("Error")
    fields = dict(checkout_form(visitor).sent())
    assert fields["delivery_name"] == ada["name"] and fields["email"] == "ada at home"
    [wrong] = [one for one in checkout_form(visitor).controls() if one.own.get("aria-invalid")]
    assert wrong.own["name"] == "email"
    pay(visitor.press("Order with obligation to pay", email=ada["email"]))
    assert is_placed(visitor)
