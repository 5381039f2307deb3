"""Orders in the office: what the list hides, what opening one leaves behind, and what each step does."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calla.catalogue.models import Stock
from calla.customers.types import Role
from calla.orders import services
from calla.orders.models import Fulfilment, Order
from calla.privacy import services as privacy
from calla.privacy.models import LedgerEntry, Letter, OpeningCount
from calla.privacy.types import SYSTEM
from tests.builders.orders import a_line, a_placed_order, a_request
from tests.builders.payments import a_taken_payment
from tests.builders.shop import a_variant
from tests.support.jobs import queued
from tests.support.people import browser

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
PERSONAL = ("Ada", "Brennwald", "ada@example.net", "Lindenweg", "28195", "Bremen")
SENT = {"carrier": "Kranich Parcel", "tracking_number": "PO-1234"}


def at(order, *rest):
    return "/".join([f"/office/orders/{order.id}", *rest])


def opened(order):
    return LedgerEntry.objects.filter(subject=order.subject_id, kind="opened")


def questions_of(deed):
    """How many the database was asked, without those that every process asks once a second."""
    with CaptureQueriesContext(connection) as asked:
        deed()
    by_the_clock = ("privacy_policyversion", "catalogue_shoprow")
    return len([one for one in asked if not any(table in one["sql"] for table in by_the_clock)])


class TestTheList:
    def test_it_shows_states_and_sums_and_nobody(self, at_work):
        order = a_placed_order()
        page = at_work().get("/office/orders").content.decode()
        assert order.number in page and "€54.80" in page and "<td>to pack</td>" in page
        assert not [word for word in PERSONAL if word in page]
        assert not opened(order).exists()

    def test_drafts_are_not_in_it(self, at_work):
        services.draft(a_request())
        assert "No orders here" in at_work().get("/office/orders").content.decode()

    @pytest.mark.parametrize(("state", "seen"), [
        ("", True), ("pending", True), ("packed", False), ("cancelled", False), ("nonsense", True), ("x" * 5000, True),
    ])  # fmt: skip
    def test_it_can_be_narrowed_down(self, at_work, state, seen):
        order = a_placed_order()
        page = at_work().get("/office/orders", {"state": state}).content.decode()
        assert (order.number in page) == seen

    @pytest.mark.parametrize("number", ["0", "-1", "x", "", "9" * 30, "²", "1e3"])
    def test_no_page_number_breaks_it(self, at_work, number):
        assert at_work().get("/office/orders", {"page": number}).status_code == 200

    def test_twenty_orders_cost_what_one_costs(self, at_work):
        client = at_work()
        a_placed_order()
        one = questions_of(lambda: client.get("/office/orders"))
        for _ in range(19):
            a_placed_order()
        assert questions_of(lambda: client.get("/office/orders")) == one <= 7


class TestOneOrder:
    def test_it_shows_what_it_takes_to_send_it(self, at_work):
        page = at_work().get(at(a_placed_order())).content.decode()
        for shown in ("Ada Brennwald", "Lindenweg 5", "28195", "ada@example.net", "Linen dress", "€54.80"):
            assert shown in page

    def test_opening_it_is_noted_for_the_customer(self, at_work):
        order, client = a_placed_order(), at_work()
        client.get(at(order))
        entry = opened(order).get()
        assert (entry.actor, entry.actor_subject, entry.purpose) == ("staff", client.account.subject_id, "orders")

    def test_looking_as_a_stranger_notes_and_shows_nothing(self, at_work):
        order = a_placed_order()
        answer = browser().get(at(order))
        assert answer.status_code == 302 and not opened(order).exists() and not OpeningCount.objects.exists()

    def test_another_number_is_no_order(self, at_work):
        assert at_work().get("/office/orders/00000000-0000-4000-8000-000000000000").status_code == 404

    def test_one_that_nobody_may_read_is_said_in_the_office(self, at_work):
        order = a_placed_order()
        privacy.pause([order.subject_id], "orders", on=True)
        response = at_work(Role.STAFF).get(at(order), follow=True)
        page = response.content.decode()
        assert response.redirect_chain == [("/office/orders", 302)] and "has paused it" in page
        assert not any(value in page for value in PERSONAL)

    def test_its_page_stays_in_no_cache(self, at_work):
        assert "no-store" in at_work().get(at(a_placed_order())).headers["Cache-Control"]

    def test_hostile_names_come_back_as_text(self, at_work):
        order = a_placed_order(name="<script>alert(1)</script>", email="{{7*7}}@x.example")
        page = at_work().get(at(order)).content.decode()
        assert "<script" not in page and "{{7*7}}" in page

    def test_the_slip_has_the_address_and_no_prices(self, at_work):
        order = a_placed_order()
        page = at_work().get(at(order, "slip")).content.decode()
        assert "Lindenweg 5" in page and "€" not in page
        assert [entry.purpose for entry in opened(order)] == ["orders.carrier"]


class TestPackingAndSending:
    def test_packed_then_sent_then_delivered(self, at_work):
        order, client = a_placed_order(), at_work()
        for step, state in (("packing", "packed"), ("shipment", "shipped"), ("delivery", "delivered")):
            assert client.post(at(order, step), SENT).headers["Location"] == at(order)
            assert order.fulfilments.get().state == state
        parcel = order.fulfilments.get()
        assert (parcel.carrier, parcel.tracking_number) == ("Kranich Parcel", "PO-1234")
        assert Letter.objects.filter(kind="order_shipped", about=parcel.id).exists()

    def test_a_parcel_that_came_back_is_packed_and_sent_again(self, at_work):
        variant = a_variant(on_hand=10)
        order, client = a_placed_order(a_line(variant, 2)), at_work()
        for step, state in (("packing", "packed"), ("shipment", "shipped"), ("comeback", "failed")):
            client.post(at(order, step), SENT)
            assert order.fulfilments.get().state == state
        stock = Stock.objects.get(variant=variant)
        assert (stock.on_hand, stock.allocated) == (10, 2)
        assert "It is packed" in client.get(at(order)).content.decode()
        for step in ("packing", "shipment"):
            client.post(at(order, step), SENT)
        stock.refresh_from_db()
        assert (stock.on_hand, stock.allocated) == (8, 0)

    def test_only_a_carrier_under_agreement_can_be_chosen(self, at_work):
        order, client = a_placed_order(), at_work()
        client.post(at(order, "packing"))
        assert '<option value="Kranich Parcel"' in client.get(at(order)).content.decode()
        answer = client.post(at(order, "shipment"), SENT | {"carrier": "Somebody"})
        assert answer.status_code == 422 and order.fulfilments.get().state == "packed"

    def test_sending_takes_it_from_the_shelf(self, at_work):
        variant = a_variant(on_hand=10)
        order, client = a_placed_order(a_line(variant, 2)), at_work()
        client.post(at(order, "packing"))
        client.post(at(order, "shipment"), SENT)
        stock = Stock.objects.get(variant=variant)
        assert (stock.on_hand, stock.allocated) == (8, 0)

    def test_it_cannot_be_sent_before_it_is_packed(self, at_work):
        order, client = a_placed_order(), at_work()
        client.post(at(order, "shipment"), SENT)
        assert order.fulfilments.get().state == "pending"
        assert "cannot become shipped" in client.get(at(order)).content.decode()
        assert not Letter.objects.filter(kind="order_shipped").exists()

    def test_a_second_packer_is_told(self, at_work):
        order, client = a_placed_order(), at_work()
        client.post(at(order, "packing"))
        client.post(at(order, "packing"))
        assert "cannot become packed" in client.get(at(order)).content.decode()
        assert order.events.filter(kind="fulfilment:pack").count() == 1

    def test_a_shipment_without_carrier_keeps_what_was_typed(self, at_work):
        order, client = a_placed_order(), at_work()
        client.post(at(order, "packing"))
        answer = client.post(at(order, "shipment"), {"carrier": "", "tracking_number": "PO-1234"})
        page = answer.content.decode()
        assert answer.status_code == 422 and "<title>Error" in page and 'value="PO-1234"' in page
        assert 'href="#id_carrier"' in page and 'aria-invalid="true"' in page
        assert order.fulfilments.get().state == "packed"

    def test_a_page_of_the_carrier_is_no_tracking_number(self, at_work):
        order, client = a_placed_order(), at_work()
        client.post(at(order, "packing"))
        answer = client.post(at(order, "shipment"), SENT | {"tracking_number": "https://kranich.example/PO-1234"})
        page = answer.content.decode()
        assert answer.status_code == 422 and "This is a web address" in page
        assert order.fulfilments.get().state == "packed"

    def test_what_is_held_back_waits_for_a_manager(self, at_work):
        order, client, manager = a_placed_order(), at_work(), at_work(Role.MANAGER)
        services.hold_back(order.id, by=SYSTEM)
        client.post(at(order, "packing"))
        assert order.fulfilments.get().state == "pending"
        assert client.post(at(order, "release")).status_code == 403
        manager.post(at(order, "release"))
        client.post(at(order, "packing"))
        assert order.fulfilments.get().state == "packed"
        manager.post(at(order, "hold"))
        assert Order.objects.get().state == "on_hold"


class TestCancelling:
    def test_it_first_shows_what_goes_back(self, at_work):
        order = a_placed_order()
        a_taken_payment(order)
        page = at_work(Role.MANAGER).get(at(order, "cancellation")).content.decode()
        assert "€54.80 of the €54.80 that were taken go back" in page
        assert Order.objects.get().state == "placed" and not opened(order).exists()

    def test_then_gives_goods_and_money_back(self, at_work):
        variant = a_variant(on_hand=10)
        order = a_placed_order(a_line(variant, 2))
        payment = a_taken_payment(order)
        answer = at_work(Role.MANAGER).post(at(order, "cancellation"), {"reason": "out_of_stock", "sure": "on"})
        assert answer.headers["Location"] == at(order)
        cancelled = Order.objects.get()
        assert (cancelled.state, cancelled.cancellation.reason) == ("cancelled", "out_of_stock")
        stock = Stock.objects.get(variant=variant)
        assert (stock.on_hand, stock.allocated) == (10, 0)
        assert [a for name, a in queued() if name.endswith("unwind")] == [{"arguments": [str(payment.id)]}]
        assert Letter.objects.filter(kind="order_cancelled").exists()

    @pytest.mark.parametrize("given", [{}, {"reason": "other"}, {"sure": "on"}, {"reason": "boredom", "sure": "on"}])
    def test_without_reason_and_yes_nothing_happens(self, at_work, given):
        order = a_placed_order()
        answer = at_work(Role.MANAGER).post(at(order, "cancellation"), given)
        assert answer.status_code == 422 and Order.objects.get().state == "placed"
        assert not Letter.objects.filter(kind="order_cancelled").exists()

    def test_staff_cannot(self, at_work):
        order = a_placed_order()
        answer = at_work().post(at(order, "cancellation"), {"reason": "other", "sure": "on"})
        assert answer.status_code == 403 and Order.objects.get().state == "placed"

    def test_nobody_can_once_it_left(self, at_work):
        order, client = a_placed_order(), at_work(Role.MANAGER)
        client.post(at(order, "packing"))
        client.post(at(order, "shipment"), SENT)
        client.post(at(order, "cancellation"), {"reason": "other", "sure": "on"})
        assert Order.objects.get().state == "placed" and Fulfilment.objects.get().state == "shipped"
        assert "already on its way" in client.get(at(order)).content.decode()


class TestTheFrontPage:
    def test_it_counts_what_waits(self, at_work):
        order, client = a_placed_order(), at_work()
        a_placed_order()
        client.post(at(order, "packing"))
        page = client.get("/office").content.decode()
        assert "<strong>1</strong> to pack" in page and "<strong>1</strong> to send" in page
