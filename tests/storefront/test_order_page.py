"""An order at its secret address says what is true, and nobody finds it by guessing."""

from __future__ import annotations

import pytest
import time_machine

from calla.demo.testpay import cards
from calla.kernel import clock, links
from calla.kernel.money import Money
from calla.orders import selectors, services
from calla.orders.models import Order
from calla.orders.types import CancelReason
from calla.payments import services as payments
from calla.privacy import services as privacy
from calla.privacy.models import Letter
from calla.privacy.types import Actor
from calla.storefront.shown import price
from tests.builders.orders import a_draft, a_placed_order
from tests.storefront.reading import Page
from tests.support.jobs import run_jobs
from tests.support.paying import Till

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]


def a_paid_order(till: Till) -> Order:
    order = a_draft()
    till.pay(order)
    till.deliver()
    run_jobs()
    return order


def shown(visitor, order: Order) -> Page:
    return Page(visitor.get(f"/orders/{selectors.token_of(order.pk)}"))


class TestWhatItSays:
    def test_a_placed_order_shows_everything_about_it(self, visitor):
        order = a_placed_order()
        page = shown(visitor, order)
        for said in ("Thank you", order.number, "Linen dress", "Ada Brennwald", "28195 BREMEN", "€4.90", "Ordered"):
            assert said in page.text
        assert f"{clock.now():%B}" in page.text and "GERMANY" not in page.text

    def test_it_survives_a_reload_and_is_kept_by_no_cache(self, visitor):
        address = f"/orders/{selectors.token_of(a_placed_order().pk)}"
        first, second = visitor.get(address), visitor.get(address)
        assert first.content == second.content and first.headers["Cache-Control"] == "no-store"
        assert b'content="noindex"' in first.content

    def test_one_that_its_buyer_has_paused_says_so_and_leads_to_where_it_goes_on(self, visitor):
        order = a_placed_order()
        address = f"/orders/{selectors.token_of(order.pk)}"
        privacy.pause([order.subject_id], "orders", on=True)
        for place in (address, f"{address}/cancellation"):
            response = visitor.get(place)
            page = Page(response)
            assert response.status_code == 409 and page.title.startswith("This is paused")
            assert links.path("mine") in page.links() and "lets it go on" in page.text
            assert "Ada" not in page.text and "could not be done" not in page.text
        privacy.pause([order.subject_id], "orders", on=False)
        assert "Ada Brennwald" in shown(visitor, order).text

    def test_a_draft_says_that_nothing_was_charged_and_offers_to_pay(self, visitor, till):
        order = a_draft()
        page = shown(visitor, order)
        assert "Not paid yet" in page.text and "Nothing has been charged" in page.text
        response = visitor.post(page.form("/payment").action)
        assert response.status_code == 303 and response["Location"].startswith(till.provider.url)

    def test_a_draft_whose_time_is_over_says_so(self, visitor, till):
        order = a_draft()
        with time_machine.travel(order.held_until):
            assert "The time to pay is over" in shown(visitor, order).text

    def test_looking_at_it_after_paying_asks_the_bank(self, visitor, till):
        order = a_draft()
        till.pay(order)
        assert "Thank you" in shown(visitor, order).text

    @pytest.mark.parametrize("address", ["order", "returned"])
    def test_the_notice_may_be_taken_over_just_before_the_bank_is_asked(self, visitor, till, monkeypatch, address):
        """The order was read as a draft by then, and no payment of it is open any more."""
        order = a_draft()
        till.pay(order)
        asked = payments.refresh

        def overtaken(order_id):
            till.deliver()
            run_jobs()
            return asked(order_id)

        monkeypatch.setattr(payments, "refresh", overtaken)
        named = {"order": {"token": selectors.token_of(order.pk)}, "returned": {"payment": str(till.payment(order).pk)}}
        page = Page(visitor.get(links.path(address, **named[address])))
        assert "Thank you, your order is placed" in page.text and "Not paid yet" not in page.text

    def test_a_declined_card_leaves_it_unpaid(self, visitor, till):
        order = a_draft()
        till.pay(order, cards.DECLINED)
        assert "Not paid yet" in shown(visitor, order).text

    def test_parcels_show_their_way(self, visitor):
        order, staff = a_placed_order(), Actor("staff")
        services.pack(order.pk, by=staff)
        assert "Packed" in shown(visitor, order).text
        services.ship(order.pk, carrier="Kranich Parcel", tracking_number="KP123", by=staff)
        page = shown(visitor, order)
        assert "On its way" in page.text and "KP123" in page.text and "Kranich Parcel" in page.text

    def test_what_people_come_for_stands_first(self, visitor):
        order, staff = a_placed_order(), Actor("staff")
        services.pack(order.pk, by=staff)
        services.ship(order.pk, carrier="Kranich Parcel", tracking_number="KP123", by=staff)
        text = shown(visitor, order).text
        assert text.index("Expected") < text.index("KP123") < text.index("Pieces") < text.index("What happened")

    def test_letters_stand_in_the_order_of_time_after_what_happened(self, visitor, home):
        order, staff = a_placed_order(), Actor("staff")
        services.pack(order.pk, by=staff)
        services.ship(order.pk, carrier="Kranich Parcel", tracking_number="KP123", by=staff)
        run_jobs()
        text = shown(visitor, order).text
        happened, written = text.index("What happened"), text.index("Letters we sent you")
        assert happened < written < text.index("Confirmation of the order") < text.index("Word that the parcel left")

    def test_a_letter_that_came_back_is_told_at_the_top(self, visitor, home):
        order = a_placed_order()
        run_jobs()
        assert "came back to us" not in shown(visitor, order).text
        Letter.objects.update(state=Letter.State.REFUSED, reason=Letter.Reason.CAME_BACK)
        page = shown(visitor, order)
        assert page.text.index("nothing can be delivered there") < page.text.index("Pieces")

    def test_an_address_is_told_as_what_it_is_by_then(self, visitor, till):
        order = a_placed_order()
        assert "Goes to" in shown(visitor, order).text
        services.cancel(order.pk, CancelReason.CUSTOMER, by=Actor("staff"))
        assert "Was to go to" in shown(visitor, order).text

    def test_no_day_is_named_while_something_stands_in_its_way(self, visitor):
        order, staff = a_placed_order(), Actor("staff")
        assert "Expected" in shown(visitor, order).text
        services.hold_back(order.pk, by=staff)
        assert "Expected" not in shown(visitor, order).text
        services.release(order.pk, by=staff)
        services.pack(order.pk, by=staff)
        services.ship(order.pk, carrier="Kranich Parcel", tracking_number="KP123", by=staff)
        services.come_back(order.pk, by=staff)
        page = shown(visitor, order)
        assert "Could not be delivered" in page.text and "Expected" not in page.text

    def test_a_cancelled_order_says_so_and_what_became_of_the_money(self, visitor, till):
        order = a_paid_order(till)
        payments.cancel(order.id, CancelReason.CUSTOMER, by=Actor("staff"))
        page = shown(visitor, order)
        assert "Cancelled" in page.text and f"{price(order.total)} is on its way back to you" in page.text
        run_jobs()
        page = shown(visitor, order)
        assert f"We paid back {price(order.total)}" in page.text and "on its way" not in page.text

    def test_it_names_what_was_paid_back_and_what_is_on_its_way(self, visitor, till):
        order = a_paid_order(till)
        assert "back to you" not in shown(visitor, order).text
        payments.refund(order.id, Money(1000, order.currency), by=Actor("staff"))
        run_jobs()
        payments.refund(order.id, Money(550, order.currency), by=Actor("staff"))
        page = shown(visitor, order)
        assert "We paid back €10.00" in page.text and "€5.50 is on its way back to you" in page.text
        asked = Page(visitor.get(f"/orders/{selectors.token_of(order.pk)}/cancellation"))
        assert f"{price(order.total - Money(1000, order.currency))} goes back the way it came" in asked.text

    def test_the_cookie_of_an_ordered_bag_is_taken_back(self, visitor):
        visitor.cookies["cart"], visitor.cookies["bag"] = "T" * 43, "2"
        response = visitor.get(f"/orders/{selectors.token_of(a_placed_order().pk)}")
        assert response.cookies["cart"]["max-age"] == 0 == response.cookies["bag"]["max-age"]


class TestFindingIt:
    @pytest.mark.parametrize("token", ["T" * 43, "x", "T" * 44, "lookup2", "../../etc"])
    def test_a_guessed_address_is_no_page(self, visitor, token):
        assert visitor.get(f"/orders/{token}").status_code == 404

    def test_number_and_address_lead_to_it(self, visitor):
        order = a_placed_order()
        response = visitor.post("/orders/lookup", {"number": f" {order.number.lower()} ", "email": " ADA@example.net "})
        assert (response.status_code, response["Location"]) == (303, f"/orders/{selectors.token_of(order.pk)}")

    def test_every_wrong_pair_gets_the_same_answer(self, visitor):
        order = a_placed_order()
        pairs = [(order.number, "eve@example.net"), ("CD-999999", "ada@example.net"), ("", "")]
        pairs += [("\0", "\0"), ("x" * 999, "y" * 999)]
        answers = [visitor.post("/orders/lookup", {"number": number, "email": email}) for number, email in pairs]
        assert {answer.status_code for answer in answers} == {422}
        assert {Page(answer).text for answer in answers} == {Page(answers[0]).text}

    def test_after_ten_tries_it_is_enough(self, visitor):
        order = a_placed_order()
        for _ in range(10):
            visitor.post("/orders/lookup", {"number": "CD-1", "email": "eve@example.net"})
        right = {"number": order.number, "email": "ada@example.net"}
        response = visitor.post("/orders/lookup", right)
        assert response.status_code == 429 and response["Retry-After"] == "600"
        other = visitor.post("/orders/lookup", right, REMOTE_ADDR="203.0.113.9")
        assert other.status_code == 303
