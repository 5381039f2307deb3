from __future__ import annotations

from tests.support.shop import shop  # noqa: F401
