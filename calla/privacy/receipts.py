"""Receipts: what the shop did or was told, signed, for people to keep. They are checked with nothing but the file and
the shop's public key: see docs/reference/receipts.md.

The key is made from one of the lasting secrets, so that there is none to store. What is signed is the receipt without
its signature, as JSON with sorted names and no blanks, in UTF-8.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from calla.kernel import clock
from calla.kernel.errors import ShopError
from calla.privacy import roots, versions
from calla.privacy.versions import Loaded

FORMAT = 1
Receipt = dict[str, Any]


class NotGenuine(ShopError):
    """The receipt was not signed by this key, or was changed since."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This receipt does not hold: {why}.")


def signed(kind: str, at: datetime, *, under: Loaded | None = None, **said: Any) -> Receipt:
    """A receipt of this kind. `said` holds texts, whole numbers, yes and no, lists and mappings of them, and no value
    of a person. `under` is the version of the policy that held then, by default the one in force."""
    under = under or versions.in_force()
    statement = {
        "receipt": FORMAT,
        "kind": kind,
        "shop": settings.PUBLIC_URL,
        "at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "policy": {"version": under.number, "digest": f"sha256:{under.policy.digest}"},
        **said,
    }
    return statement | {"signature": _text(_private().sign(canonical(statement)))}


def of_answers(
    answers: Mapping[str, bool], wording: str, at: datetime | None = None, under: Loaded | None = None
) -> Receipt:
    """For each yes and no, with the words it was given to and their digest. Says nothing of who gave it."""
    shown = {"text": wording, "sha256": hashlib.sha256(wording.encode()).hexdigest()}
    return signed("answer", at or clock.now(), under=under, answers=dict(answers), wording=shown)


def written(receipt: Receipt) -> bytes:
    """As a file to keep."""
    return (json.dumps(receipt, ensure_ascii=False, indent=2) + "\n").encode()


def canonical(receipt: Mapping[str, Any]) -> bytes:
    """The bytes that are signed."""
    statement = {name: value for name, value in receipt.items() if name != "signature"}
    return json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def verify(file: bytes, key: str) -> Receipt:
    """The receipt in this file, signed with the private half of `key`. Raises NotGenuine."""
    try:
        receipt = json.loads(file)
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(receipt["signature"], validate=True), canonical(receipt))
    except InvalidSignature:
        raise NotGenuine("it was changed, or another shop signed it") from None
    except (binascii.Error, KeyError, TypeError, ValueError):
        raise NotGenuine("it is no receipt, or the key is none") from None
    return dict(receipt)


def published() -> dict[str, str]:
    """The public half, as everybody may read it."""
    return {"algorithm": "Ed25519", "key": _text(_private().public_key().public_bytes_raw())}


@lru_cache(maxsize=1)
def _private() -> Ed25519PrivateKey:
    seed = HKDF(SHA256(), 32, salt=None, info=b"calla receipts").derive(roots.secret("index"))
    return Ed25519PrivateKey.from_private_bytes(seed)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
