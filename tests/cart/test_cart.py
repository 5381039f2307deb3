"""A cart adds up, tells what changed, and refuses what it cannot hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from calla.cart import selectors, services
from calla.cart.errors import BadQuantity, CartClosed, NoSuchCart, NotEnough, NotSold
from calla.cart.models import Cart, CartLine
from calla.catalogue.models import Product, Stock, Variant
from calla.kernel import clock, tokens
from calla.kernel.money import Money
from tests.builders.carts import is_ordered
from tests.builders.shop import a_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def token() -> str:
    return services.open_cart()[1]


class TestItsAddress:
    def test_the_database_keeps_only_a_digest_of_it(self, token: str) -> None:
        assert tokens.TOKEN.fullmatch(token)
        assert bytes(Cart.objects.get().token_digest) == tokens.digest(token)

    @pytest.mark.parametrize("wrong", ["", "x", "x" * 43, "../" * 14 + "x", "\x00" * 43])
    def test_another_address_is_no_cart(self, token: str, wrong: str) -> None:
        with pytest.raises(NoSuchCart):
            selectors.cart(wrong)

    def test_a_cart_left_alone_for_thirty_days_is_gone(self, token: str) -> None:
        services.add(token, a_variant().pk)
        with time_machine.travel(clock.now() + timedelta(days=29)):
            services.add(token, a_variant().pk)
        with time_machine.travel(clock.now() + timedelta(days=58)):
            assert selectors.cart(token).count == 2
            assert services.clear_expired() == 0
        with time_machine.travel(clock.now() + timedelta(days=60)):
            with pytest.raises(NoSuchCart):
                selectors.cart(token)
            with pytest.raises(NoSuchCart):
                services.add(token, a_variant().pk)
            assert services.clear_expired() == 1
        assert not CartLine.objects.exists()


class TestAdding:
    def test_the_same_piece_again_adds_up(self, token: str) -> None:
        variant = a_variant(price=4990)
        services.add(token, variant.pk, 2)
        services.add(token, variant.pk)
        cart = selectors.cart(token)
        assert [(line.variant.id, line.quantity) for line in cart.lines] == [(variant.pk, 3)]
        assert (cart.count, cart.subtotal) == (3, Money(14970, "EUR"))

    def test_more_than_is_left_is_refused_and_changes_nothing(self, token: str) -> None:
        variant = a_variant(on_hand=3)
        services.add(token, variant.pk, 2)
        with pytest.raises(NotEnough) as refused:
            services.add(token, variant.pk, 2)
        assert refused.value.available == 3
        assert selectors.cart(token).count == 2

    @pytest.mark.parametrize("quantity", [0, -1, 100, 10**9])
    def test_a_senseless_number_is_refused(self, token: str, quantity: int) -> None:
        with pytest.raises(BadQuantity):
            services.add(token, a_variant().pk, quantity)
        assert selectors.cart(token).count == 0

    def test_two_halves_may_not_pass_the_most(self, token: str) -> None:
        variant = a_variant(on_hand=500)
        services.add(token, variant.pk, 60)
        with pytest.raises(BadQuantity):
            services.add(token, variant.pk, 60)
        assert selectors.cart(token).count == 60

    def test_what_is_not_sold_is_refused(self, token: str) -> None:
        hidden = a_variant()
        Product.objects.filter(pk=hidden.product_id).update(published_at=None)
        for variant_id in (hidden.pk, 10**12):
            with pytest.raises(NotSold):
                services.add(token, variant_id)


class TestTypedQuantities:
    @pytest.mark.parametrize("text", ["", "-1", "1.5", "1000000000", "NaN", "1e3", "٣", "+1", "0x1", "one", "1 2", "0"])
    def test_what_is_no_number_of_pieces_is_refused_with_a_word_of_advice(self, text: str) -> None:
        with pytest.raises(BadQuantity, match="whole number from 1 to 99"):
            services.quantity_from(text)

    def test_nought_is_allowed_where_it_means_to_remove(self) -> None:
        assert [services.quantity_from(text, least=0) for text in ("0", " 7 ", "99")] == [0, 7, 99]


class TestChanging:
    def test_a_quantity_is_set_and_a_line_removed(self, token: str) -> None:
        one, other = a_variant(), a_variant()
        for variant in (one, other):
            services.add(token, variant.pk)
        services.set_quantity(token, one.pk, 5)
        assert services.remove(token, other.pk) == 1
        assert [(line.variant.id, line.quantity) for line in selectors.cart(token).lines] == [(one.pk, 5)]

    def test_removing_twice_is_no_error(self, token: str) -> None:
        assert services.remove(token, a_variant().pk) == 0

    def test_what_is_not_in_the_cart_cannot_be_set(self, token: str) -> None:
        with pytest.raises(NotSold):
            services.set_quantity(token, a_variant().pk, 2)

    def test_fewer_are_allowed_when_not_even_those_are_left(self, token: str) -> None:
        variant = a_variant(on_hand=5)
        services.add(token, variant.pk, 5)
        Stock.objects.filter(variant=variant).update(on_hand=1)
        services.set_quantity(token, variant.pk, 3)
        assert selectors.cart(token).lines[0].short


class TestChangesSinceAdding:
    def test_another_price_is_told_and_counts(self, token: str) -> None:
        variant = a_variant(price=4990)
        services.add(token, variant.pk)
        Variant.objects.filter(pk=variant.pk).update(price_minor=3990)
        line = selectors.cart(token).lines[0]
        assert (line.price_before, line.total) == (Money(4990, "EUR"), Money(3990, "EUR"))

    def test_a_piece_no_longer_sold_is_counted_as_gone(self, token: str) -> None:
        kept, hidden = a_variant(price=1000), a_variant()
        for variant in (kept, hidden):
            services.add(token, variant.pk)
        Product.objects.filter(pk=hidden.product_id).update(published_at=None)
        cart = selectors.cart(token)
        assert (cart.gone, cart.count, cart.subtotal) == (1, 1, Money(1000, "EUR"))

    def test_too_few_left_is_told_unless_they_are_held_for_it(self, token: str) -> None:
        variant = a_variant(on_hand=1)
        services.add(token, variant.pk)
        Stock.objects.filter(variant=variant).update(on_hand=0)
        assert selectors.cart(token).lines[0].short
        services.begin_checkout(token, 0, held_until=clock.now() + timedelta(minutes=30))
        assert not selectors.cart(token).lines[0].short
        with time_machine.travel(clock.now() + timedelta(minutes=31)):
            assert selectors.cart(token).lines[0].short


class TestBecomingAnOrder:
    def test_a_converted_cart_changes_no_more(self, token: str) -> None:
        variant = a_variant()
        services.add(token, variant.pk)
        is_ordered(token)
        is_ordered(token)
        for change in (services.add, services.remove):
            with pytest.raises(CartClosed):
                change(token, variant.pk)
        with pytest.raises(CartClosed):
            services.begin_checkout(token, 0, held_until=clock.now())
        assert selectors.cart(token).state == "converted"

    def test_a_change_during_payment_opens_it_again(self, token: str) -> None:
        variant = a_variant()
        services.add(token, variant.pk)
        services.begin_checkout(token, 0, held_until=clock.now())
        assert selectors.cart(token).state == "checking_out"
        services.add(token, variant.pk)
        assert selectors.cart(token).state == "open"

    def test_converting_a_cart_that_was_cleared_is_no_error(self) -> None:
        services.convert(b"\x01" * 32, 0, {})
        assert not Cart.objects.exists()


@pytest.mark.parametrize("rows", [1, 20])
def test_a_cart_takes_as_many_questions_for_one_line_as_for_twenty(rows, token, django_assert_max_num_queries) -> None:
    for _ in range(rows):
        services.add(token, a_variant().pk)
    with django_assert_max_num_queries(4):
        assert selectors.cart(token).count == rows
