"""An order is found by its number, its e-mail address or a SKU; the address that remains names nobody."""

import pytest

from calla.orders import services
from calla.orders.models import Order
from calla.privacy.models import LedgerEntry
from tests.builders.orders import a_line, a_placed_order, a_request
from tests.builders.shop import a_variant

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
ADA = "ada@example.net"


def search(client, words):
    return client.post("/office/orders/search", {"q": words})


def listed(client, answer) -> str:
    assert answer.status_code == 302
    return client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("form", ["{}", " #{} ", "lower"])
def test_a_number_leads_to_its_order(at_work, form):
    order = a_placed_order()
    words = order.number.lower() if form == "lower" else form.format(order.number)
    assert search(at_work(), words)["Location"] == f"/office/orders/{order.id}"


def test_an_address_leads_to_its_orders_and_stands_nowhere(at_work):
    client, order, other = at_work(), a_placed_order(), a_placed_order(email="bo@example.net")
    answer = search(client, f" {ADA.upper()} ")
    assert "example" not in answer["Location"].lower() and "%40" not in answer["Location"]
    page = listed(client, answer)
    assert order.number in page and other.number not in page and "Orders of one e-mail address" in page
    assert ADA not in page and not LedgerEntry.objects.filter(kind="opened").exists()
    narrowed = client.get(answer["Location"] + "&state=packed").content.decode()
    assert order.number not in narrowed


def test_a_sku_leads_to_the_orders_that_hold_it_once(at_work):
    client = at_work()
    wanted = a_variant()
    order = a_placed_order(a_line(wanted, 2))
    other = a_placed_order()
    sku = wanted.sku.lower()
    page = listed(client, search(client, sku))
    assert page.count(f">{order.number}<") == 1 and other.number not in page and f"Orders with {sku}" in page


@pytest.mark.parametrize("words", ["", "  ", "nobody@example.net", "CD-0", "Brennwald", "\0", "%", "@", "x" * 9000])
def test_what_fits_nothing_is_said_and_kept_in_the_box(at_work, words):
    a_placed_order()
    answer = search(at_work(), words)
    page = answer.content.decode()
    assert answer.status_code == 200 and "No order has this number" in page
    assert words.strip("\0 ")[:50] in page


def test_a_draft_is_not_found(at_work):
    order = Order.objects.get(pk=services.draft(a_request()).id)
    assert search(at_work(), ADA).status_code == 200 and order.state == "draft"


@pytest.mark.parametrize("query", ["mailbox=nonsense", "mailbox=", "sku=%00", "mailbox=" + "0" * 64, "number=1"])
def test_no_address_breaks_the_list(at_work, query):
    assert at_work().get(f"/office/orders?{query}").status_code == 200


def test_a_card_number_is_not_shown_again(at_work):
    assert "4242 4242 4242 4242" not in search(at_work(), "4242 4242 4242 4242").content.decode()
