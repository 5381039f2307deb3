"""A colour is chosen without choosing a size on the sly, and is called sold out only when all of it is."""

from __future__ import annotations

import pytest

from calla.catalogue.models import Stock
from tests.builders.dresses import a_dress
from tests.storefront.reading import Page

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]


@pytest.fixture(autouse=True)
def dress(shop):
    return a_dress()


def _link_to(page, colour):
    return next(href for href in page.links() if href.startswith("/products/linen-dress?") and colour in href)


def _sizes(page):
    return [own for own in page.all("input") if own.get("name") == "variant"]


def test_another_colour_before_a_size_is_chosen_chooses_none(visitor, dress):
    page = Page(visitor.get("/products/linen-dress"))
    other = Page(visitor.get(_link_to(page, f"={dress['Ink S'].pk}")))
    assert {own["value"] for own in _sizes(other)} == {str(dress[f"Ink {size}"].pk) for size in "SML"}
    assert not any("checked" in own for own in _sizes(other))


def test_a_size_that_the_other_colour_lacks_is_not_replaced_by_another(visitor, dress):
    Stock.objects.get(variant=dress["Ink M"]).delete()
    dress["Ink M"].delete()
    page = Page(visitor.get(f"/products/linen-dress?variant={dress['Leaf M'].pk}"))
    assert f"/products/linen-dress?like={dress['Ink S'].pk}" in page.links()


def test_a_colour_with_one_size_left_is_not_sold_out(visitor, dress):
    Stock.objects.filter(variant__in=[dress["Ink S"], dress["Ink M"]]).update(on_hand=0)
    for address in ("/products/linen-dress", f"/products/linen-dress?like={dress['Ink S'].pk}"):
        shown = Page(visitor.get(address)).text
        assert "Ink sold out" not in shown and "Sold out" not in shown
    Stock.objects.filter(variant=dress["Ink L"]).update(on_hand=0)
    assert "Ink sold out" in Page(visitor.get("/products/linen-dress")).text
