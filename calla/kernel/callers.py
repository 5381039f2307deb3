"""Who calls, as far as a limit on calls needs to know: not the address, but what stands for it today.

The salt lies in memory alone and is gone with the day (see `salt`). Nothing that is stored with it can be led back to
an address, and two days cannot be joined.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

from django.conf import settings
from django.http import HttpRequest

from calla.kernel import salt


def caller(request: HttpRequest) -> str:
    return hmac.digest(salt.todays(), _network(address(request)).encode(), hashlib.sha256).hex()[:32]


def address(request: HttpRequest) -> str:
    """Where the request comes from. What proxies say is believed as far as the trusted ones reach, and no further."""
    nearest: str = request.META.get("REMOTE_ADDR", "")
    forwarded = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    while forwarded and trusted(nearest):
        nearest = forwarded.pop()
    return nearest


def _network(address: str) -> str:
    """One caller holds a whole /64 of the new addresses."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else str(known)


def trusted(address: str) -> bool:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in settings.TRUSTED_PROXIES)
