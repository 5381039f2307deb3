"""Comes before every other part of the tests: settings read their environment as soon as Django is set up."""

import os
from collections.abc import Iterator
from pathlib import Path

import django
import pytest

from tests.support import session

session.begin()
os.environ["DJANGO_SETTINGS_MODULE"] = "calla.config.settings"
django.setup()


@pytest.fixture
def home() -> Iterator[Path]:
    """The home of the shop under test; what a test leaves there is gone before the next, except the keys."""
    folder = Path(os.environ["CALLA_HOME"])
    yield folder
    session.empty(folder, keep={"keys"})
