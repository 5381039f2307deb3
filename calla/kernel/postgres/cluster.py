"""The data folder: made once, configured at every start, checked before it is touched."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from calla.kernel.postgres import places, programs
from calla.kernel.postgres.errors import PostgresRefused
from calla.kernel.postgres.places import Place

KEEPER, MAIN, KEYS = "keeper", "calla", "calla_keys"

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    # No value of anybody's may reach the log: neither statements nor what an error repeats of them.
    "log_statement": "none",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    # A shop on a small machine. Nothing reads the WAL but this server, so the less it says the better.
    "shared_buffers": "128MB",
    "max_connections": "100",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "80MB",
    "max_wal_size": "256MB",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "jit": "off",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}
# For tests: nothing there outlives the power, and several shops share one server.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "400"}


def prepare(place: Place, *, durable: bool) -> None:
    """Make the data folder when there is none, and write its configuration anew."""
    version = programs.major_version(place.programs)
    if not (place.data / "PG_VERSION").exists():
        _initialise(place, durable=durable)
    found = (place.data / "PG_VERSION").read_text(encoding="ascii").strip()
    if found != version:
        raise PostgresRefused(
            f"The data in {place.data} were written by PostgreSQL {found}, and this program brings {version}. "
            f"Run the release that wrote them, dump both databases there and restore them here."
        )
    _refuse_a_copied_home(place)
    settings = SETTINGS | {"unix_socket_directories": str(place.socket)} | ({} if durable else CARELESS)
    lines = "".join(f"{name} = {_quoted(value)}\n" for name, value in settings.items())
    places.write_own(place.data / "postgresql.conf", lines, place.account)
    places.write_own(place.data / "pg_hba.conf", "local all all scram-sha-256\n", place.account)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _initialise(place: Place, *, durable: bool) -> None:
    """Made under another name and renamed when complete, so that a half-made folder is never taken for a whole one."""
    place.base.mkdir(mode=0o700, exist_ok=True)
    if place.base != place.home / "postgres":
        place.base.chmod(0o711)  # the server's account passes through; what it may not read is closed by itself
    draft, password = place.base / "data.new", place.base / "first-password"
    for folder in (draft, place.data):
        shutil.rmtree(folder, ignore_errors=True)
    places.own_folder(draft, place.account)
    places.write_own(password, place.access.keeper, place.account)
    command: list[str | Path] = [
        place.programs / "bin" / "initdb", "--pgdata", draft, "--username", KEEPER, "--pwfile", password,
        "--auth-local=scram-sha-256", "--auth-host=reject", "--encoding=UTF8", "--locale=C",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
        *([] if durable else ["--no-sync"]),
    ]  # fmt: skip
    result: subprocess.CompletedProcess[bytes] = subprocess.run(  # noqa: S603  our own program
        command, cwd="/", env={"PATH": os.defpath, "TZ": "UTC", "LC_ALL": "C"},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **identity(place),
    )  # fmt: skip
    password.unlink()
    if result.returncode != 0:
        raise PostgresRefused(f"The embedded database could not be made:\n{result.stderr.decode().strip()}")
    draft.rename(place.data)


def identity(place: Place) -> dict[str, Any]:
    """Arguments for a child process that runs under the server's account and no other group."""
    if place.account is None:
        return {}
    return {"user": place.account.uid, "group": place.account.gid, "extra_groups": []}


def _refuse_a_copied_home(place: Place) -> None:
    """Two homes with one database would sell the same things twice; a home that was moved may go on."""
    if place.base.parent != programs.SYSTEM_FOLDER:
        return
    note = place.base / "home"
    former = Path(note.read_text(encoding="utf-8")) if note.exists() else place.home
    if former != place.home and (former / "postgres" / "access.json").exists() and not former.samefile(place.home):
        raise PostgresRefused(
            f"{place.home} is a copy of {former}, which owns the database in {place.base}. "
            f"Remove {place.home / 'postgres'} to give the copy a database of its own."
        )
    note.write_text(str(place.home), encoding="utf-8")


def add_databases(connection: psycopg.Connection[tuple[object, ...]], place: Place) -> None:
    """The two databases, each with an owner who can enter no other; the superuser is for us alone."""
    for name, password in ((MAIN, place.access.main), (KEYS, place.access.keys)):
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
        if known is None:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(password))
            )
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(name)))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
