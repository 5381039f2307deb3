from __future__ import annotations

import pytest

from calla.privacycentre.mine import asking
from tests.builders.shop import policy_in_force, policy_text

IN_FORCE = ('[S5d]\nstate = "planned"\n', "[S5d]\n")


@pytest.fixture(autouse=True)
def rights(shop, monkeypatch):
    """Calladream with the sentences of these pages in force; the even time of answers is tried by itself."""
    policy_in_force(policy_text(IN_FORCE))
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.0)
