"""Very many orders, made as fast as the database takes them: each is like one that went through the whole shop, with
ids, a person and keys of its own, and what is personal in it is sealed with these."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

AT_ONCE = 10_000
PARTS = ("orders_orderline", "orders_fulfilment", "orders_orderevent", "payments_payment")  # each names its order
DRAWN = {"id": "gen_random_uuid()", "reference": "gen_random_uuid()::text"}


def fill(like: Any, count: int, *, one_buyer: bool = False) -> None:
    """So many more orders like this one, with all that hangs on them and a person for each; of one address, or each of
    another."""
    mark = secrets.token_hex(2)
    with unhurried("default") as shop, unhurried("keys") as keys:
        for start in range(0, count, AT_ONCE):
            _fill(shop, keys, like, range(start, min(start + AT_ONCE, count)), mark, one_buyer)
        made = f"made.number LIKE '{mark}-%'"
        for table in PARTS:
            given = {"order_id": "made.id", "subject_id": "made.subject_id"}
            _multiply(shop, table, f"{made} AND kept.order_id = '{like.pk}'", given)
        letter = {"subject_id": "made.subject_id", "about": "gen_random_uuid()"}
        _multiply(shop, "privacy_letter", f"{made} AND kept.subject_id = '{like.subject_id}'", letter)
        entry = {"subject": "made.subject_id", "position": "NULL", "chain": "NULL"}
        _multiply(shop, "privacy_ledgerentry", f"{made} AND kept.subject = '{like.subject_id}'", entry)
        for connection in (shop, keys):
            connection.execute("VACUUM (ANALYZE)")


def _fill(shop: Any, store: Any, like: Any, numbers: range, mark: str, one_buyer: bool) -> None:
    from calla.privacy import keys

    orders, accounts = [], []
    values = like.details.open("orders"), like.accounting.details.open("orders")
    opened = {uuid4(): secrets.token_bytes(32) for _ in range(2 * len(numbers))}
    ciphers = {key: keys.AESGCM(raw) for key, raw in opened.items()}
    names = iter(opened)
    with patch.object(keys, "cipher", ciphers.__getitem__):
        for number in numbers:
            order = _another(like, values[0], next(names), uuid4())
            order.number, order.token_digest = f"{mark}-{number}", secrets.token_bytes(32)
            order.cart_digest = secrets.token_bytes(32)
            order.email_index = like.email_index if one_buyer else secrets.token_bytes(32)
            account = _another(like.accounting, values[1], next(names), order.subject_id)
            account.order_id = order.pk
            orders.append(order)
            accounts.append(account)
    subject = like.subject
    _copy(store, "keystore_datakey", ("id", "wrapped", "root_id", "made_at"), _wrapped(opened))
    people = ((order.subject_id, subject.since, subject.version_used, subject.country) for order in orders)
    _copy(shop, "privacy_subject", ("id", "since", "version_used", "country"), people)
    for rows in (orders, accounts):
        fields = rows[0]._meta.concrete_fields
        lines = ([row.__dict__[field.attname] for field in fields] for row in rows)
        _copy(shop, rows[0]._meta.db_table, [field.column for field in fields], lines)


def _another(like: Any, value: Any, key: UUID, subject: UUID) -> Any:
    row = copy.copy(like)
    row.pk, row.subject_id, row.key = uuid4(), subject, key
    row.details.seal(value)
    return row


def _wrapped(opened: dict[UUID, bytes]) -> Iterator[tuple[Any, ...]]:
    from calla.kernel import clock
    from calla.privacy import keys

    root, now = keys.current_root(), clock.now()
    return ((key, keys.wrap(root, key, raw), root, now) for key, raw in opened.items())


def _copy(connection: Any, table: str, columns: Any, rows: Any) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as lines:
        for row in rows:
            lines.write_row(row)


def _multiply(connection: Any, table: str, which: str, given: dict[str, str]) -> None:
    """The rows of one order, once more for each of the others."""
    found = connection.execute(
        "SELECT column_name, column_default IS NOT NULL OR is_identity = 'YES' FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = 'public'", [table],
    ).fetchall()  # fmt: skip
    own = DRAWN | given
    columns = {name: own.get(name, f"kept.{name}") for name, made in found if name != "id" or not made}
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
        f" FROM orders_order AS made, {table} AS kept WHERE {which}"
    )


@contextmanager
def unhurried(alias: str) -> Iterator[Any]:
    """A connection on which a statement may take as long as it likes."""
    import psycopg
    from django.db import connections

    given = {**connections[alias].get_connection_params(), "options": ""}
    plain = {name: value for name, value in given.items() if name not in {"cursor_factory", "context"}}
    with psycopg.connect(**plain, autocommit=True) as connection:
        yield connection
