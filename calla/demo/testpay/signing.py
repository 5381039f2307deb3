"""Signatures on notices, as the Standard Webhooks specification lays them down."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

LEAST_BYTES = 24


class SecretRefused(ValueError):
    pass


def secret_bytes(secret: str) -> bytes:
    """`whsec_` is followed by base64; any other secret is taken as its own bytes. Raises SecretRefused."""
    try:
        raw = base64.b64decode(secret[6:], validate=True) if secret.startswith("whsec_") else secret.encode()
    except binascii.Error:
        raise SecretRefused("What follows whsec_ in a webhook secret must be base64.") from None
    if len(raw) < LEAST_BYTES:
        raise SecretRefused(f"A webhook secret needs at least {LEAST_BYTES} bytes.")
    return raw


def headers(secrets: Sequence[bytes], *, notice_id: str, sent_at: int, body: bytes) -> dict[str, str]:
    """One signature for each secret, so that the shop may change from one to the next."""
    signed = f"{notice_id}.{sent_at}.".encode() + body
    made = (base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode() for secret in secrets)
    return {
        "webhook-id": notice_id,
        "webhook-timestamp": str(sent_at),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in made),
    }
