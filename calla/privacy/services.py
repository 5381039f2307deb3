"""What privacy does for other apps."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from calla.kernel.errors import Unavailable
from calla.policy import enforces
from calla.privacy import keys, ledger, versions
from calla.privacy.consents import answer
from calla.privacy.jobs import doom
from calla.privacy.keys import destroy as destroy_keys
from calla.privacy.keys import fetch as fetch_keys
from calla.privacy.models import LedgerEntry, Subject
from calla.privacy.passes import opened as opened_pass
from calla.privacy.passes import seal as seal_pass
from calla.privacy.people import address_of, people_at
from calla.privacy.reading import bound_by, seen_by_others
from calla.privacy.retention import run as end_what_is_over
from calla.privacy.roots import secret as lasting_secret
from calla.privacy.sessions import end_all as end_sessions
from calla.privacy.sessions import of as sessions_of
from calla.privacy.stopping import BEFORE_STOPPING, can_be_paused, can_be_refused, object_to, pause
from calla.privacy.types import Actor

__all__ = [
    "BEFORE_STOPPING", "address_of", "answer", "bound_by", "can_be_paused", "can_be_refused", "destroy_keys",
    "discard_keys", "doom", "end_sessions", "end_what_is_over", "fetch_keys", "lasting_secret", "new_key", "new_keys",
    "new_subject", "note_opening", "object_to", "opened_pass", "pause", "people_at", "seal_pass", "secret_link",
    "seen_by_others", "sessions_of", "try_keys", "used_the_shop",
]  # fmt: skip


def new_subject(country: str = "") -> Subject:
    """A person comes into being: they pressed “Pay”, registered, subscribed, asked or entered."""
    return Subject.objects.create(version_used=versions.number(), country=country)


def note_opening(subjects: Iterable[UUID], *, by: Actor, purpose: str, what: str) -> None:
    """A line in the ledger of each: somebody looked, by another way than opening a row."""
    for subject in subjects:
        ledger.record(LedgerEntry.Kind.OPENED, subject=subject, by=by, purpose=purpose, what=what)


@enforces("changes.looser")
def used_the_shop(subject: UUID) -> None:
    """Signing in, ordering or sending a form: from now on the version in force binds this person."""
    Subject.objects.filter(pk=subject).update(version_used=versions.number())


def new_key() -> UUID:
    """A key of its own for something that will be kept or forgotten as one. Call it before the transaction."""
    return keys.make()


def new_keys(count: int) -> list[UUID]:
    """As many at once, for something that is kept or forgotten in parts."""
    return keys.make_several(count)


def discard_keys(made: Iterable[UUID]) -> None:
    """Keys that found no row. Should the key database be away just now, the sweeper gets them."""
    with suppress(Unavailable):
        destroy_keys(made)


def try_keys() -> None:
    """Could personal data be sealed and opened now? Raises KeysUnavailable."""
    keys.try_root()


def secret_link(key: UUID, what: str) -> str:
    """The unguessable part of an address, made from the thing's own key: it dies with the key and is stored nowhere.

    The same 43 characters each time; the table keeps `tokens.digest` of them.
    """
    made = hmac.digest(keys.raw(key), f"link\0{what}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
