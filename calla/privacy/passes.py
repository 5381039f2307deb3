"""Secret parts of addresses that carry what they are for, and their end, sealed in themselves: no row knows them.

Nobody can guess one or read what it says, and the shop needs nothing but a lasting secret to know it again.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from calla.kernel import clock
from calla.privacy import roots

NONCE, END = 12, 8


def seal(what: str, value: str, *, ends: datetime) -> str:
    """A pass for `what` ("own data"), which alone can open it again; good until `ends`."""
    nonce = secrets.token_bytes(NONCE)
    body = int(ends.timestamp()).to_bytes(END) + value.encode()
    return base64.urlsafe_b64encode(nonce + _cipher().encrypt(nonce, body, what.encode())).rstrip(b"=").decode()


def opened(what: str, token: str) -> str | None:
    """The value, or None for a pass that is over, was made for something else, or not by us."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        body = _cipher().decrypt(raw[:NONCE], raw[NONCE:], what.encode())
    except (binascii.Error, ValueError, InvalidTag):
        return None
    return body[END:].decode() if int.from_bytes(body[:END]) > clock.now().timestamp() else None


@lru_cache(maxsize=1)
def _cipher() -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"calla passes").derive(roots.secret("index")))
