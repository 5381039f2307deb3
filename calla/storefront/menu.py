"""What the head and the foot of every page lead to."""

from __future__ import annotations

from calla.catalogue import selectors as catalogue
from calla.enquiries import selectors as enquiries
from calla.kernel import links
from calla.privacy import versions


def offers_lookup() -> bool:
    """Whether a sentence in force asks for what an order is looked up by."""
    return bool(versions.current().collects("lookup"))


def collections() -> list[tuple[str, str]]:
    return [(one.title, f"/collections/{one.handle}") for one in catalogue.collections()]


def asking() -> list[tuple[str, str]]:
    """Where questions are answered, and where one asks: that only where the policy lets the shop take them."""
    write = [("Write to us", links.path("contact"))] if enquiries.takes_questions() else []
    return [("Delivery, returns, sizes", links.path("help")), *write]
