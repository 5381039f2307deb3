"""Data keys: one for each thing of a person that is kept or forgotten together.

A key is made in a short transaction of its own before the row that needs it; a sweeper removes those that found no row.
Opened keys stay in memory for two seconds, so a destroyed key is dead in every process after that.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import DatabaseError, InterfaceError, connections, transaction

from calla.privacy import roots
from calla.privacy.errors import KeyGone, KeysUnavailable
from calla.privacy.keystore.models import DataKey
from calla.privacy.keystore.router import KEYS

KEPT_SECONDS = 2.0
KEPT_AT_MOST = 4096
_open: dict[UUID, tuple[float, bytes, AESGCM]] = {}


@contextmanager
def fail_closed() -> Iterator[None]:
    """Whatever breaks in the key database means: shut."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        raise KeysUnavailable(type(error).__name__) from None


def make() -> UUID:
    """A new data key, durably stored; returns its id."""
    with fail_closed(), transaction.atomic(using=KEYS):
        root = current_root()
        key, fresh = uuid4(), secrets.token_bytes(32)
        DataKey.objects.create(id=key, wrapped=wrap(root, key, fresh), root_id=root)
    _remember(key, fresh)
    return key


def current_root() -> int:
    """The number of the root for new keys, held against rotation until the transaction ends.

    Whoever waited here for a rotation finds the old root retired and has not seen the new one: a second look does.
    """
    with connections[KEYS].cursor() as cursor:
        for _look in range(2):
            cursor.execute("SELECT number FROM keystore_root WHERE state = 'current' FOR SHARE")
            if found := cursor.fetchone():
                return int(found[0])
    raise KeysUnavailable("there is no root key yet: `calla migrate` makes the first")


def try_root() -> None:
    """Raises KeysUnavailable while the key database or the root key cannot be used."""
    with fail_closed(), transaction.atomic(using=KEYS):
        roots.cipher(current_root())


def raw(key: UUID) -> bytes:
    """The key itself, 32 bytes. Raises KeyGone when it was destroyed, KeysUnavailable when the store is shut."""
    return _opened(key)[1]


def cipher(key: UUID) -> AESGCM:
    """The key made ready to use. Raises like `raw`."""
    return _opened(key)[2]


def _opened(key: UUID) -> tuple[float, bytes, AESGCM]:
    kept = _open.get(key)
    if kept and kept[0] > time.monotonic():
        return kept
    with fail_closed():
        row = DataKey.objects.filter(id=key).values_list("wrapped", "root_id").first()
    if row is None:
        raise KeyGone
    return _remember(key, unwrap(row[1], key, bytes(row[0])))


def fetch(keys: Iterable[UUID]) -> None:
    """Bring many keys into memory with one question, for pages and jobs that open several rows."""
    with fail_closed():
        rows = list(DataKey.objects.filter(id__in=list(keys)).values_list("id", "wrapped", "root_id"))
    for key, wrapped, root in rows:
        _remember(key, unwrap(root, key, bytes(wrapped)))


def destroy(keys: Iterable[UUID]) -> int:
    """Remove keys for good; how many there were. Leftovers on disk become unreadable with the next re-wrapping."""
    gone = list(keys)
    for key in gone:
        _open.pop(key, None)
    with fail_closed():
        return DataKey.objects.filter(id__in=gone).delete()[0]


def wrap(root: int, key: UUID, opened: bytes) -> bytes:
    nonce = secrets.token_bytes(12)
    return nonce + roots.cipher(root).encrypt(nonce, opened, key.bytes)


def unwrap(root: int, key: UUID, wrapped: bytes) -> bytes:
    try:
        return roots.cipher(root).decrypt(wrapped[:12], wrapped[12:], key.bytes)
    except InvalidTag:
        raise KeysUnavailable(f"root-{root}.key does not fit the key database") from None


def forget_opened() -> None:
    """Drop the keys held in memory."""
    _open.clear()


def _remember(key: UUID, opened: bytes) -> tuple[float, bytes, AESGCM]:
    if len(_open) >= KEPT_AT_MOST:
        _open.clear()
    _open[key] = made = (time.monotonic() + KEPT_SECONDS, opened, AESGCM(opened))
    return made
