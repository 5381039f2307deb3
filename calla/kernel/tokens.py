"""Unguessable addresses. The database keeps only digests, so a copy of it opens no cart and no order."""

from __future__ import annotations

import hashlib
import re
import secrets

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """256 random bits, 43 characters that are safe in an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is stored and looked up instead of the token. A plain hash is enough: the token is random."""
    return hashlib.sha256(token.encode()).digest()
