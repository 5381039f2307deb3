from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calla.catalogue import prices, selectors
from calla.catalogue.models import PriceChange, Variant
from calla.kernel import clock
from tests.catalogue.builders import one_of, save

NOW = clock.now()


def changes(*given):
    return [(NOW - timedelta(days=days), minor) for days, minor in given]


@pytest.mark.parametrize(("history", "lowest"), [
    ([], None),
    ([(3, 900)], None),
    ([(100, 1000), (3, 900)], 1000),
    ([(100, 800), (50, 1000), (3, 900)], 1000),  # 800 ended long before the window
    ([(100, 800), (20, 1000), (3, 900)], 800),  # 800 was still in force within it
    ([(100, 1000), (20, 700), (10, 1000), (3, 900)], 700),
    ([(100, 800), (33, 1000), (3, 900)], 1000),  # ended on the very edge
])
def test_the_lowest_of_the_thirty_days_before_the_reduction(history, lowest):
    assert prices.lowest_before(changes(*history)) == lowest


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 10**6)), min_size=2, max_size=12))
def test_it_is_never_above_the_price_just_before(history):
    history = sorted(history, key=lambda one: -one[0])
    found = prices.lowest_before(changes(*history))
    if history[-2][0] > history[-1][0]:
        assert found is not None and found <= history[-2][1]


@pytest.mark.django_db
class TestWhatIsShown:
    def reduced(self, *history):
        save(one_of(price=1900, compare_at_minor=9900))
        variant = Variant.objects.get()
        for days, minor in history:
            PriceChange.objects.create(variant=variant, price_minor=minor, at=NOW - timedelta(days=days))
        return selectors.variants([variant.pk])[variant.pk], selectors.listing().tiles[0]

    def test_a_reduction_the_shop_cannot_prove_is_not_shown(self):
        for shown in self.reduced():
            assert (shown.compare_at, shown.lowest) == (None, None)

    def test_one_it_can_is_shown_with_no_more_than_it_ever_cost(self):
        for shown in self.reduced((90, 3900), (60, 2900)):
            assert (shown.compare_at.minor, shown.lowest.minor) == (3900, 2900)

    def test_a_price_raised_before_is_no_reduction(self):
        for shown in self.reduced((90, 1800), (5, 5900)):
            assert shown.compare_at is None
