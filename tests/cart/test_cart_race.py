"""Two tabs, one cart: real connections at the same moment."""

from __future__ import annotations

from functools import partial

import pytest

from calla.cart import selectors, services
from calla.cart.models import CartLine
from tests.builders.shop import a_variant
from tests.catalogue.conftest import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_twenty_additions_at_once_add_up_to_twenty() -> None:
    token, variant = services.open_cart()[1], a_variant(on_hand=50)
    outcomes = at_once([partial(services.add, token, variant.pk) for _ in range(20)])
    assert not [one for one in outcomes if isinstance(one, Exception)]
    assert selectors.cart(token).count == 20
    assert CartLine.objects.count() == 1
