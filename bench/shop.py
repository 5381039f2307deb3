"""A fresh shop for a benchmark, on the embedded server in a folder of its own; all of it is gone afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from calla.kernel import postgres
from calla.kernel.postgres import Server

if TYPE_CHECKING:
    from tests.support.live import LiveShop

PREFIX = "calla-bench-"


@contextmanager
def server(*, durable: bool = True) -> Iterator[tuple[Path, Server]]:
    """A server that nobody else uses, and the folder it belongs to."""
    home = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        with postgres.embedded(home, durable=durable) as running:
            yield home, running
    finally:
        postgres.remove(home)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def database(*, demo: bool = False) -> Iterator[Path]:
    """Both databases, migrated, in this process. With `demo` the whole demo shop; else a policy and a way to send."""
    with server() as (home, urls):
        os.environ.update(
            CALLA_HOME=str(home),
            CALLA_DATABASE_URL=urls.main,
            CALLA_KEYS_URL=urls.keys,
            DJANGO_SETTINGS_MODULE="calla.config.settings",
        )
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        call_command("migrate", database="keys", verbosity=0)
        if demo:
            call_command("load_demo", verbosity=0)
        else:
            _bare()
        try:
            yield home
        finally:
            connections.close_all()


def _bare() -> None:
    from tests.builders.shop import a_way_to_send, open_shop, policy_in_force

    policy_in_force()
    open_shop()
    a_way_to_send()


@contextmanager
def live() -> Iterator[tuple[LiveShop, int]]:
    """The demo shop as it runs in earnest, two web processes and durable databases, and the server's process id."""
    with server() as (home, urls):
        from tests.support import session

        session.may_make_databases(urls)
        os.environ |= {
            session.FOLDER_VARIABLE: str(home),
            "CALLA_HOME": str(home),
            "CALLA_DATABASE_URL": urls.main,
            "CALLA_KEYS_URL": urls.keys,
        }
        from tests.support.live import live_shop

        assert urls.process
        with live_shop("bench") as shop:
            yield shop, urls.process.pid
