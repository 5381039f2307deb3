"""Each step of an order opens what it needs of it and no more; what it was not given cannot be read by mistake."""

from __future__ import annotations

import pytest

from calla.orders import selectors, services
from calla.orders.states import CancelReason
from calla.orders.types import AccountingDetails, OrderDetails
from calla.privacy.errors import NotGranted
from calla.privacy.letters import kinds
from calla.privacy.types import Actor
from tests.builders.orders import HOME, a_placed_order
from tests.builders.payments import a_taken_payment

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
STAFF = Actor("staff")


@pytest.fixture
def opened(monkeypatch):
    """The categories that were opened since, of the order and of its books."""
    seen: set[str] = set()

    def noting(kind):
        grant = kind.granted

        def granted(plain, categories, purpose):
            value = grant(plain, categories, purpose)
            seen.update(category for _name, category, _value in value.opened())
            return value

        return granted

    for kind in (OrderDetails, AccountingDetails):
        monkeypatch.setattr(kind, "granted", noting(kind))
    return seen


def parcel_of(order):
    services.pack(order.id, by=STAFF)
    services.ship(order.id, carrier="Kranich Parcel", tracking_number="JD0140", by=STAFF)
    return order.fulfilments.get().id


def cancelled(order):
    services.cancel(order.id, CancelReason.OTHER, by=STAFF)
    return order.id


def payment_of(order):
    return a_taken_payment(order).id


def note_to(order):
    return services.write(order.id, "order_problem", "Your parcel was wet.").id


@pytest.mark.parametrize(("kind", "about", "opens"), [
    ("order_confirmation", lambda order: order.id, {"email", "name", "delivery_address"}),
    ("order_shipped", parcel_of, {"email"}),
    ("order_cancelled", cancelled, {"email"}),
    ("payment_problem", payment_of, {"email", "name"}),
    ("order_note", note_to, {"email"}),
])  # fmt: skip
def test_a_letter_opens_what_it_shows(opened, kind, about, opens):
    about = about(a_placed_order())
    opened.clear()
    assert kinds[kind].write(about).to == "ada@example.net"
    assert opened == opens


def test_a_letter_cannot_show_what_it_did_not_ask_for():
    details = selectors.for_letter(a_placed_order().id, "name").details
    with pytest.raises(NotGranted):
        _ = details.delivery_address


def test_a_packing_slip_opens_what_the_carrier_may_see(opened):
    part = selectors.for_parcel(a_placed_order().id, by=STAFF)
    assert opened == {"name", "delivery_address"} and part.details.delivery_address == HOME
    with pytest.raises(NotGranted):
        _ = part.details.email
