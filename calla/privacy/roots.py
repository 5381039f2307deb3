"""Root keys: small files outside both databases, one for each generation, readable by the shop's account alone.

Beside them lie two secrets that are never changed. They are made with the first root and never again: one made anew
would find nobody and let nobody in, and the loss of the old one would go unseen.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from calla.kernel.files import secret_file
from calla.privacy.errors import KeysUnavailable
from calla.privacy.fleeting import Fleeting

SIZE = 32
SECRETS = ("index", "second-factor")
KEPT_SECONDS = 10.0  # a destroyed root is gone from the memory of every process after this time and half of it
_ciphers: Fleeting[int, AESGCM] = Fleeting(seconds=KEPT_SECONDS, at_most=8)


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


def make_secrets() -> None:
    """Those that are there already stay as they are."""
    for name in SECRETS:
        secret_file(folder() / f"{name}.key")


def secret(name: str) -> bytes:
    """One of SECRETS. Raises KeysUnavailable when the file is missing, empty or open to others."""
    secret = _read(folder() / f"{name}.key").strip()
    if not secret:
        raise KeysUnavailable(f"{name}.key: it is empty: restore it from its safe copy")
    return secret


def cipher(number: int) -> AESGCM:
    """The root's cipher. Raises KeysUnavailable when the file is missing, cut short or open to others."""
    return _ciphers.get(number) or _ciphers.put(number, AESGCM(_root(path(number))))


def forget() -> None:
    """Drop the roots held in memory."""
    _ciphers.clear()


def _root(file: Path) -> bytes:
    key = _read(file)
    if len(key) != SIZE:
        raise KeysUnavailable(f"{file.name}: it holds {len(key)} bytes, not {SIZE}: restore it from its safe copy")
    return key


def _read(file: Path) -> bytes:
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        key = file.read_bytes()
    except FileNotFoundError:
        raise KeysUnavailable(f"{file.name}: it is missing: restore it from its safe copy") from None
    except OSError as error:
        raise KeysUnavailable(f"{file.name}: {error.strerror}") from None
    if mode & 0o077:
        raise KeysUnavailable(f"{file.name}: it can be read by other accounts (mode {mode:o}): chmod 600 it")
    return key


def destroy(number: int) -> None:
    """Overwrite and remove the file. What it wrapped and nobody wrapped anew opens never again."""
    file = path(number)
    if file.exists():
        with file.open("r+b") as handle:
            handle.write(secrets.token_bytes(SIZE))
            handle.flush()
            os.fsync(handle.fileno())
        file.unlink()
    _ciphers.drop(number)
