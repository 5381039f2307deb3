"""From outside, an app is its services, selectors, types and errors; privacy has its gates besides."""

import pytest

from tests.architecture.checks import imports
from tests.architecture.checks.tree import shop
from tests.architecture.planting import lines, none_of, plant

HOME = "calla/checkout/planted.py"


@pytest.mark.parametrize("inside", [
    "from calla.orders.models import Order",
    "from calla.orders import models",
    "import calla.orders.states",
    "from calla import orders",
    "from calla.privacy import keys",
    "from calla.privacy.keystore.models import DataKey",
    "from calla.catalogue.services import _locked",
    'model = apps.get_model("orders", "Order")',
    'module = import_module("calla.orders.drafting")',
    "def late():\n    from calla.orders.models import Order",
])
def test_what_lies_behind_the_door_is_refused(inside: str) -> None:
    found = imports.behind_the_door([plant(inside, HOME)])
    assert lines(found) == [inside.count("\n") + 1]


def test_doors_gates_and_libraries_are_open() -> None:
    allowed = plant(
        """
        from calla.orders import selectors, services
        from calla.orders.types import OrderView
        from calla.orders.errors import NoSuchOrder
        from calla.catalogue.services import stock
        from calla.privacy import egress, mail, versions
        from calla.privacy.sealed import Sealed
        from calla.kernel import clock
        from calla.policy.retention import keep_until
        from calla.checkout.models import ShippingMethod
        """,
        HOME,
    )
    none_of(imports.behind_the_door([allowed]))


def test_a_form_is_for_pages() -> None:
    takes = "from calla.checkout.forms import Filled"
    none_of(imports.behind_the_door([plant(takes, "calla/storefront/planted.py")]))
    assert lines(imports.behind_the_door([plant(takes, "calla/insight/planted.py")])) == [1]


@pytest.mark.parametrize("taken", [
    "from calla.orders.services import _move",
    "from calla.kernel import jobs\njobs._plain(1)",
])
def test_a_name_with_an_underscore_stays_in_its_module(taken: str) -> None:
    assert lines(imports.private_names([plant(taken, HOME)])) == [taken.count("\n") + 1]


def test_everybody_comes_through_the_front_door() -> None:
    none_of(imports.behind_the_door(shop()))


def test_nobody_takes_private_names() -> None:
    none_of(imports.private_names(shop()))
