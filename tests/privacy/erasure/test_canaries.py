"""After an erasure nothing of the person lies anywhere: rows, files of the databases, queue, home, memory, mailbox."""

from __future__ import annotations

import pytest

from calla.kernel import clock
from calla.orders.models import Order
from calla.privacy import erasure, index, mail, rotation
from calla.privacy.erasure import searching
from calla.privacy.models import Letter
from calla.privacy.services import people_at
from tests.builders.shop import policy_in_force, policy_text
from tests.privacy.test_canaries import Canary, found_in_the_shop
from tests.privacy.test_retention import NO_TAX
from tests.support import traces

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.usefixtures("shop", "own_roots"),
]


def test_nothing_is_left_of_whoever_was_erased(home):
    policy_in_force(policy_text(*NO_TAX))
    canary = Canary()
    order = canary.buys()
    mark = index.of_email("order", canary.email)
    for letter in Letter.objects.all():
        mail.post(letter.pk)
    Order.objects.filter(pk=order.pk).update(state="completed", ended_on=clock.today())
    looked_for = traces.spellings(canary.values)
    assert {path.split("/")[0] for path in traces.in_files(home, looked_for)} == {"mailbox"}

    erasure.erase(people_at(canary.email))
    searching.search()
    rotation.rewrap()
    assert found_in_the_shop(home, looked_for) == []
    marks = {mark: "the mark of the address", order.key.bytes: "its key", order.pk.bytes: "the order"}
    found = {place.partition(" ")[2].partition(" ")[0] for place in traces.in_databases(marks)}
    assert found <= {"catalogue_stockmovement"}  # the books of the stock name an order that leads nowhere
