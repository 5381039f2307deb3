"""Data keys: one for each thing of a person that is kept or forgotten together.

A key is made in a short transaction of its own before the row that needs it; a sweeper removes those that found no row.
No row is ever durable whose key is not: see `_rows_server`.
Opened keys stay in memory for two seconds, and go by themselves: a destroyed key is dead in every process after three.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections, transaction

from calla.kernel import clock
from calla.privacy import roots
from calla.privacy.errors import KeyGone, KeysUnavailable
from calla.privacy.fleeting import Fleeting
from calla.privacy.keystore.router import KEYS
from calla.privacy.known_limits import known

known(
    "An opened key lies in the memory of the shop for up to three seconds, and who can read that memory can read it.",
    reviewed="2026-11-26",
)

KEPT_SECONDS = 2.0
KEPT_AT_MOST = 4096
CURRENT = "current"
# One statement, a transaction of its own. It holds the root against rotation, and stores nothing under one that is not
# current any more. It waits for the disk where the rows lie on another server.
STORE = """
    INSERT INTO keystore_datakey (id, wrapped, root_id, made_at)
    SELECT fresh.id, fresh.wrapped, held.number, %s
    FROM (SELECT set_config('synchronous_commit', CASE WHEN pg_postmaster_start_time() = %s THEN 'off'
                            ELSE current_setting('synchronous_commit') END, true)) AS disk,
    (SELECT number FROM keystore_root WHERE number = %s AND state = 'current' FOR SHARE) AS held,
    unnest(%s::uuid[], %s::bytea[]) AS fresh (id, wrapped)"""
Opened = tuple[bytes, AESGCM]
Row = tuple[UUID, bytes, int]  # id, wrapped key, number of the root
_fleeting_keys: ContextVar[list[UUID] | None] = ContextVar("fleeting keys", default=None)
_started: WeakKeyDictionary[Any, datetime] = WeakKeyDictionary()  # by connection to the rows
_root_seen: Fleeting[str, int] = Fleeting(seconds=KEPT_SECONDS, at_most=1)
_opened_keys: Fleeting[UUID, Opened] = Fleeting(seconds=KEPT_SECONDS, at_most=KEPT_AT_MOST)


@contextmanager
def fail_closed() -> Iterator[None]:
    """Whatever breaks in the key database means: shut."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        raise KeysUnavailable(type(error).__name__) from None


def make() -> UUID:
    """A new data key, durable before any row that is written after it; returns its id."""
    return make_several(1)[0]


def make_several(count: int) -> list[UUID]:
    """New data keys, all or none, durable before any row that is written after them; returns their ids."""
    fresh = {uuid4(): secrets.token_bytes(32) for _ in range(count)}
    beside = _rows_server()
    with fail_closed():
        _store(fresh, beside)
    for key, raw in fresh.items():
        _remember(key, raw)
    if (fleeting := _fleeting_keys.get()) is not None:
        fleeting += fresh
    return list(fresh)


def _rows_server() -> datetime:
    """Which server the rows lie on, told by when it was started.

    Where it has the keys as well, both are written to one log. A row stands in it after its key, so the commit of the
    row is the wait for both, and no crash keeps the later one alone.
    """
    rows = connections[DEFAULT_DB_ALIAS]
    rows.ensure_connection()
    connection = rows.connection
    if (started := _started.get(connection)) is None:
        with rows.wrap_database_errors:
            started = connection.execute("SELECT pg_postmaster_start_time()").fetchone()[0]
        _started[connection] = started
    return started


def _store(fresh: Mapping[UUID, bytes], beside: datetime) -> None:
    """Under the root that was current a moment ago; where that is over, under the one that is."""
    seen = _root_seen.get(CURRENT)
    with suppress(KeysUnavailable):  # it may be destroyed since
        if seen and _stored(fresh, seen, beside):
            return
    for _look in range(2):
        if _stored(fresh, _root_seen.put(CURRENT, current_root()), beside):
            return
    raise KeysUnavailable("the root key changes again and again")


def _stored(fresh: Mapping[UUID, bytes], root: int, beside: datetime) -> bool:
    """Whether these keys lie there now."""
    wrapped = [rf'"\\x{wrap(root, key, opened).hex()}"' for key, opened in fresh.items()]
    with connections[KEYS].cursor() as cursor:
        cursor.execute(STORE, [clock.now(), beside, root, _as_list(fresh), _as_list(wrapped)])
        return bool(cursor.rowcount == len(fresh))


def _as_list(items: Iterable[object]) -> str:
    """As the server writes a list itself: the driver would take longer to than the server does to store the rows."""
    return f"{{{','.join(map(str, items))}}}"


@contextmanager
def made_for_a_moment() -> Iterator[None]:
    """Whatever key is made meanwhile is destroyed afterwards: what it sealed was never meant to stay."""
    fleeting: list[UUID] = []
    token = _fleeting_keys.set(fleeting)
    try:
        yield
    finally:
        _fleeting_keys.reset(token)
        if fleeting:
            destroy(fleeting)


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
    """Raises KeysUnavailable while the key database or one of the keys beside it cannot be used."""
    with fail_closed(), transaction.atomic(using=KEYS):
        roots.cipher(current_root())
    for name in roots.SECRETS:
        roots.secret(name)


def raw(key: UUID) -> bytes:
    """The key itself, 32 bytes. Raises KeyGone when it was destroyed, KeysUnavailable when the store is shut."""
    return _opened(key)[0]


def cipher(key: UUID) -> AESGCM:
    """The key made ready to use. Raises like `raw`."""
    return _opened(key)[1]


def _opened(key: UUID) -> Opened:
    found = _opened_keys.get(key) or fetch([key]).get(key)
    if found is None:
        raise KeyGone
    return found


def fetch(keys: Iterable[UUID]) -> dict[UUID, Opened]:
    """Bring many keys into memory with one question, for pages and jobs that open several rows."""
    wanted = list(keys)
    try:
        return _remember_all(_rows(wanted))
    except KeysUnavailable:  # after the question they may have been wrapped anew, and the old root destroyed
        return _remember_all(_rows(wanted))


def _rows(wanted: list[UUID]) -> list[Row]:
    """Asked without the ORM: opening what one page shows would cost more there than in the database."""
    with fail_closed(), connections[KEYS].cursor() as cursor:
        cursor.execute("SELECT id, wrapped, root_id FROM keystore_datakey WHERE id = ANY(%s)", [wanted])
        return list(cursor.fetchall())


def _remember_all(rows: Iterable[Row]) -> dict[UUID, Opened]:
    return {key: _remember(key, unwrap(root, key, bytes(wrapped))) for key, wrapped, root in rows}


def destroy(keys: Iterable[UUID]) -> int:
    """Remove keys for good; how many there were. Leftovers on disk become unreadable with the next re-wrapping."""
    gone = list(keys)
    for key in gone:
        _opened_keys.drop(key)
    with fail_closed(), connections[KEYS].cursor() as cursor:
        cursor.execute("DELETE FROM keystore_datakey WHERE id = ANY(%s)", [gone])
        return int(cursor.rowcount)


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
    _opened_keys.clear()
    _root_seen.clear()


def _remember(key: UUID, opened: bytes) -> Opened:
    return _opened_keys.put(key, (opened, AESGCM(opened)))
