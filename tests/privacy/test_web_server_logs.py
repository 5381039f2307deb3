"""The web server brings loggers of its own; what they say of a failure goes through the gate too."""

from __future__ import annotations

import subprocess
import sys

import pytest

FAILS = """
import os, logging, sys, django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "calla.config.settings")
log = logging.getLogger("{name}")  # as it stands when a web process loads the shop
log.handlers, log.propagate = [logging.StreamHandler(sys.stderr)], False
django.setup()
try:
    raise ValueError("anna@example.com lives in Elm Street")
except ValueError as error:
    log.error("Exception in ASGI application", exc_info=error)
"""


@pytest.mark.parametrize("name", ["uvicorn.error", "gunicorn.error"])
def test_a_failure_is_told_without_its_message(name: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", FAILS.format(name=name)], capture_output=True, text=True, check=True
    ).stderr
    assert "Exception in ASGI application | ValueError at " in said and "Elm Street" not in said
