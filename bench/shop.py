"""A fresh shop for a benchmark: the embedded server in a folder of its own, and a policy in force."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def database() -> Iterator[None]:
    """Both databases, migrated, with Calladream's policy, a way to send and nothing else; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="calla-bench-") as home:
        os.environ.update(CALLA_HOME=home, DJANGO_SETTINGS_MODULE="calla.config.settings")
        from calla.kernel import postgres

        with postgres.embedded(Path(home)) as urls:
            os.environ.update(CALLA_DATABASE_URL=urls.main, CALLA_KEYS_URL=urls.keys)
            import django

            django.setup()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            call_command("migrate", database="keys", verbosity=0)
            from tests.builders.shop import a_way_to_send, open_shop, policy_in_force

            policy_in_force()
            open_shop()
            a_way_to_send()
            yield
            from django.db import connections

            connections.close_all()
