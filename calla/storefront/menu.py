"""What the head of every page leads to."""

from __future__ import annotations

from calla.catalogue import selectors as catalogue


def collections() -> list[tuple[str, str]]:
    return [(one.title, f"/collections/{one.handle}") for one in catalogue.collections()]
