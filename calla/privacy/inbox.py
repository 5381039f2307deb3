"""The one gate for letters to the shop: a folder of the home, a Maildir, or a mail server that is asked for them.

Who reads them takes each out only when it is safely elsewhere. Whoever is killed in between finds it here again; and
nothing stays in a mailbox that knows no time to keep it.
"""

from __future__ import annotations

import imaplib
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from calla.privacy import egress
from calla.privacy.errors import Unreachable

MOST_AT_ONCE = 200
LARGEST = 10 << 20  # what is longer is read so far: its text stands in front
STILL_BEING_WRITTEN = 1.0  # seconds since a file was touched last
PATIENCE = 20.0
TROUBLE = (imaplib.IMAP4.error, OSError)


@dataclass(frozen=True, repr=False)
class Waiting:
    """A letter as it came, and how to take it out of the mailbox."""

    raw: bytes
    take_out: Callable[[], None]


@contextmanager
def letters() -> Iterator[Iterator[Waiting]]:
    """The letters that wait, the oldest first. Raises Unreachable, AgreementLapsed."""
    if settings.INBOX_SERVER is None:
        yield _in_folders(settings.INBOX_FOLDERS)
        return
    if not egress.is_own(settings.INBOX_SERVER["host"]):
        egress.agreement("mail")
    with _server(settings.INBOX_SERVER) as line:
        yield _on_server(line)


def _in_folders(folders: list[Path]) -> Iterator[Waiting]:
    """Whatever is a file there; one that is still being written, and hidden ones, are left for later."""
    found = [file for folder in folders if folder.is_dir() for file in folder.iterdir() if _is_letter(file)]
    for file in sorted(found, key=lambda one: (one.stat().st_mtime_ns, one.name))[:MOST_AT_ONCE]:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST)
        yield Waiting(raw, partial(file.unlink, missing_ok=True))


def _is_letter(file: Path) -> bool:
    whole = not file.name.startswith(".") and file.is_file() and not file.is_symlink()
    return whole and time.time() - file.stat().st_mtime > STILL_BEING_WRITTEN


@contextmanager
def _server(server: dict[str, Any]) -> Iterator[imaplib.IMAP4]:
    try:
        line = _connected(server)
    except TROUBLE as error:
        raise Unreachable(f"The mailbox does not answer ({type(error).__name__}).") from None
    try:
        yield line
        _done(line.close())  # removes what was taken out
    except TROUBLE as error:
        raise Unreachable(f"The mailbox broke off ({type(error).__name__}).") from None
    finally:
        with suppress(Exception):  # a farewell that fails changes nothing
            line.logout()


def _connected(server: dict[str, Any]) -> imaplib.IMAP4:
    """The password is said to nobody but the server of that name, over TLS unless it is this machine."""
    place, known = (server["host"], server["port"]), ssl.create_default_context()
    if server["tls"] == "whole":
        line: imaplib.IMAP4 = imaplib.IMAP4_SSL(*place, ssl_context=known, timeout=PATIENCE)
    else:
        line = imaplib.IMAP4(*place, timeout=PATIENCE)
    if server["tls"] == "after greeting":
        _done(line.starttls(known))
    _done(line.login(server["username"], server["password"]))
    _done(line.select("INBOX"))
    return line


def _on_server(line: imaplib.IMAP4) -> Iterator[Waiting]:
    [found] = _done(line.uid("SEARCH", "UNDELETED"))
    for uid in map(bytes.decode, (found or b"").split()[:MOST_AT_ONCE]):
        parts = _done(line.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)"))
        raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
        if raw is not None:  # else somebody has removed it meanwhile
            yield Waiting(raw, partial(_mark_taken, line, uid))


def _mark_taken(line: imaplib.IMAP4, uid: str) -> None:
    _done(line.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"))


def _done(answer: tuple[str, list[Any]]) -> list[Any]:
    status, said = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return said
