"""The whole cost is known before anybody pays."""

from __future__ import annotations

from decimal import Decimal

import pytest

from calla.cart import selectors as carts
from calla.cart import services as cart_services
from calla.cart.types import CartView
from calla.checkout.errors import NotDelivered
from calla.checkout.models import ShippingMethod, TaxRate
from calla.checkout.selectors import delivery_countries, quote
from calla.kernel.money import Money
from tests.builders.shop import a_variant

pytestmark = pytest.mark.django_db


def a_cart(*prices: int) -> CartView:
    token = cart_services.open_cart()[1]
    for price in prices:
        cart_services.add(token, a_variant(price=price).pk)
    return carts.cart(token)


def a_method(minor: int, *countries: str, **more: object) -> ShippingMethod:
    return ShippingMethod.objects.create(name="Parcel", price_minor=minor, countries=list(countries), **more)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


class TestTheTotal:
    def test_it_is_the_pieces_and_the_delivery_with_the_tax_inside(self) -> None:
        a_method(490, "DE")
        TaxRate.objects.create(country="DE", rate=Decimal("0.19"))
        found = quote(a_cart(4990, 2000), "DE")
        assert (found.subtotal, found.shipping, found.total) == (eur(6990), eur(490), eur(7480))
        assert found.tax == eur(1194)  # 7480 * 0.19 / 1.19 = 1194.29

    def test_tax_is_that_of_the_country_of_delivery_and_none_without_a_rate(self) -> None:
        a_method(0)
        TaxRate.objects.create(country="HU", rate=Decimal("0.27"))
        assert [quote(a_cart(12700), country).tax for country in ("HU", "NO")] == [eur(2700), eur(0)]

    def test_delivery_is_free_from_the_stated_amount_on(self) -> None:
        a_method(490, free_from_minor=10000)
        assert [quote(a_cart(minor), "DE").shipping.minor for minor in (9999, 10000)] == [490, 0]


class TestTheWayOfDelivery:
    def test_the_first_on_offer_is_taken_unless_one_is_chosen(self) -> None:
        quick, slow = a_method(990, position=2), a_method(390, position=1)
        cart = a_cart(1000)
        assert quote(cart, "DE").method.id == slow.pk
        assert quote(cart, "DE", quick.pk).total == eur(1990)
        assert [option.id for option in quote(cart, "DE").options] == [slow.pk, quick.pk]

    def test_what_does_not_go_there_or_is_switched_off_is_not_offered(self) -> None:
        abroad, off = a_method(1990, "FR"), a_method(0, active=False)
        for method in (None, abroad.pk, off.pk, 10**9):
            with pytest.raises(NotDelivered):
                quote(a_cart(1000), "DE", method)

    def test_the_countries_offered_are_those_that_something_goes_to(self) -> None:
        assert delivery_countries() == ()
        a_method(490, "DE", "AT")
        a_method(990, "US", active=False)
        assert [code for code, _ in delivery_countries()] == ["AT", "DE"]
        a_method(2990)
        assert len(delivery_countries()) > 240


@pytest.mark.parametrize("rows", [1, 20])
def test_a_quote_takes_two_questions_however_many_lines(rows: int, django_assert_num_queries) -> None:
    a_method(490)
    cart = a_cart(*[1000] * rows)
    with django_assert_num_queries(2):
        quote(cart, "DE")
