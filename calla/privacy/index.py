"""The one way to find somebody by something they know: an HMAC of their e-mail address, or of what they sent.

The key of the index is a file beside the root keys. Each use has a context of its own, so that the index of orders and
the index of accounts cannot be joined by a copy of the database.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from functools import lru_cache

from calla.privacy import roots


@lru_cache(maxsize=1)
def _key() -> bytes:
    return roots.secret("index")


def normal(email: str) -> str:
    """One spelling for one mailbox: composed Unicode, no outer blanks, no difference of case."""
    return unicodedata.normalize("NFC", email.strip()).casefold()


def of_email(context: str, email: str) -> bytes:
    """32 bytes that stand for `email` within `context` ("order", "account")."""
    return of_text(context, normal(email))


def of_text(context: str, text: str) -> bytes:
    """32 bytes by which the same text is known again, and from which nobody can guess it."""
    return hmac.digest(_key(), f"{context}\0{text}".encode("utf-8", "replace"), hashlib.sha256)
