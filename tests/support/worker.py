"""The worker as a process of its own, on the databases of the test at hand. Only committed work is there for it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections


def work_off(**variables: str) -> subprocess.CompletedProcess[str]:
    """Work off what is due, then stop; what it said is in `stderr`."""
    command = [sys.executable, "-m", "calla.cli", "run_jobs", "--once"]
    environment = {**os.environ, **same_databases(), **variables}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def same_databases() -> dict[str, str]:
    """The variables that lead another process to the databases of this test."""
    names = {"CALLA_DATABASE_URL": "default", "CALLA_KEYS_URL": "keys"}
    return {variable: _named(os.environ[variable], connections[alias]) for variable, alias in names.items()}


def mail_url() -> str:
    server: dict[str, Any] = settings.MAIL_SERVER or {}
    return f"smtp://{server['host']}:{server['port']}" if server else "mailbox:"


def _named(url: str, connection: Any) -> str:
    parts = urlsplit(url)
    return parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


STUCK = """
import sys, time
from calla import serving
serving.load_whole_program()
from procrastinate.contrib.django import app
from calla.kernel.management.commands import run_jobs
run_jobs.LAST_SECONDS, run_jobs.GRACE_SECONDS = 0.5, 1
app.tasks[sys.argv[1]].func = lambda **words: time.sleep(300)
serving.django_command("run_jobs")
"""


def start_with_stuck(task: str) -> subprocess.Popen[bytes]:
    """A worker in which this job does not come to an end, and whose patience is short."""
    return subprocess.Popen([sys.executable, "-c", STUCK, task], env={**os.environ, **same_databases()})
