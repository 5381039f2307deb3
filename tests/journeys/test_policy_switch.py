"""While a new policy comes into force, every answer is wholly of one version, and none is of the old one afterwards."""

import pytest

from tests.support.live import live_shop
from tests.support.switching import reading, switch

pytestmark = pytest.mark.journey


def test_pages_and_data_change_over_in_one_moment():
    with live_shop("switching") as shop:
        with reading(shop, connections=4) as (seen, _):
            seen.switches = switch(shop, times=24, every=0.2)
        assert not seen.refused
        assert {(one.kind, one.marks[0]) for one in seen.readings} == {
            (kind, by) for kind in ("policy", "data", "checkout", "product") for by in ("first", "second")
        }
        assert len(seen.readings) > 300
        assert (seen.mixed, seen.late, seen.early) == ([], [], [])
