"""What the shop writes about an order: true to the cent, in two forms, once an event, and kept nowhere."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage

import pytest

from calla.kernel import tokens
from calla.kernel.money import Money
from calla.orders import selectors, services
from calla.orders.models import Order
from calla.orders.states import CancelReason
from calla.orders.types import OrderDetails
from calla.privacy.models import Letter
from calla.privacy.types import Actor
from tests.builders.orders import HOME, a_draft, a_line, a_placed_order
from tests.builders.shop import a_variant
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
STAFF = Actor("staff")


@pytest.fixture
def mailbox(home):
    """Every letter that has left so far, oldest first."""
    def read() -> list[EmailMessage]:
        run_jobs()
        files = sorted((home / "mailbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]

    return read


def text(letter, kind="plain"):
    return " ".join(letter.get_body((kind,)).get_content().split())


def amounts(letter):
    return [int(whole) * 100 + int(cents) for whole, cents in re.findall(r"€(\d+)\.(\d\d)", text(letter))]


def sent(order):
    services.pack(order.id, by=STAFF)
    services.ship(order.id, carrier="Kranich Parcel", tracking_number="JD0140", by=STAFF)


def called_off(order):
    services.cancel(order.id, CancelReason.OTHER, by=STAFF)


@pytest.mark.parametrize("happens", [lambda order: None, sent, called_off], ids=["ordered", "sent", "cancelled"])
def test_each_has_number_sum_and_the_link_that_opens_the_order_in_both_forms(mailbox, happens):
    order = a_placed_order(a_line(a_variant(price=4_990), 2), a_line(a_variant(price=12_900, title="Wool coat")))
    happens(order)
    letter = mailbox()[-1]
    assert order.number in letter["Subject"] and letter["To"] == "ada@example.net"
    for form in ("plain", "html"):
        said = text(letter, form)
        assert order.number in said and "2 × Linen dress" in said and "Wool coat" in said
        [link] = set(re.findall(r"/orders/([A-Za-z0-9_-]{43})", said))
        assert selectors.by_token(link).id == order.id
    *lines, total, tax = amounts(letter)
    assert lines == [9_980, 12_900, 490] and sum(lines) == total == order.total_minor and tax == order.tax_minor


def test_the_confirmation_says_where_it_goes_and_when(mailbox):
    a_placed_order()
    [letter] = mailbox()
    assert "Lindenweg 5" in text(letter) and "28195 BREMEN" in text(letter)
    assert re.search(r"should reach you\s+between \d+ \w+ and \d+ \w+", text(letter))


def test_word_of_the_parcel_names_carrier_and_number(mailbox):
    sent(a_placed_order())
    assert "Kranich Parcel" in text(mailbox()[-1]) and "JD0140" in text(mailbox()[-1], "html")


def test_each_event_is_written_about_once(mailbox):
    order = a_placed_order()
    for _ in range(2):
        services.place(order.id)
        called_off(order)
    assert [letter["Subject"] for letter in mailbox()] == [
        f"Your order {order.number}", f"Your order {order.number} is cancelled",
    ]


def test_no_text_is_kept_it_is_written_from_the_order_when_it_leaves(mailbox):
    order = a_placed_order()
    row = Letter.objects.values().get()
    assert not [value for value in row.values() if "Ada" in str(value) or order.number in str(value)]
    order.details.seal(OrderDetails(name="Ada Lind", email="ada@example.net", delivery_address=HOME))
    order.save()
    assert "Thank you, Ada Lind" in text(mailbox()[0])


def test_what_was_typed_cannot_become_markup(mailbox):
    services.place(a_draft(name="<script>alert(1)</script> & Co").id)
    [letter] = mailbox()
    assert "<script>" not in letter.get_body(("html",)).get_content()
    assert "<script>alert(1)</script> & Co" in text(letter)


def test_the_database_keeps_no_link(mailbox):
    order = a_placed_order()
    token = selectors.token_of(order.id)
    assert bytes(Order.objects.values_list("token_digest", flat=True).get()) == tokens.digest(token)
    assert token not in repr(Order.objects.values().get())


def test_what_costs_nothing_is_not_told_as_a_sum(mailbox):
    a_placed_order(shipping=Money(0, "EUR"), tax=Money(0, "EUR"))
    [letter] = mailbox()
    for kind in ("plain", "html"):
        said = text(letter, kind)
        assert "free" in said and "€0.00" not in said and "VAT" not in said
