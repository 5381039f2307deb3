"""The checkout follows the country, keeps what was typed, and leaves nothing behind before “Pay”."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.test import Client

from calla.cart import selectors as cart_selectors
from calla.cart import services as carts
from calla.catalogue.models import Stock, StockHold, Variant
from calla.checkout.models import ShippingMethod
from calla.orders.models import Order
from calla.payments import gateway, services
from calla.privacy import mail
from calla.privacy.models import Subject
from tests.builders.carts import is_ordered
from tests.builders.dresses import a_dress
from tests.builders.shop import a_variant
from tests.storefront.reading import Page

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
ADA = {
    "delivery_name": "Ada Brennwald", "delivery_line1": "Lindenweg 5", "delivery_postcode": "28195",
    "delivery_city": "Bremen", "email": "ada@example.net",
}  # fmt: skip


@pytest.fixture
def token(shop) -> str:
    token = carts.open_cart()[1]
    carts.add(token, a_dress()["Leaf M"].pk)
    return token


def filled(visitor: Client, token: str, **changes: str) -> dict[str, str]:
    """The form as the page gives it out, filled in by somebody."""
    return Page(visitor.get(f"/checkout/{token}")).form("/payment").fields | ADA | changes


def pay(visitor: Client, token: str, **changes: str):
    return visitor.post(f"/checkout/{token}/payment", filled(visitor, token, **changes))


def rows() -> dict[str, int]:
    return {model._meta.label: model.objects.count() for model in apps.get_models(include_auto_created=True)}


class TestTheForm:
    def test_it_shows_all_costs_and_the_legal_button(self, visitor, token):
        page = Page(visitor.get(f"/checkout/{token}"))
        for said in ("€89.00", "€4.90", "€93.90", "€14.99", "2 to 4 working days", "Order with obligation to pay"):
            assert said in page.text
        assert page.form("/payment").fields["shown_total"] == "9390"

    def test_fields_carry_labels_and_standard_words_for_autofill(self, visitor, token):
        page = Page(visitor.get(f"/checkout/{token}"))
        labelled = {own["for"] for own in page.all("label") if "for" in own}
        fields = page.all("input") + page.all("select")
        words = {own["name"]: own["autocomplete"] for own in fields if "autocomplete" in own}
        assert {own["id"] for own in fields if own.get("id")} <= labelled | {"billing_same"}
        assert words["delivery_name"] == "shipping name" and words["billing_line1"] == "billing address-line1"
        assert (words["email"], words["delivery_country"]) == ("email", "shipping country")

    def test_each_group_says_why_and_leads_to_the_sentence(self, visitor, token):
        links = Page(visitor.get(f"/checkout/{token}")).links()
        assert {link for link in links if link.startswith("/privacy#")} == {
            "/privacy#S5a",
            "/privacy#R1",
            "/privacy#S8",
        }

    def test_nothing_in_it_leads_away_but_home_the_bag_the_policy_and_a_letter(self, visitor, token):
        links = Page(visitor.get(f"/checkout/{token}")).links()
        away = {link for link in links if not link.startswith(("#", "/privacy#", f"/cart/{token}"))}
        assert {link.partition("?")[0] for link in away} == {"/", "/privacy", f"mailto:{mail.own_address()}"}

    def test_it_is_kept_by_no_cache_and_found_by_nobody(self, visitor, token):
        response = visitor.get(f"/checkout/{token}")
        assert response.headers["Cache-Control"] == "no-store" and b'content="noindex"' in response.content

    @pytest.mark.parametrize("address", ["/checkout/{}", "/checkout/{}/country"])
    def test_what_leads_to_a_secret_address_is_kept_by_no_cache(self, visitor, address):
        response = visitor.get(address.format(carts.open_cart()[1]))
        assert (response.status_code, response["Cache-Control"]) == (303, "no-store")

    def test_an_empty_or_ordered_bag_leads_back(self, visitor, token):
        empty = carts.open_cart()[1]
        assert visitor.get(f"/checkout/{empty}")["Location"] == f"/cart/{empty}"
        is_ordered(token)
        assert visitor.get(f"/checkout/{token}")["Location"] == f"/cart/{token}"

    @pytest.mark.parametrize("pieces", [1, 20])
    def test_it_takes_eight_questions_at_most(self, visitor, token, pieces, django_assert_max_num_queries):
        for _ in range(pieces):
            carts.add(token, a_variant().pk)
        visitor.get(f"/checkout/{token}")
        with django_assert_max_num_queries(8):
            assert visitor.get(f"/checkout/{token}").status_code == 200


class TestAnotherCountry:
    def test_its_fields_and_costs_come_and_everything_typed_stays(self, visitor, token):
        ShippingMethod.objects.create(name="Overseas", price_minor=2490, countries=["US"], position=0)
        typed = filled(visitor, token, delivery_country="US", delivery_line2="Apt 4")
        before = rows()
        response = visitor.post(f"/checkout/{token}/country", typed)
        page = Page(response)
        form = page.form("/payment")
        assert response.status_code == 200 and rows() == before
        assert {name: form.fields[name] for name in ADA} == ADA and form.fields["delivery_line2"] == "Apt 4"
        assert "ZIP code" in page.text and "delivery_region" in form.fields and "€24.90" in page.text
        assert form.fields["delivery_fields_for"] == "US"

    def test_another_way_of_delivery_shows_its_total_before_anybody_pays(self, visitor, token):
        quick = ShippingMethod.objects.create(name="Express", price_minor=1490, days_min=1, days_max=1)
        page = Page(visitor.post(f"/checkout/{token}/country", filled(visitor, token, method=str(quick.pk))))
        assert "€103.90" in page.text and "1 working day" in page.text
        assert page.form("/payment").fields["method"] == str(quick.pk)
        refused = pay(visitor, token, method=str(quick.pk))
        assert refused.status_code == 409 and not Order.objects.exists()

    def test_paying_with_fields_of_another_country_shows_the_right_ones_first(self, visitor, token):
        response = pay(visitor, token, delivery_country="US")
        page = Page(response)
        assert response.status_code == 422 and "The fields now fit United States" in page.text
        assert page.form("/payment").fields["delivery_name"] == "Ada Brennwald" and not Order.objects.exists()

    def test_a_country_that_is_none_is_no_way_in(self, visitor, token):
        for country in ("", "XX", "../", "<b>"):
            response = visitor.post(f"/checkout/{token}/country", {"delivery_country": country})
            assert response.status_code == 200 and b"<b>" not in response.content

    def test_the_address_of_the_button_leads_back_when_it_is_only_looked_at(self, visitor, token):
        assert visitor.get(f"/checkout/{token}/country")["Location"] == f"/checkout/{token}"
        assert visitor.get(f"/checkout/{token}/payment").status_code == 405


class TestWhatIsWrong:
    def test_problems_stand_on_top_and_at_their_fields(self, visitor, token):
        response = pay(visitor, token, delivery_name="", email="ada", delivery_postcode="1")
        page = Page(response)
        assert response.status_code == 422 and page.title.startswith("Error:")
        [summary] = [own for own in page.all("div") if own.get("role") == "alert"]
        assert "autofocus" in summary
        for name in ("delivery_name", "email", "delivery_postcode"):
            assert f"#{name}" in page.links()
            field = page.with_id(name)
            assert field["aria-invalid"] == "true" and page.with_id(field["aria-describedby"])
        assert page.form("/payment").fields["delivery_line1"] == "Lindenweg 5"
        assert not Subject.objects.exists() and not Order.objects.exists()

    def test_problems_stand_in_the_order_of_the_fields(self, visitor, token):
        form = filled(visitor, token, delivery_postcode="", delivery_city="", email="", delivery_name="")
        del form["billing_same"]
        links = Page(visitor.post(f"/checkout/{token}/payment", form)).links()
        told = [link for link in links if link.startswith(("#delivery", "#billing", "#email"))]
        assert told == [
            "#delivery_name", "#delivery_postcode", "#delivery_city", "#email",
            "#billing_name", "#billing_line1", "#billing_postcode", "#billing_city",
        ]  # fmt: skip

    def test_a_card_number_in_a_field_that_this_country_lacks_is_told_too(self, visitor, token):
        response = pay(visitor, token, delivery_sorting="4242424242424242")
        assert response.status_code == 422 and "looks like a card number" in Page(response).text

    def test_an_odd_address_goes_through_once_it_is_meant_so(self, visitor, token):
        page = Page(pay(visitor, token, delivery_postcode="D-1"))
        assert "Use this address as I wrote it" in page.text
        again = page.form("/payment").fields | {"delivery_as_written": "on"}
        response = visitor.post(f"/checkout/{token}/payment", again)
        assert "#delivery_postcode" not in (Page(response).links() if response.status_code != 303 else [])
        assert Order.objects.count() == 1

    def test_a_card_number_is_refused_and_does_not_come_back(self, visitor, token):
        response = pay(visitor, token, delivery_line2="4242 4242 4242 4242")
        assert response.status_code == 422 and b"4242 4242" not in response.content
        assert "looks like a card number" in Page(response).text and not Order.objects.exists()

    @pytest.mark.parametrize("shown", ["", "1", "0", "-9390", "9390.0", "NaN", "9" * 30])
    def test_a_total_that_was_not_the_one_shown_asks_again(self, visitor, token, shown):
        response = pay(visitor, token, shown_total=shown)
        assert response.status_code in {409, 422} and "€93.90" in Page(response).text
        assert not Order.objects.exists() and not StockHold.objects.exists()

    def test_a_price_that_changed_meanwhile_is_shown_before_anything_is_ordered(self, visitor, token):
        form = filled(visitor, token)
        Variant.objects.update(price_minor=9900)
        response = visitor.post(f"/checkout/{token}/payment", form)
        page = Page(response)
        assert response.status_code == 409 and "The total has changed to €103.90" in page.text
        assert page.form("/payment").fields["shown_total"] == "10390" and not Order.objects.exists()

    def test_a_bag_that_changed_meanwhile_is_shown_even_where_it_costs_the_same(self, visitor, token):
        form = filled(visitor, token)
        [line] = cart_selectors.cart(token).lines
        carts.remove(token, line.variant.id)
        carts.add(token, a_variant(price=8900, title="Wool skirt").pk)
        response = visitor.post(f"/checkout/{token}/payment", form)
        page = Page(response)
        assert response.status_code == 409 and "Your bag has changed" in page.text and "Wool skirt" in page.text
        assert page.form("/payment").fields["shown_total"] == "9390" and not Order.objects.exists()

    def test_a_piece_that_is_gone_is_named_and_the_form_stays(self, visitor, token):
        form = filled(visitor, token)
        Stock.objects.update(on_hand=0)
        response = visitor.post(f"/checkout/{token}/payment", form)
        page = Page(response)
        assert response.status_code == 409 and "Linen dress: none left" in page.text
        assert page.form("/payment").fields["email"] == "ada@example.net"
        assert not Order.objects.exists() and not Subject.objects.exists()

    @pytest.mark.parametrize("method", ["", "0", "-1", "999999", "9" * 40, "x"])
    def test_a_way_of_delivery_that_is_not_offered_is_refused(self, visitor, token, method):
        response = pay(visitor, token, method=method)
        assert response.status_code in {409, 422} and not Order.objects.exists()

    def test_a_foreign_page_cannot_order(self, token):
        stranger = Client(headers={"sec-fetch-site": "cross-site"})
        assert stranger.post(f"/checkout/{token}/payment", ADA).status_code == 403


class TestPaying:
    def test_the_buyer_is_sent_to_the_bank_with_the_pieces_held(self, visitor, token, till):
        response = pay(visitor, token)
        assert response.status_code == 303 and response["Location"].startswith(till.provider.url)
        order = Order.objects.get()
        assert (order.state, order.total_minor, StockHold.objects.get().quantity) == ("draft", 9390, 1)

    def test_pressed_twice_it_is_one_order_and_one_payment(self, visitor, token, till):
        form = filled(visitor, token)
        first, second = (visitor.post(f"/checkout/{token}/payment", form) for _ in range(2))
        assert first["Location"] == second["Location"] and Order.objects.count() == 1 == len(till.there())

    def test_the_address_of_an_ordered_bag_opens_the_order_to_its_buyer_alone(self, visitor, token, till):
        form = filled(visitor, token)
        till.provider.pay(visitor.post(f"/checkout/{token}/payment", form)["Location"])
        services.refresh(Order.objects.get().pk)
        stranger = visitor.post(f"/checkout/{token}/payment", form | {"email": "bo@example.net"})
        assert stranger.status_code == 409 and "This bag was ordered already" in Page(stranger).text
        assert _order_token() not in stranger.content.decode()
        again = visitor.post(f"/checkout/{token}/payment", form | {"email": "Ada@Example.net"})
        assert again["Location"].endswith(f"/orders/{_order_token()}")

    def test_a_bag_that_costs_nothing_is_ordered_without_the_bank(self, visitor, token, till):
        ShippingMethod.objects.update(price_minor=0)
        Variant.objects.update(price_minor=0)
        response = pay(visitor, token)
        assert (response.status_code, response["Location"].partition("/orders/")[2]) == (303, _order_token())
        assert "Thank you" in Page(visitor.get(f"/orders/{_order_token()}")).text and till.there() == []

    def test_a_provider_that_is_down_keeps_the_form(self, visitor, token, settings):
        settings.EGRESS = {"orders.payment": "http://127.0.0.1:9"}
        gateway.provider.cache_clear()
        response = pay(visitor, token)
        page = Page(response)
        gateway.provider.cache_clear()
        assert response.status_code == 503 and "payment service does not answer" in page.text
        assert page.form("/payment").fields["delivery_city"] == "Bremen" and response["Retry-After"]

    def test_coming_back_unpaid_the_form_is_filled_and_can_be_changed(self, visitor, token, till):
        visitor.cookies["cart"] = token
        pay(visitor, token, delivery_line2="2nd floor")
        order = Page(visitor.get(f"/orders/{_order_token()}"))
        assert "Not paid yet" in order.text
        [change] = [link for link in order.links() if link.startswith("/checkout/")]
        form = Page(visitor.get(change)).form("/payment").fields
        assert {name: form[name] for name in ADA} == ADA and form["delivery_line2"] == "2nd floor"
        assert form["billing_same"] == "on"
        changed = visitor.post(f"/checkout/{token}/payment", form | {"delivery_city": "Lilienthal"})
        assert changed.status_code == 303 and Order.objects.count() == 1

    def test_somebody_elses_order_does_not_fill_the_form(self, visitor, token):
        form = Page(visitor.get(f"/checkout/{token}?order={'T' * 43}")).form("/payment").fields
        assert form["delivery_name"] == "" and form["email"] == ""


def _order_token() -> str:
    from calla.orders import selectors

    return selectors.token_of(Order.objects.get().pk)
