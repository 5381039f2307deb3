"""Root keys: small files outside both databases, one for each generation, readable by the shop's account alone."""

from __future__ import annotations

import os
import secrets
import stat
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from calla.privacy.errors import KeysUnavailable

SIZE = 32


def folder() -> Path:
    return Path(settings.CALLA_HOME) / "keys"


def path(number: int) -> Path:
    return folder() / f"root-{number}.key"


def make(number: int) -> None:
    """Write a fresh root key, durably, mode 0600; an existing one is never overwritten."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path(number), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(SIZE))
        file.flush()
        os.fsync(file.fileno())


@lru_cache(maxsize=8)
def cipher(number: int) -> AESGCM:
    """The root's cipher. Raises KeysUnavailable when the file is missing, cut short or open to others."""
    file = path(number)
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        key = file.read_bytes()
    except OSError as error:
        raise KeysUnavailable(f"{file.name}: {error.strerror}") from None
    if mode & 0o077:
        raise KeysUnavailable(f"{file.name} can be read by other accounts (mode {mode:o}): chmod 600 it")
    if len(key) != SIZE:
        raise KeysUnavailable(f"{file.name} holds {len(key)} bytes instead of {SIZE}: restore it from its safe copy")
    return AESGCM(key)


def destroy(number: int) -> None:
    """Overwrite and remove the file. What it wrapped and nobody wrapped anew opens never again."""
    file = path(number)
    if file.exists():
        with file.open("r+b") as handle:
            handle.write(secrets.token_bytes(SIZE))
            handle.flush()
            os.fsync(handle.fileno())
        file.unlink()
    cipher.cache_clear()
