"""The one gate for mail that leaves the shop.

`send` decides by the policy, notes the letter and leaves a job, all in the caller's transaction. The job decides again,
writes the text from the letter's reason, and hands it to the mail server; no text is kept. A letter about one event
goes out once; twice only when the mail server took it and its answer was lost.
"""

from __future__ import annotations

import hashlib
import os
from datetime import UTC
from email.message import EmailMessage as Message
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string

from calla.kernel import clock, jobs, links
from calla.policy import Allowed, Person, Write, decide
from calla.privacy import asking, ledger, versions
from calla.privacy.errors import KeyGone, LetterRefused, NotGranted
from calla.privacy.letters import Draft, kinds
from calla.privacy.models import LedgerEntry, Letter, Subject


def send(kind: str, *, subject: UUID, about: UUID) -> Letter:
    """Owe `subject` the letter `kind` about the thing `about`; asked again, it is the same letter.

    Raises LetterRefused when the policy forbids it.
    """
    decided(kind, Subject.objects.get(pk=subject))
    letter, fresh = Letter.objects.get_or_create(kind=kind, about=about, defaults={"subject_id": subject})
    if fresh:
        jobs.enqueue(post, letter.id)
    return letter


def owes(subject: UUID) -> bool:
    """Is a letter to this person still to be sent?"""
    return Letter.objects.filter(subject_id=subject, state=Letter.State.QUEUED).exists()


def forget(subject: UUID) -> None:
    """Delete what was written or owed to somebody who is forgotten whole, before the person's own row goes."""
    Letter.objects.filter(subject_id=subject).delete()


def decided(kind: str, subject: Subject) -> None:
    person = Person(used=subject.version_used, country=subject.country or None)
    answer = decide(versions.binding(person), person, Write(kind))
    if not isinstance(answer, Allowed):
        raise LetterRefused(f"The policy allows no letter “{kind}” to this person ({', '.join(answer.because)}).")


@jobs.job
def post(letter_id: UUID) -> None:
    """Write and send one letter, unless it has gone already or has lost its reason."""
    with transaction.atomic():
        found = Letter.objects.select_for_update(of=("self",)).select_related("subject").filter(pk=letter_id)
        letter = found.first()
        if letter is None or letter.state != Letter.State.QUEUED:
            return
        message = _written(letter)
        if message is None:
            letter.state = Letter.State.REFUSED
        else:
            _deliver(message, letter)
            letter.state, letter.sent_at = Letter.State.SENT, clock.now()
            letter.digest = hashlib.sha256(_bytes(message)).digest()
            purpose = kinds[letter.kind].purpose
            ledger.record(LedgerEntry.Kind.LETTER, subject=letter.subject_id, purpose=purpose, what=letter.kind)
        letter.save()


class Typeset(EmailMultiAlternatives):
    """A letter set once, so that the bytes that leave are those whose digest is kept."""

    def message(self, **options: Any) -> Message:
        if not hasattr(self, "_once"):
            self._once: Message = super().message(**options)
        return self._once


def _bytes(message: Typeset) -> bytes:
    return message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own class takes it


def _written(letter: Letter) -> Typeset | None:
    try:
        decided(letter.kind, letter.subject)
        draft = kinds[letter.kind].write(letter.about)
        message = _set(draft, letter) if draft else None
        if message:
            parts = (message.subject, message.body, message.alternatives[0][0])
            asking.refuse_request(versions.current(), map(str, parts))
    except (LetterRefused, NotGranted, KeyGone):
        return None
    return message


def _set(draft: Draft, letter: Letter) -> Typeset:
    context = {
        "shop": settings.SHOP_NAME, "shop_url": settings.PUBLIC_URL,
        "reply_to": versions.current().get("contact.mail") or settings.MAIL_FROM,
        "policy_url": links.absolute("policy"), "subject": draft.subject, **draft.context,
    }
    html = css_inline.inline(render_to_string(f"{draft.template}.html", context))
    message = Typeset(
        subject=" ".join(draft.subject.split()),
        body=render_to_string(f"{draft.template}.txt", context),
        from_email=f"{settings.SHOP_NAME} <{context['reply_to']}>",
        to=[draft.to],
        reply_to=[str(context["reply_to"])],
        headers={
            "Message-ID": f"<{letter.id}@{settings.PUBLIC_HOST}>",
            "Date": format_datetime(letter.queued_at.astimezone(UTC)),
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(html, "text/html")
    return message


def _deliver(message: Typeset, letter: Letter) -> None:
    if settings.MAIL_SERVER is None:
        _into_mailbox(_bytes(message), letter)
        return
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    with get_connection(smtp, timeout=20, **settings.MAIL_SERVER) as connection:
        connection.send_messages([message])


def _into_mailbox(message: bytes, letter: Letter) -> None:
    """The demo's stand-in for the post: one .eml file a letter, whole or not at all."""
    folder = Path(settings.CALLA_HOME) / "mailbox"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"{letter.queued_at:%Y%m%dT%H%M%S}-{letter.kind}-{letter.id}.eml"
    draft = target.with_suffix(".part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(message)
    draft.rename(target)
