"""A letter as it leaves: set once, then handed to the mail server, or laid into a folder where there is none."""

from __future__ import annotations

import os
import smtplib
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage as Message
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from calla.kernel.files import private_folder
from calla.privacy.models import Letter


class NotSent(Exception):
    """The letter will never be sent, and `reason` says why."""

    def __init__(self, reason: Letter.Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Typeset(EmailMultiAlternatives):
    """A letter set once, so that the bytes that leave are those whose digest is kept."""

    def message(self, **options: Any) -> Message:
        if not hasattr(self, "_once"):
            self._once: Message = super().message(**options)
        return self._once


def as_bytes(message: Typeset) -> bytes:
    return message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own class takes it


def deliver(message: Typeset, kind: str) -> None:
    """Hand it to the mail server. Raises NotSent where that will never take it, and whatever else went wrong."""
    if settings.MAIL_SERVER is None:
        _into_folder(message, kind)
        return
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    line = get_connection(smtp, timeout=20, **settings.MAIL_SERVER)
    try:
        line.open()
        line.send_messages([message])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        if reason := _for_good(error):
            raise NotSent(reason) from None
        raise
    finally:
        with suppress(Exception):  # it was taken or not: a farewell that fails changes nothing
            line.close()


def _for_good(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> Letter.Reason | None:
    """Why the mail server will never take this letter. A shop that is not let in or may not write as it does is told so
    for every letter: that can be put right, and they are all kept."""
    if isinstance(error, smtplib.SMTPDataError):
        return Letter.Reason.UNWANTED if _is_final(error.smtp_code) else None
    codes = [code for code, _ in error.recipients.values()]
    return Letter.Reason.UNDELIVERABLE if all(map(_is_final, codes)) else None


def _is_final(code: int) -> bool:
    return 500 <= code < 600 and not 530 <= code < 540  # 53x: the shop has to sign in


def mailbox() -> Path:
    return Path(settings.CALLA_HOME) / "mailbox"


def in_mailbox(letter: Letter) -> Path:
    """Where it lies, if it went there."""
    return mailbox() / f"{_stem(letter.queued_at, letter.kind, str(letter.id))}.eml"


def _stem(written: datetime, kind: str, name: str) -> str:
    return f"{written:%Y%m%dT%H%M%S}-{kind}-{name}"


def _into_folder(message: Typeset, kind: str) -> None:
    """The demo's stand-in for the post: one .eml file a letter, whole or not at all. What is written to the shop's own
    address lies in its inbox, as it would if the post had brought it."""
    letter, own = message.message(), parseaddr(message.from_email)[1]
    folder = private_folder(settings.INBOX_FOLDERS[0] if message.to == [own] else mailbox())
    written, name = parsedate_to_datetime(str(letter["Date"])), str(letter["Message-ID"]).strip("<>").partition("@")[0]
    draft = folder / f".{_stem(written, kind, name)}.part"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(as_bytes(message))
    draft.rename(folder / f"{draft.stem[1:]}.eml")
