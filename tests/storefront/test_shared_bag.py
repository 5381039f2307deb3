"""Two people with one bag, and pieces that come into it while somebody pays."""

from __future__ import annotations

import pytest
from django.test import Client

from calla.cart import services as carts
from calla.catalogue.models import StockHold
from calla.checkout import services as checkout
from calla.orders import selectors
from calla.orders import services as orders
from calla.orders.models import Order
from calla.payments import services as payments
from calla.privacy.models import Subject
from tests.builders.shop import a_variant
from tests.storefront.reading import Page

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
ADA = {
    "delivery_name": "Ada Brennwald", "delivery_line1": "Lindenweg 5", "delivery_postcode": "28195",
    "delivery_city": "Bremen", "email": "ada@example.net",
}  # fmt: skip
BO = ADA | {"delivery_name": "Bo Vik", "delivery_line1": "Hafen 1", "email": "bo@example.net"}


@pytest.fixture
def bag(shop) -> str:
    token = carts.open_cart()[1]
    carts.add(token, a_variant(title="Linen dress").pk)
    return token


def somebody() -> Client:
    return Client(headers={"sec-fetch-site": "same-origin"})


def form(client: Client, bag: str, query: str = "") -> dict[str, str]:
    return Page(client.get(f"/checkout/{bag}{query}")).form("/payment").fields


def press(client: Client, bag: str, person: dict[str, str], **more: str):
    return client.post(f"/checkout/{bag}/payment", form(client, bag) | person | more)


def seen(order: Order):
    return selectors.by_token(selectors.token_of(order.pk))


def settle(till) -> Order:
    order = Order.objects.get(state="draft")
    till.pay(order)
    payments.refresh(order.pk)
    order.refresh_from_db()
    assert order.state == "placed"
    return order


class TestTheDraftOfSomebodyElse:
    def test_another_person_with_the_bag_does_not_write_over_it(self, bag, till):
        press(somebody(), bag, ADA)
        second = press(somebody(), bag, BO)
        page = Page(second)
        assert second.status_code == 409 and "another e-mail address" in page.text
        kept = page.form("/payment").fields
        assert {name: kept[name] for name in BO} == BO and page.title.startswith("Error")
        assert ADA["email"] not in second.content.decode() and "Lindenweg" not in second.content.decode()
        order = Order.objects.get()
        assert (seen(order).name, seen(order).email, seen(order).delivery.lines) == (
            "Ada Brennwald", "ada@example.net", ("Lindenweg 5",),
        )  # fmt: skip
        assert Subject.objects.count() == 1 == StockHold.objects.count() == len(till.there())

    def test_its_own_buyer_may_change_even_the_e_mail_address(self, bag, till):
        ada = somebody()
        ada.cookies["cart"] = bag
        press(ada, bag, ADA)
        page = Page(ada.get(f"/orders/{_only_token()}"))
        [change] = [link for link in page.links() if "order=" in link]
        filled = Page(ada.get(change)).form("/payment").fields
        wrong = ada.post(f"/checkout/{bag}/payment", filled | {"delivery_postcode": "", "email": "ada@new.example"})
        assert wrong.status_code == 422
        right = Page(wrong).form("/payment").fields | {"delivery_postcode": "28195"}
        again = ada.post(f"/checkout/{bag}/payment", right)
        assert again.status_code == 303 and seen(Order.objects.get()).email == "ada@new.example"

    @pytest.mark.parametrize("token", ["T" * 43, "x", ""])
    def test_a_made_up_order_opens_nothing(self, bag, till, token):
        press(somebody(), bag, ADA)
        assert press(somebody(), bag, BO, order=token).status_code == 409

    def test_the_same_person_in_another_browser_goes_on(self, bag, till):
        first = press(somebody(), bag, ADA)
        second = press(somebody(), bag, ADA | {"email": "Ada@Example.net"})
        assert first["Location"] == second["Location"] and Order.objects.count() == 1


class TestOrderedAtThatMoment:
    @pytest.fixture
    def placed_meanwhile(self, monkeypatch):
        """The notice of the payment overtakes the buyer's second press, between draft and bag."""
        draft = orders.draft

        def and_placed(request):
            order = draft(request)
            orders.place(order.id)
            return order

        monkeypatch.setattr(orders, "draft", and_placed)

    @pytest.mark.usefixtures("placed_meanwhile")
    def test_it_leads_to_the_order(self, bag, till):
        response = press(somebody(), bag, ADA)
        assert response.status_code == 303 and response["Location"].endswith(f"/orders/{_only_token()}")
        assert till.there() == [] and Order.objects.get().state == "placed"

    @pytest.mark.usefixtures("placed_meanwhile")
    def test_with_a_piece_left_in_the_bag_too(self, bag, till, monkeypatch):
        convert = checkout.close_cart

        def one_more(placed):
            carts.add(bag, a_variant().pk)
            convert(placed)

        monkeypatch.setattr(orders, "AFTER_PLACING", [one_more])
        response = press(somebody(), bag, ADA)
        assert response["Location"].endswith(f"/orders/{_only_token()}") and Order.objects.count() == 1

    def test_a_stranger_is_told_that_the_bag_was_ordered(self, bag, till, monkeypatch):
        fields = form(somebody(), bag)
        press(somebody(), bag, ADA)
        settle(till)
        response = somebody().post(f"/checkout/{bag}/payment", fields | BO)
        assert response.status_code == 409 and _only_token() not in response.content.decode()


class TestAPiecePutInWhilePaying:
    def test_it_stays_in_the_bag_and_what_was_ordered_leaves_it(self, bag, till):
        ada = somebody()
        ada.cookies["cart"] = bag
        press(ada, bag, ADA)
        ada.post("/cart/lines", {"variant": a_variant(title="Wool skirt").pk, "cart": bag})
        order = settle(till)
        assert [line.product_title for line in seen(order).lines] == ["Linen dress"]
        page = ada.get(f"/orders/{selectors.token_of(order.pk)}")
        assert page.cookies["bag"].value == "1" and "cart" not in page.cookies
        shown = Page(ada.get("/cart"))
        assert "Wool skirt" in shown.text and "Linen dress" not in shown.text and f"/checkout/{bag}" in shown.links()

    def test_more_of_the_same_piece_leaves_the_difference(self, bag, till):
        press(somebody(), bag, ADA)
        line = Order.objects.get().lines.get()
        carts.set_quantity(bag, line.variant_id, 3)
        settle(till)
        assert [(one.variant.id, one.quantity) for one in _bag(bag).lines] == [(line.variant_id, 2)]

    def test_it_can_be_ordered_next_as_an_order_of_its_own(self, bag, till):
        press(somebody(), bag, ADA)
        carts.add(bag, a_variant(title="Wool skirt").pk)
        first = settle(till)
        response = press(somebody(), bag, BO)
        assert response.status_code == 303
        second = settle(till)
        assert first.pk != second.pk and seen(second).name == "Bo Vik"
        assert [line.product_title for line in seen(second).lines] == ["Wool skirt"]
        assert _bag(bag).state == "converted" and till.charged(first, second) == 0 < till.authorised(first, second)

    def test_the_form_from_before_leads_to_what_it_ordered(self, bag, till):
        """The same pieces are in the bag once more: pressing the old form again must not order them twice."""
        ada = somebody()
        old = form(ada, bag) | ADA
        ada.post(f"/checkout/{bag}/payment", old)
        variant = Order.objects.get().lines.get().variant_id
        carts.set_quantity(bag, variant, 2)
        settle(till)
        assert [line.quantity for line in _bag(bag).lines] == [1]
        again = ada.post(f"/checkout/{bag}/payment", old)
        assert again["Location"].endswith(f"/orders/{_only_token()}") and Order.objects.count() == 1

    def test_a_piece_that_is_no_longer_sold_keeps_no_bag_open(self, bag, till):
        press(somebody(), bag, ADA)
        gone = a_variant()
        carts.add(bag, gone.pk)
        gone.product.published_at = None
        gone.product.save()
        settle(till)
        assert _bag(bag).state == "converted"

    def test_what_was_taken_out_while_paying_comes_back_to_nobody(self, bag, till):
        press(somebody(), bag, ADA)
        carts.remove(bag, Order.objects.get().lines.get().variant_id)
        settle(till)
        assert _bag(bag).state == "converted"


def _bag(token: str):
    from calla.cart import selectors as cart_selectors

    return cart_selectors.cart(token)


def _only_token() -> str:
    return selectors.token_of(Order.objects.get().pk)


class TestComingBackWithoutTheBag:
    """No cookie came back from the bank, so nobody can say which bag it was: the draft's pieces come into a new one."""

    @pytest.fixture
    def changing(self, bag, till):
        press(somebody(), bag, ADA)
        ada = somebody()
        page = Page(ada.get(f"/orders/{_only_token()}"))
        return ada, ada.post(page.form("/bag").action)

    def test_everything_can_be_changed_and_it_stays_one_order(self, changing, bag, till):
        ada, response = changing
        assert (response.status_code, response["Cache-Control"]) == (303, "no-store")
        shown = Page(ada.get(response["Location"]))
        fields = shown.form("/payment").fields
        assert fields["delivery_name"] == "Ada Brennwald" and "Linen dress" in shown.text
        changed = fields | {"delivery_city": "Lilienthal", "email": "a@b.example"}
        again = ada.post(shown.form("/payment").action, changed)
        assert again["Location"].startswith(till.provider.url)
        assert seen(Order.objects.get()).delivery.city == "Lilienthal" and len(till.there()) == 1

    def test_the_last_piece_can_still_be_paid(self, changing, bag, till):
        from calla.catalogue.models import Stock

        Stock.objects.update(on_hand=1)
        ada, response = changing
        new = response["Location"].split("/")[2].partition("?")[0]
        assert not any(line.short for line in _bag(new).lines)
        fields = Page(ada.get(response["Location"])).form("/payment").fields
        assert ada.post(f"/checkout/{new}/payment", fields).status_code == 303

    def test_the_old_page_orders_nothing_a_second_time(self, changing, bag, till):
        ada, _ = changing
        assert _bag(bag).state == "converted"
        assert ada.get(f"/checkout/{bag}").status_code == 303 and Order.objects.count() == 1

    def test_what_is_placed_is_not_reopened(self, bag, till):
        press(somebody(), bag, ADA)
        order = settle(till)
        response = somebody().post(f"/orders/{selectors.token_of(order.pk)}/bag")
        assert response.status_code == 404 and _bag(bag).state == "converted"
        assert Order.objects.get().cart_digest == order.cart_digest
