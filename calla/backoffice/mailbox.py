"""The demo's stand-in for everybody's mailbox: the letters that `privacy.mail` left as files in the home."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

from calla.kernel.errors import Missing

NAME = re.compile(r"(\d{8}T\d{6})-[a-z_]+-[0-9a-f-]{36}\.eml")
NEWEST = 100


class NoSuchMail(Missing):
    def __init__(self) -> None:
        super().__init__("There is no such mail here.")


@dataclass(frozen=True, repr=False)
class Mail:
    name: str
    at: datetime
    to: str
    subject: str
    text: str
    html: str


def is_shown() -> bool:
    """Only where no mail server is named and no stranger comes, so in the demo and in development."""
    return bool(settings.MAILBOX_IS_SHOWN)


def newest() -> list[Mail]:
    written = sorted(_files(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [_read(path) for path in written[:NEWEST]]


def mail(name: str) -> Mail:
    path = _folder() / name
    if not is_shown() or not NAME.fullmatch(name) or not path.is_file():
        raise NoSuchMail
    return _read(path)


def _files() -> Iterator[Path]:
    if is_shown() and _folder().is_dir():
        yield from (path for path in _folder().iterdir() if NAME.fullmatch(path.name))


def _folder() -> Path:
    return Path(settings.CALLA_HOME) / "mailbox"


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    at = datetime.strptime(path.name[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    to, subject = str(message["To"] or ""), str(message["Subject"] or "")
    return Mail(path.name, at, to, subject, _body(message, "plain"), _body(message, "html"))


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
