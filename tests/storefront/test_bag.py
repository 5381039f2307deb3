"""The bag works with cookies, without them, and whatever is typed into it."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from django.test import Client

from calla.cart.models import Cart, CartLine
from calla.catalogue.models import Stock, Variant
from calla.kernel import tokens
from calla.privacy.models import Session, Subject
from tests.builders.carts import is_ordered
from tests.builders.dresses import a_dress
from tests.builders.shop import a_variant
from tests.storefront.reading import Page

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
SENSELESS = ["", "-1", "1.5", "1000000000", "NaN", "1e2", "٣", "one", "0x1", " "]


@pytest.fixture
def dress(shop):
    return a_dress()


@pytest.fixture
def no_cookies(visitor) -> Client:
    """A browser that keeps nothing we set."""
    request = visitor.request

    def forgetful(**environ):
        visitor.cookies = SimpleCookie()
        return request(**environ)

    visitor.request = forgetful
    return visitor


def put(client: Client, variant: Variant, **more: str):
    return client.post(
        "/cart/lines", {"product": variant.product.handle, "variant": variant.pk, "quantity": "1", **more}
    )


class TestWithCookies:
    def test_the_first_piece_opens_a_bag_and_the_browser_remembers_which(self, visitor, dress):
        response = put(visitor, dress["Leaf M"])
        assert response.status_code == 303
        token = response.cookies["cart"].value
        assert tokens.TOKEN.fullmatch(token) and response.cookies["bag"].value == "1"
        assert response.cookies["cart"]["httponly"] and not response.cookies["bag"]["httponly"]
        page = Page(visitor.get(response["Location"]))
        assert "In your bag now: Linen dress, Leaf / M." in page.text
        assert "/cart" in page.links() and "cart=" not in " ".join(page.links())

    def test_the_second_piece_goes_into_the_same_bag(self, visitor, dress):
        put(visitor, dress["Leaf M"])
        response = put(visitor, dress["Ink S"], quantity="2")
        assert response["Location"] == f"/cart?added={dress['Ink S'].pk}"
        assert response.cookies["bag"].value == "3"
        assert Cart.objects.count() == 1 and "€267.00" in Page(visitor.get("/cart")).text

    def test_nobody_is_known_by_a_bag(self, visitor, dress):
        put(visitor, dress["Leaf M"])
        assert not Subject.objects.exists() and not Session.objects.exists()

    def test_a_visitor_who_said_no_gets_neither_cookie(self, dress):
        for headers in ({"sec-gpc": "1"}, {"cookie": "choices=cart.bag"}):
            response = put(Client(headers={"sec-fetch-site": "same-origin", **headers}), dress["Leaf M"])
            assert response.status_code == 303 and not response.cookies

    def test_a_cookie_whose_bag_is_gone_is_taken_back(self, visitor):
        visitor.cookies["cart"], visitor.cookies["bag"] = "T" * 43, "2"
        response = visitor.get("/cart")
        assert "nothing in your bag" in Page(response).text
        assert response.cookies["cart"]["max-age"] == response.cookies["bag"]["max-age"] == 0

    def test_an_ordered_bag_is_empty_and_the_next_piece_opens_a_new_one(self, visitor, dress):
        token = put(visitor, dress["Leaf M"]).cookies["cart"].value
        is_ordered(token)
        assert "nothing in your bag" in Page(visitor.get("/cart")).text
        assert "is ordered" in Page(visitor.get(f"/cart/{token}")).text
        visitor.cookies["cart"] = token
        again = put(visitor, dress["Ink S"]).cookies["cart"].value
        assert again != token and CartLine.objects.filter(cart__token_digest=tokens.digest(again)).count() == 1


class TestWithoutCookies:
    def test_two_different_pieces_come_into_one_bag(self, no_cookies, dress):
        first = put(no_cookies, dress["Leaf M"])
        page = Page(no_cookies.get(first["Location"]))
        [on] = {link for link in page.links() if link.startswith("/collections?cart=")}
        assert "No cookie remembers this bag" in page.text
        token = on.partition("cart=")[2]
        form = Page(no_cookies.get(f"/products/linen-dress?cart={token}")).form("/cart/lines")
        second = no_cookies.post("/cart/lines", form.fields | {"variant": str(dress["Ink S"].pk)})
        assert second["Location"] == f"/cart/{token}?added={dress['Ink S'].pk}"
        page = Page(no_cookies.get(second["Location"]))
        assert "€178.00" in page.text and f"/checkout/{token}" in page.links()

    def test_quantities_change_at_the_address(self, no_cookies, dress):
        address = put(no_cookies, dress["Leaf M"])["Location"].partition("?")[0]
        changed = no_cookies.post(f"{address}/lines/{dress['Leaf M'].pk}", {"quantity": "3"})
        assert (changed.status_code, changed["Location"]) == (303, address)
        assert CartLine.objects.get().quantity == 3


class TestChoosing:
    def test_no_size_points_at_the_sizes_and_keeps_what_was_typed(self, visitor, dress):
        form = Page(visitor.get(f"/products/linen-dress?variant={dress['Ink S'].pk}")).form("/cart/lines")
        del form.fields["variant"]
        response = visitor.post("/cart/lines", form.fields | {"quantity": "4"})
        page = Page(response)
        assert response.status_code == 422 and page.title.startswith("Error:")
        assert page.with_id("choose")["aria-describedby"] == "choose-error" and "Choose one" in page.text
        [focused] = [own for own in page.all("input") if "autofocus" in own]
        assert focused["data-size"] == "S" and page.form("/cart/lines").fields["quantity"] == "4"
        assert "Colour: Ink" in page.text
        assert not Cart.objects.exists()

    @pytest.mark.parametrize("quantity", [*SENSELESS, "0"])
    def test_a_senseless_quantity_is_refused_in_words(self, visitor, dress, quantity):
        response = put(visitor, dress["Leaf M"], quantity=quantity)
        assert response.status_code == 422 and "whole number from 1 to 99" in Page(response).text
        assert not CartLine.objects.exists()

    def test_more_than_there_is_is_refused_in_words(self, visitor, dress):
        Stock.objects.update(on_hand=2)
        response = put(visitor, dress["Leaf M"], quantity="3")
        assert response.status_code == 422 and "Only 2 are left" in Page(response).text
        assert not CartLine.objects.exists()

    @pytest.mark.parametrize("variant", ["x", "-1", "0", "9" * 30, "1 OR 1=1"])
    def test_a_variant_that_is_none_is_refused(self, visitor, dress, variant):
        response = visitor.post("/cart/lines", {"product": "linen-dress", "variant": variant, "quantity": "1"})
        assert response.status_code == 422 and not CartLine.objects.exists()

    def test_an_unknown_product_is_not_found(self, visitor):
        assert visitor.post("/cart/lines", {"product": "nothing"}).status_code == 404
        assert visitor.post("/cart/lines").status_code == 404


class TestChanging:
    @pytest.fixture
    def line(self, visitor, dress) -> str:
        token = put(visitor, dress["Leaf M"], quantity="2").cookies["cart"].value
        return f"/cart/{token}/lines/{dress['Leaf M'].pk}"

    def test_a_quantity_is_set_and_the_page_shows_it(self, visitor, line):
        response = visitor.post(line, {"quantity": "5"}, follow=True)
        assert response.redirect_chain == [("/cart", 303)] and "€445.00" in Page(response).text

    def test_nought_takes_the_piece_out_and_a_button_puts_it_back(self, visitor, line):
        page = Page(visitor.post(line, {"quantity": "0"}, follow=True))
        assert "Taken out of your bag" in page.text and not CartLine.objects.exists()
        visitor.post("/cart/lines", page.form("/cart/lines").fields)
        assert CartLine.objects.get().quantity == 2

    @pytest.mark.parametrize("quantity", SENSELESS)
    def test_a_senseless_quantity_is_refused_at_its_field(self, visitor, line, quantity):
        response = visitor.post(line, {"quantity": quantity})
        page = Page(response)
        assert response.status_code == 422 and page.title.startswith("Error:")
        [field] = [own for own in page.all("input") if own.get("aria-invalid")]
        assert page.with_id(field["aria-describedby"])["role"] == "alert"
        assert CartLine.objects.get().quantity == 2

    def test_looking_changes_nothing_and_strangers_neither(self, visitor, line):
        assert visitor.get(line).status_code == 405
        for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example", "sec-fetch-site": ""}):
            assert Client(headers=headers).post(line, {"quantity": "0"}).status_code == 403
        assert CartLine.objects.get().quantity == 2

    def test_a_bag_that_is_none_is_not_found(self, visitor, dress):
        for address in (f"/cart/{'T' * 43}", f"/cart/{'T' * 43}/lines/1", "/cart/short", f"/checkout/{'T' * 43}"):
            assert visitor.get(address).status_code in {404, 405}
        assert visitor.post(f"/cart/{'T' * 43}/lines/1", {"quantity": "1"}).status_code == 404
        assert visitor.post(f"/cart/{'T' * 43}/lines/{10**40}", {"quantity": "0"}).status_code == 404

    def test_what_changed_meanwhile_is_told_and_must_be_settled_first(self, visitor, line, dress):
        Variant.objects.update(price_minor=9900)
        Stock.objects.update(on_hand=1)
        page = Page(visitor.get("/cart"))
        assert "it was €89.00" in page.text and "Only 1 left" in page.text
        assert not [link for link in page.links() if link.startswith("/checkout")]

    def test_the_page_is_kept_by_no_cache(self, visitor, line):
        assert visitor.get("/cart").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("rows", [1, 20])
def test_a_bag_takes_five_questions_however_full(rows, visitor, django_assert_max_num_queries):
    for _ in range(rows):
        put(visitor, a_variant())
    visitor.get("/cart")
    with django_assert_max_num_queries(5):
        assert visitor.get("/cart").status_code == 200
