from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.journeys import office as at_work
from tests.journeys.judge import judge
from tests.journeys.scriptless import Visitor
from tests.support.live import LiveShop
from tests.support.live import live_shop as running


@pytest.fixture(scope="session")
def shop() -> Iterator[LiveShop]:
    """One whole shop for all journeys of this process. Whatever they did there, the books must balance in the end."""
    with running(f"journeys_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}") as shop:
        yield shop
        judge(shop)


@pytest.fixture(scope="session")
def office(shop: LiveShop) -> Visitor:
    """The office, signed in."""
    return at_work.signed_in(shop)
