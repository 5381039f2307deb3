"""Whoever is given something of a person stands in the ledger, from the transaction that gives it."""

from __future__ import annotations

import pytest
from django.db import transaction

from calla.orders import services
from calla.orders.models import Fulfilment
from calla.privacy import egress
from calla.privacy.errors import AgreementLapsed
from calla.privacy.models import LedgerEntry
from calla.privacy.types import SYSTEM, Actor
from tests.builders.orders import a_placed_order
from tests.builders.shop import policy_in_force, policy_text
from tests.support.people import somebody

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
SECOND = """processor.second.name = "Landpost"
processor.second.step = "orders.carrier"
processor.second.country = "DE"
processor.second.agreement.document = "agreements/landpost.pdf"
processor.second.agreement.sha256 = "594e519ae499312b29433b7dd8a97ff068defcba9755b6d5d00e84c524d67b06"
processor.second.agreement.from = 2026-01-01
processor.second.agreement.until = 2028-12-31
"""
BOTH = ('processor.parcel.name = "Kranich Parcel"\n', SECOND + 'processor.parcel.name = "Kranich Parcel"\n')


@pytest.fixture
def packed():
    order = a_placed_order()
    services.pack(order.id, by=SYSTEM)
    return order


def disclosed():
    return LedgerEntry.objects.filter(kind="disclosed")


def send(order, *, carrier="Kranich Parcel", by=SYSTEM):
    services.ship(order.id, carrier=carrier, tracking_number="K1", by=by)


class TestAParcelThatLeaves:
    def test_tells_the_carrier_an_address_and_the_ledger_that_it_did(self, packed):
        staff = somebody()
        send(packed, by=Actor("staff", staff.subject_id))
        [line] = disclosed()
        assert (line.subject, line.purpose, line.recipient) == (packed.subject_id, "orders.carrier", "Kranich Parcel")
        assert line.what == "delivery_address, name (S5a, S16)"
        assert (line.actor, line.actor_subject) == ("staff", staff.subject_id)

    def test_that_was_rolled_back_told_nobody(self, packed):
        with pytest.raises(RuntimeError), transaction.atomic():
            send(packed)
            raise RuntimeError
        assert not disclosed().exists()

    def test_stays_here_when_the_agreement_has_ended(self, packed):
        until = "processor.parcel.agreement.until = 2"
        policy_in_force(policy_text((f"{until}028-12-31", f"{until}026-02-01")))
        with pytest.raises(AgreementLapsed):
            send(packed)
        assert Fulfilment.objects.get(order=packed).state == "packed" and not disclosed().exists()

    @pytest.mark.parametrize("carrier", ["Landpost", "Kranich Parcel"])
    def test_of_two_carriers_names_the_one_that_was_chosen(self, packed, carrier):
        policy_in_force(policy_text(BOTH))
        send(packed, carrier=carrier)
        assert disclosed().get().recipient == carrier

    def test_nobody_else_is_given_a_parcel(self, packed):
        with pytest.raises(AgreementLapsed):
            send(packed, carrier="Elsewhere")
        assert Fulfilment.objects.get(order=packed).state == "packed" and not disclosed().exists()


def test_what_is_told_is_what_binds_that_person(packed):
    """A step that is granted more later is not told more of somebody who has not been here since."""
    policy_in_force(
        policy_text(
            (
                'purpose.orders.steps.carrier = ["name", "delivery_address"]',
                'purpose.orders.steps.carrier = ["name", "delivery_address", "email"]',
            )
        )
    )
    egress.disclose("orders.carrier", subject=packed.subject_id)
    assert disclosed().get().what.startswith("delivery_address, name (")
