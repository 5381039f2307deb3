from __future__ import annotations

from tests.support.paying import other_side, testpay, till  # noqa: F401
from tests.support.shop import shop, visitor  # noqa: F401
