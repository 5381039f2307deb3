"""Django's sessions, so that a copy of the database opens none and tells nothing.

The browser's cookie holds a random token. The row is found by the token's hash, and its body is sealed with a key that
is derived from the token, so only the browser can open it. A session is a row from the first value written into it and
not before: whoever only looks has none.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.sessions.backends.base import SessionBase, UpdateError

from calla.kernel import clock, sets
from calla.kernel.tokens import TOKEN, digest, new_token
from calla.privacy.models import Session

IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
TOUCH_AFTER = timedelta(minutes=5)  # a session in use is written at most this often, not at every page


class SessionStore(SessionBase):
    """`settings.SESSION_ENGINE`. Ends two hours after the last page and twelve after it began."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._began = clock.now()

    def load(self) -> dict[str, Any]:
        row = _live(self.session_key)
        body = _opened(self.session_key, row) if self.session_key and row else None
        if row is None or body is None:
            self._session_key = None
            return {}
        plain = self.serializer().loads(body)
        self._began = datetime.fromisoformat(plain["began"])
        self._touch(row)
        data: dict[str, Any] = plain["data"]
        return data

    def save(self, must_create: bool = False) -> None:
        """Write the session. Raises UpdateError for one that was ended meanwhile: it does not come back."""
        if self.session_key is None:
            self.create()
            return
        key, data = digest(self.session_key), self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        body = self.serializer().dumps({"began": self._began.isoformat(), "data": data})
        columns = {
            "sealed": _sealed(self.session_key, body), "subject_id": _subject(data), "used_on": clock.today(),
            "expires_at": self._ends(),
        }
        if must_create:
            Session.objects.create(digest=key, **columns)
        elif not Session.objects.filter(digest=key).update(**columns):
            raise UpdateError

    def create(self) -> None:
        self._session_key = new_token()
        self._began = clock.now()
        self.save(must_create=True)
        self.modified = True

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(digest=digest(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            Session.objects.filter(digest=digest(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.filter(expires_at__lte=clock.now()).delete()

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and TOKEN.fullmatch(key))

    def _ends(self) -> datetime:
        return min(clock.now() + IDLE, self._began + ABSOLUTE)

    def _touch(self, row: Session) -> None:
        if self._ends() - row.expires_at > TOUCH_AFTER:
            Session.objects.filter(pk=row.pk).update(expires_at=self._ends(), used_on=clock.today())


@dataclass(frozen=True)
class SignedIn:
    """A sign-in as its person sees it: `here` is the one that asks."""

    since: date
    used_on: date
    here: bool


def of(subject: UUID, *, token: str | None = None) -> list[SignedIn]:
    """The person's live sessions, the last used first."""
    here = digest(token) if token else b""
    live = Session.objects.filter(subject=subject, expires_at__gt=clock.now()).order_by("-expires_at")
    return [SignedIn(row.made_on, row.used_on, bytes(row.digest) == here) for row in live.defer("sealed")]


def end_all(subject: UUID, *, except_token: str | None = None) -> int:
    """End every session of the person, but the one that asks; returns how many."""
    ending = Session.objects.filter(subject=subject)
    if except_token:
        ending = ending.exclude(digest=digest(except_token))
    return ending.delete()[0]


def end_all_of(subjects: Collection[UUID]) -> None:
    """End every session of all these people."""
    sets.delete(subjects, (Session, "subject"))


def _live(token: str | None) -> Session | None:
    return Session.objects.filter(digest=digest(token), expires_at__gt=clock.now()).first() if token else None


def _cipher(token: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"calla session body").derive(token.encode()))


def _sealed(token: str, body: bytes) -> bytes:
    nonce = secrets.token_bytes(12)
    return nonce + _cipher(token).encrypt(nonce, body, digest(token))


def _opened(token: str, row: Session) -> bytes | None:
    """The body; None when what lies in the row was not sealed for it."""
    sealed = bytes(row.sealed)
    try:
        return _cipher(token).decrypt(sealed[:12], sealed[12:], digest(token))
    except InvalidTag:
        return None


def _subject(data: dict[str, Any]) -> UUID | None:
    """The person of the account that signed in here. The account's table is known through Django's setting alone."""
    if SESSION_KEY not in data:
        return None
    accounts = get_user_model()._default_manager
    found: UUID | None = accounts.filter(pk=data[SESSION_KEY]).values_list("subject_id", flat=True).first()
    return found
