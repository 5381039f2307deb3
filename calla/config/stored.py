"""The page store, put together: what it stands ahead of, whom it hears, and what tells one variant from another."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from calla.kernel import assets, clock
from calla.kernel.pagestore.folder import Folder
from calla.kernel.pagestore.following import Follower
from calla.kernel.pagestore.layer import PageStore
from calla.kernel.pagestore.memory import Memory, follow
from calla.kernel.pagestore.upkeep import Upkeep
from calla.privacy import versions

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

LANGUAGE = settings.LANGUAGE_CODE


def stored(shop: WSGIApplication) -> PageStore:
    """The shop behind its page store; nothing is stored before `follow_changes`."""
    return PageStore(shop, Memory(settings.PAGES_BYTES), lambda: variant_at(clock.now()), known_variant)


def follow_changes(store: PageStore) -> Follower:
    """Begin to hear of changes, and so to store."""
    folder = Folder(settings.PAGES_DIR, store.memory, variant_at, assets.write) if settings.PAGES_DIR else None
    follow(store.memory)
    follower = Follower(store.memory, Upkeep(store.memory, variant_at, folder))
    follower.start()
    return follower


def variant_at(moment: datetime) -> str:
    """Version of the policy, and language. Currency and looks are the shop's own: a change of them is a change of what
    pages show."""
    return _variant(versions.number_at(moment))


def known_variant() -> str | None:
    """The one in force now, as far as it can be said without asking the database."""
    number = versions.number_known()
    return None if number is None else _variant(number)


def _variant(number: int) -> str:
    return f"{number}-{LANGUAGE}"
