"""What the head and the foot of every page lead to, and where a list that is empty does."""

from __future__ import annotations

from typing import Any

from calla.catalogue import selectors as catalogue
from calla.enquiries import selectors as enquiries
from calla.kernel import links
from calla.kernel.frame import Way
from calla.privacy import versions
from calla.storefront import shown


def offers_lookup() -> bool:
    """Whether a sentence in force asks for what an order is looked up by."""
    return bool(versions.current().collects("lookup"))


def collections() -> list[tuple[str, str]]:
    return [(one.title, f"/collections/{one.handle}") for one in catalogue.collections()]


def asking() -> list[tuple[str, str]]:
    """Where questions are answered, and where one asks: that only where the policy lets the shop take them."""
    write = [("Write to us", links.path("contact"))] if enquiries.takes_questions() else []
    return [("Delivery, returns, sizes", links.path("help")), *write]


def instead(way: Way, *, of: str = "") -> dict[str, list[dict[str, Any]]]:
    """The categories from the top, and the collections but the one that is empty itself."""
    categories = [
        {"title": one.title, "href": way.to(shown.category(one.handle))}
        for one in catalogue.categories()
        if len(one.path) == 1
    ]
    others = [{"title": title, "href": way.to(address)} for title, address in collections() if address != of]
    return {kind: ways for kind, ways in (("Kinds", categories), ("Collections", others)) if ways}
