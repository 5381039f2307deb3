from __future__ import annotations

import pytest

from calla.catalogue import selectors as catalogue
from calla.search import services


@pytest.fixture(autouse=True)
def no_memory() -> None:
    """What this process remembers of the shop and its index belongs to the test before."""
    catalogue.forget()
    services.forget()
