from __future__ import annotations

import pytest

from calla.privacycentre.mine import asking


@pytest.fixture(autouse=True)
def rights(shop, monkeypatch):
    """The even time of answers is tried by itself."""
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.0)
