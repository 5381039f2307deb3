"""Addresses of pages, for those who may not know the pages: letters, the payment provider's way back.

Pages live in the highest rows and register the address of each thing that lower rows point to. A lower row asks by the
thing's name and never names a view, so that no link points upward.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings

_patterns: dict[str, str] = {}
_offered: dict[str, Callable[[], bool]] = {}


def register(name: str, pattern: str, *, offered: Callable[[], bool] | None = None) -> None:
    """`register("order", "/orders/{token}")`: called once, by the page app that serves the address.

    `offered` says whether there is such a page today, where that is not certain.
    """
    if _patterns.setdefault(name, pattern) != pattern:
        raise ValueError(f"The address of {name!r} is registered twice.")
    if offered:
        _offered[name] = offered


def is_offered(name: str) -> bool:
    return _offered[name]() if name in _offered else name in _patterns


def path(name: str, **parts: str) -> str:
    return _patterns[name].format(**{key: quote(value, safe="") for key, value in parts.items()})


def absolute(name: str, **parts: str) -> str:
    return f"{settings.PUBLIC_URL}{path(name, **parts)}"
