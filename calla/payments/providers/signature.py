"""Signatures of incoming notices, after the Standard Webhooks specification."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from calla.payments.errors import NoticeRefused

TOLERANCE = timedelta(minutes=5)
LEAST_SECRET_BYTES = 24
MOST_SIGNATURES = 10


def secret_bytes(secret: str) -> bytes:
    """`whsec_` is followed by base64; any other secret is its own bytes. Raises ValueError, which never quotes it."""
    try:
        raw = base64.b64decode(secret[6:], validate=True) if secret.startswith("whsec_") else secret.encode()
    except binascii.Error:
        raise ValueError("What follows whsec_ in a webhook secret must be base64.") from None
    if len(raw) < LEAST_SECRET_BYTES:
        raise ValueError(f"A webhook secret needs at least {LEAST_SECRET_BYTES} bytes.")
    return raw


def check(headers: Mapping[str, str], body: bytes, *, secrets: Sequence[bytes], now: datetime) -> str:
    """The notice's id, when one of `secrets` signed exactly these bytes within the tolerance. Raises NoticeRefused.

    Several secrets are valid while one gives way to the next.
    """
    told = {name.lower(): value for name, value in headers.items()}
    notice_id, sent_at = told.get("webhook-id", ""), told.get("webhook-timestamp", "")
    if not 0 < len(notice_id) <= 255 or not notice_id.isascii() or not sent_at.isascii() or not sent_at.isdecimal():
        raise NoticeRefused("unsigned")
    if len(sent_at) > 12 or abs(now.timestamp() - int(sent_at)) > TOLERANCE.total_seconds():
        raise NoticeRefused("too old, or from the future")
    signed = f"{notice_id}.{sent_at}.".encode() + body
    if not _any_matches(told.get("webhook-signature", ""), signed, secrets):
        raise NoticeRefused("wrong signature")
    return notice_id


def _any_matches(header: str, signed: bytes, secrets: Sequence[bytes]) -> bool:
    """Compared in constant time, or the time would tell how much of a guess was right."""
    given = [s.removeprefix("v1,").encode() for s in header.split()[:MOST_SIGNATURES] if s.startswith("v1,")]
    ours = [base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()) for secret in secrets]
    return any(hmac.compare_digest(one, other) for one in given for other in ours)
