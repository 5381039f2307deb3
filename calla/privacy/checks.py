"""What must hold before the shop starts: Django's system checks, run by every command and by the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from calla.policy import enforces

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
OWN = frozenset({"'self'", "'none'"})


@enforces("personal_forms_need_tls")
@register
def forms_travel_encrypted(**options: Any) -> list[CheckMessage]:
    own = urlsplit(settings.PUBLIC_URL)
    if own.hostname in LOOPBACK or (own.scheme == "https" and settings.SECURE_SSL_REDIRECT):
        return []
    return [Error("The shop would take personal forms unencrypted.", hint="Set CALLA_PUBLIC_URL to an https address.")]


@enforces("no_foreign_requests", "no_foreign_scripts")
@register
def pages_load_from_the_shop_alone(**options: Any) -> list[CheckMessage]:
    return [
        Error(f"The content policy lets {name} come from {source}.", hint="Pages load from the shop alone.")
        for name, source in _foreign_sources()
    ]


def _foreign_sources() -> Iterator[tuple[str, str]]:
    for name, sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items():
        if name != "form-action":  # the payment page is where the last form leads, and loads nothing into ours
            yield from ((name, source) for source in sources if source not in OWN)
    if "default-src" not in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]:
        yield "default-src", "anywhere"
