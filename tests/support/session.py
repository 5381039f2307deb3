"""What a run of the tests stands on: one embedded server, a home for each process, and an environment of its own.

The first process starts the server and stops it; the helpers that pytest-xdist starts find its address in their
environment. Everything lies in one temporary folder. A run that was killed leaves its folder; the next run removes it.
"""

import atexit
import os
import shutil
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg

from calla.kernel.postgres import PostgresRefused, Server, embedded, remove

FOLDER_VARIABLE = "TESTS_FOLDER"
PREFIX = f"calla-tests-{os.geteuid()}-"
YOUNG_SECONDS = 600
_open = ExitStack()
atexit.register(_open.close)


def begin() -> None:
    """Set the CALLA_ variables of this process; the first process starts the server before."""
    if FOLDER_VARIABLE not in os.environ:
        _begin_run()
    home = Path(os.environ[FOLDER_VARIABLE]) / os.environ.get("PYTEST_XDIST_WORKER", "main")
    home.mkdir(mode=0o700)
    os.environ["CALLA_HOME"] = str(home)


def _begin_run() -> None:
    for name in [name for name in os.environ if name.startswith("CALLA_")]:
        del os.environ[name]
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    os.environ[FOLDER_VARIABLE] = str(folder)
    _open.callback(shutil.rmtree, folder, ignore_errors=True)
    _open.callback(remove, folder)
    server = _open.enter_context(embedded(folder, durable=False))
    may_make_databases(server)
    os.environ |= {"CALLA_DATABASE_URL": server.main, "CALLA_KEYS_URL": server.keys}


def may_make_databases(server: Server) -> None:
    """The owners of a shop's databases cannot make others; those of a test run must."""
    with psycopg.connect(server.keeper, autocommit=True) as connection:
        connection.execute("ALTER ROLE calla CREATEDB; ALTER ROLE calla_keys CREATEDB")


def sweep() -> None:
    """Remove what killed runs left. One that lives refuses; one that has just begun may not hold its server yet."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError, PostgresRefused):
            if time.time() - folder.stat().st_mtime > YOUNG_SECONDS:
                remove(folder)
                shutil.rmtree(folder)


def empty(folder: Path, *, keep: set[str]) -> None:
    for entry in folder.iterdir():
        if entry.name not in keep:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
