"""Where does a value lie in clear? Looks into everything a shop writes or remembers."""

from __future__ import annotations

import base64
import gc
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import _lru_cache_wrapper
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any
from urllib.parse import quote

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from calla.kernel.postgres import places
from tests.support.session import FOLDER_VARIABLE

DATABASES = ("default", "keys")
OWN_TABLES = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"


def spellings(values: Iterable[str]) -> dict[bytes, str]:
    """What to look for: each value as it is and as programs like to write it, unsalted digests included."""
    found: dict[bytes, str] = {}
    for value in values:
        for form in (value, value.upper(), value.lower()):
            raw = form.encode()
            found |= {
                form.encode("utf-16-le"): "in UTF-16", quote(form).encode(): "quoted",
                json.dumps(form)[1:-1].encode(): "as JSON", raw.hex().encode(): "in hexadecimal",
                hashlib.sha256(raw).digest(): "as a plain digest",
                hashlib.sha256(raw).hexdigest().encode(): "as a plain digest",
            }  # fmt: skip
            found |= {_inner(raw, shift): "in base 64" for shift in range(3)} | {raw: "in clear"}
    return found


def _inner(raw: bytes, shift: int) -> bytes:
    """The part of the base-64 text that does not depend on what stands before and after."""
    return base64.b64encode(bytes(shift) + raw)[(shift and 4) : -4]


def within(body: bytes, looked_for: dict[bytes, str]) -> list[str]:
    return sorted({how for form, how in looked_for.items() if form in body})


def in_databases(looked_for: dict[bytes, str]) -> Iterator[str]:
    """Every row of every table, the queue's and Django's own included."""
    for alias in DATABASES:
        with psycopg.connect(**connections[alias].get_connection_params(), autocommit=True) as connection:
            for schema, table in connection.execute(OWN_TABLES).fetchall():
                command = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(str(schema), str(table)))
                with connection.cursor().copy(command) as rows:
                    body = b"".join(rows)
                yield from (f"{alias}: {table} {how}" for how in within(body, looked_for))


def on_disk(looked_for: dict[bytes, str]) -> Iterator[str]:
    """What the database server has written: tables, write-ahead log, its own log. What is no more in any row lies there
    as well; other spellings than the plain one would be in a row first."""
    place = places.of(Path(os.environ[FOLDER_VARIABLE]))
    keeper = {"user": "keeper", "password": place.access.keeper, "dbname": "postgres"}
    with psycopg.connect(make_conninfo(os.environ["CALLA_DATABASE_URL"], **keeper), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        yield from in_files(place.base, {form: how for form, how in looked_for.items() if how == "in clear"})


def in_files(folder: Path, looked_for: dict[bytes, str]) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        with suppress(FileNotFoundError):  # a running server puts its files away
            if path.is_file() and not path.is_symlink():
                yield from (f"{path.relative_to(folder)} {how}" for how in within(path.read_bytes(), looked_for))


def in_memory(looked_for: dict[bytes, str]) -> Iterator[str]:
    """What the shop's modules hold on to: their tables, their caches, the objects in them."""
    for name, module in sorted(sys.modules.items()):
        if name.startswith("calla.") and module is not None:
            for value in _held(module):
                body = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
                yield from (f"memory of {name} {how}" for how in within(body, looked_for))


def _held(module: ModuleType) -> Iterator[str | bytes]:
    seen: set[int] = set()
    waiting: list[Any] = list(vars(module).values())
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, str | bytes):
            yield thing
        elif _is_ours(thing):
            waiting.extend(gc.get_referents(thing))


def _is_ours(thing: Any) -> bool:
    """Follow containers, caches and the shop's own objects; not the whole interpreter."""
    if isinstance(thing, dict | list | tuple | set | frozenset | _lru_cache_wrapper):
        return True
    if isinstance(thing, type | ModuleType | FunctionType):
        return False
    return type(thing).__module__.startswith(("calla.", "collections", "_thread"))
