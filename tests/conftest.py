"""Comes before every other part of the tests: settings read their environment as soon as Django is set up."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import django
import hypothesis
import pytest
from django.db import connection
from playwright.sync_api import Browser

from tests.support import chromium, live, session

session.begin()
os.environ["DJANGO_SETTINGS_MODULE"] = "calla.config.settings"
django.setup()
# Helpers of pytest-xdist inherit variables; with this one they would read the settings before their home is set.
del os.environ["DJANGO_SETTINGS_MODULE"]

# Two cores may be busy with browsers and shops: how long an example takes says nothing here.
hypothesis.settings.register_profile(
    "calla", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("calla")
_numbers = count(1)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole shops and browsers come first: a long file at the end would keep one process busy and the others idle."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is None)


@pytest.fixture(autouse=True)
def empty_queue(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test that commits: Django empties its own tables then, and the queue is none of them."""
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")) and "transactional_db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_periodic_defers CASCADE")


@pytest.fixture
def home() -> Iterator[Path]:
    """The home of the shop under test; what a test leaves there is gone before the next, except the keys."""
    folder = Path(os.environ["CALLA_HOME"])
    yield folder
    session.empty(folder, keep={"keys"})


@pytest.fixture(scope="module")
def live_shop() -> Iterator[live.LiveShop]:
    """A whole shop as separate processes, with databases of its own; one for all the tests of a file."""
    name = f"live_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(_numbers)}"
    with live.live_shop(name) as shop:
        yield shop


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. A test takes a context of its own: `browser.new_context(viewport=…)`."""
    with chromium.browser() as one:
        yield one
