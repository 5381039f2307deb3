"""What is there in a demo's home alone, since nobody's shop needs it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from calla.kernel.errors import Missing

MARK = "demo-shop"  # the file by which `calla demo` knows its home


def refuse_elsewhere() -> None:
    """Raises Missing in the home of a real shop."""
    if not (Path(settings.CALLA_HOME) / MARK).exists():
        raise Missing
