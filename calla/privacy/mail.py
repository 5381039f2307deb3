"""The one gate for mail that leaves the shop.

`send` decides by the policy, notes the letter and leaves a job, all in the caller's transaction. The job decides again,
writes the text from the letter's reason, and hands it to the mail server; no text is kept. A letter about one event
goes out once; twice only when the mail server took it and its answer was lost, or we were killed before we noted it.
"""

from __future__ import annotations

import hashlib
import logging
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import UUID, uuid4

import css_inline
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string

from calla.kernel import clock, jobs, links
from calla.policy import Allowed, Write, decide, enforces
from calla.privacy import asking, carrying, codes, elsewhere, ledger, promises, reading, versions
from calla.privacy.carrying import NotSent, Typeset
from calla.privacy.errors import KeyGone, LetterRefused, NotGranted, Unreachable
from calla.privacy.known_limits import known
from calla.privacy.letters import Draft, kinds
from calla.privacy.models import LedgerEntry, Letter, Subject

known(
    "A letter may come a second time when the mail server took it and its answer was lost.",
    reviewed="2026-11-26",
)

CLAIM = timedelta(minutes=2)  # a talk with the mail server is over by then
MOST_TRIES = 16  # as jobs are tried again, two days; a letter that comes later than that is of little use
WAITING = (Letter.State.QUEUED, Letter.State.SENDING)
NOT_TAKEN = (
    Letter.Reason.UNDELIVERABLE, Letter.Reason.UNWANTED, Letter.Reason.NO_ANSWER, Letter.Reason.CAME_BACK,
)  # fmt: skip

log = logging.getLogger(__name__)


def send(kind: str, *, subject: UUID, about: UUID, reason: str = "", people: int = 1) -> Letter:
    """Owe `subject` the letter `kind` about the thing `about`; asked again, it is the same letter.

    A necessary letter names its `reason`, and to how many `people` it goes at once. Raises LetterRefused when the
    policy forbids it.
    """
    decided(kind, Subject.objects.get(pk=subject), reason, people)
    columns = {"subject_id": subject, "need": reason, "people": people}
    letter, fresh = Letter.objects.get_or_create(kind=kind, about=about, defaults=columns)
    if fresh:
        jobs.enqueue(post, letter.id)
    return letter


def addressee(kind: str, about: UUID) -> UUID | None:
    """Whom the letter `kind` about this is owed to, for one that is about nothing but its reader."""
    return Letter.objects.filter(kind=kind, about=about).values_list("subject_id", flat=True).first()


def owes(subject: UUID) -> bool:
    """Is a letter to this person still to be sent?"""
    return Letter.objects.filter(subject_id=subject, state__in=WAITING).exists()


def about(letters: Iterable[UUID]) -> list[UUID]:
    """What these letters of ours are about, for whoever gets an answer to one of them."""
    return list(Letter.objects.filter(pk__in=list(letters)).values_list("about", flat=True))


@enforces("contact.mail")
def own_address() -> str:
    """The one address that stands on pages, that letters come from, and where answers to them arrive."""
    return str(versions.current().get("contact.mail") or settings.MAIL_FROM)


def write_to_ourselves(knock: UUID, subject: str, text: str) -> None:
    """A letter to the shop's own address. Nobody's data is in it, and whoever reads the inbox knows it by `knock`."""
    own = own_address()
    carrying.deliver(
        Typeset(
            subject=subject, body=text, from_email=f"{settings.SHOP_NAME} <{own}>", to=[own],
            headers={"Message-ID": _message_id(knock), "Auto-Submitted": "auto-generated"},
        ),
        "knock",
    )  # fmt: skip


def forget(subject: UUID) -> None:
    """Delete what was written or owed to somebody who is forgotten whole, before the person's own row goes."""
    Letter.objects.filter(subject_id=subject).delete()


@dataclass(frozen=True)
class Undelivered:
    """A letter that the mail server does not take, or that came back. `reason` is empty as long as it is tried."""

    id: UUID
    subject: UUID
    kind: str
    about: UUID
    reason: str
    tries: int
    queued_at: datetime


def undelivered(most: int = 200, *, to: UUID | None = None) -> list[Undelivered]:
    """Those given up, and those that failed so far; the newest first. To everybody, or `to` one person."""
    refused = Q(state=Letter.State.REFUSED, reason__in=NOT_TAKEN)
    found = Letter.objects.filter(refused | Q(state=Letter.State.QUEUED, tries__gt=0))
    if to is not None:
        found = found.filter(subject_id=to)
    return [
        Undelivered(one.id, one.subject_id, one.kind, one.about, Letter.Reason(one.reason).label if one.reason else "",
                    one.tries, one.queued_at)
        for one in found.order_by("-queued_at")[:most]
    ]  # fmt: skip


def given_up() -> int:
    return Letter.objects.filter(state=Letter.State.REFUSED, reason__in=NOT_TAKEN).count()


@enforces("letters_to_us_arrive")
def came_back(letters: Iterable[UUID]) -> int:
    """Somebody's mail server says that these cannot be delivered; how many of them had been sent."""
    sent = Letter.objects.filter(pk__in=list(letters), state=Letter.State.SENT)
    return sent.update(state=Letter.State.REFUSED, reason=Letter.Reason.CAME_BACK)


@transaction.atomic
def again(letter_id: UUID) -> bool:
    """Owe a letter anew that was given up or came back; whether it was."""
    asked = Letter.objects.filter(pk=letter_id, state=Letter.State.REFUSED, reason__in=NOT_TAKEN)
    owed = bool(asked.update(state=Letter.State.QUEUED, reason="", tries=0))
    if owed:
        jobs.enqueue(post, letter_id)
    return owed


@dataclass(frozen=True)
class Written:
    """A letter as the person it went to may see it; `sent` is false as long as no mail server has taken it, and
    `came_back` once the one it was handed to could not deliver it."""

    kind: str
    reason: str
    people: int
    on: datetime
    sent: bool
    code: str
    came_back: bool


def written_to(subject: UUID) -> list[Written]:
    """Every letter to this person that is still on record, the newest first."""
    never = Q(state=Letter.State.REFUSED, sent_at=None)
    letters = Letter.objects.filter(subject_id=subject).exclude(never).order_by("-queued_at")
    return [
        Written(one.kind, one.need, one.people, one.sent_at or one.queued_at, one.sent_at is not None,
                codes.code(one.id), one.reason == Letter.Reason.CAME_BACK)
        for one in letters
    ]  # fmt: skip


def counted(kind: str, about: Iterable[UUID]) -> int:
    """How many letters of this kind about any of these are owed or sent."""
    return Letter.objects.filter(kind=kind, about__in=about).exclude(state=Letter.State.REFUSED).count()


def named(word: str) -> str:
    """A kind of letter, or a reason for one, in the words of the policy's language."""
    policy = versions.current()
    known = {**policy.program.letters, **policy.program.words_of("reason")}
    return known[word].phrase(policy.language) if word in known else word.replace("_", " ")


@enforces("contact.reasons", "contact.bulk_reasons", "contact.bulk_at_most")
def decided(kind: str, subject: Subject, reason: str = "", people: int = 1) -> None:
    person = reading.as_person(subject)
    answer = decide(versions.binding(person), person, Write(kind, reason or None, people))
    if not isinstance(answer, Allowed):
        because = f" ({', '.join(answer.because)})" if answer.because else ""
        raise LetterRefused(f"The policy does not allow this letter: {answer.why}{because}.")


def at_once(letter: Letter) -> bool:
    """Try to send it now, once; whether it went. For the last letter to somebody whose address goes after it."""
    try:
        post(letter.id)
    except Exception:  # whatever the mail server does, it holds nobody up
        log.warning("A last letter could not be sent.")
    return Letter.objects.filter(pk=letter.pk, state=Letter.State.SENT).exists()


def now(kind: str, *, subject: UUID) -> bool:
    """Write and send a letter this moment or never, for words that are kept nowhere; False where the mail server takes
    nothing for that address. Raises Unreachable where it does not answer, and LetterRefused; then nothing is owed.
    """
    decided(kind, Subject.objects.get(pk=subject))
    letter = Letter.objects.create(kind=kind, subject_id=subject, about=uuid4())
    if at_once(letter):
        return True
    if Letter.objects.filter(pk=letter.pk, state=Letter.State.REFUSED, reason__in=NOT_TAKEN).exists():
        return False
    letter.delete()
    raise Unreachable("Our mail server does not answer just now, so nothing was changed. Please try again soon.")


@jobs.job
def post(letter_id: UUID) -> None:
    """Write and send one letter, unless it has gone already or has lost its reason.

    Nothing is locked while the mail server is spoken to: the letter is claimed, sent and settled. Whoever is killed in
    between leaves it claimed; after `CLAIM` it goes out once more, since nobody can tell whether it had been taken.
    """
    letter = _claim(letter_id)
    if letter is None:
        return
    try:
        message = _written(letter)
        carrying.deliver(message, letter.kind)
    except NotSent as refused:
        _settle(letter, state=Letter.State.REFUSED, reason=refused.reason)
    except Exception:
        _give_back(letter)
        raise
    else:
        digest = hashlib.sha256(carrying.as_bytes(message)).digest()
        _settle(letter, state=Letter.State.SENT, sent_at=clock.now(), digest=digest)


class OnItsWay(Exception):
    """Somebody else sends it just now, or was killed while doing so: look again later."""


def _claim(letter_id: UUID) -> Letter | None:
    """The letter, ours to send; none when there is nothing to do."""
    now = clock.now()
    free = Q(state=Letter.State.QUEUED) | Q(state=Letter.State.SENDING, claimed_at__lt=now - CLAIM)
    claimed = Letter.objects.filter(free, pk=letter_id).update(
        state=Letter.State.SENDING, claimed_at=now, tries=F("tries") + 1
    )
    letter = Letter.objects.select_related("subject").filter(pk=letter_id).first()
    if letter is None or (not claimed and letter.state != Letter.State.SENDING):
        return None
    if not claimed:
        raise OnItsWay
    if letter.tries <= MOST_TRIES:
        return letter
    _settle(letter, state=Letter.State.REFUSED, reason=Letter.Reason.NO_ANSWER)
    return None


def _settle(letter: Letter, **columns: Any) -> None:
    """What came of it, unless somebody else has claimed the letter meanwhile."""
    with transaction.atomic():
        ours = Letter.objects.filter(pk=letter.pk, state=Letter.State.SENDING, claimed_at=letter.claimed_at)
        if ours.update(claimed_at=None, **columns) and columns["state"] == Letter.State.SENT:
            purpose = kinds[letter.kind].purpose
            ledger.record(LedgerEntry.Kind.LETTER, subject=letter.subject_id, purpose=purpose, what=_what(letter))


def _what(letter: Letter) -> str:
    return f"{letter.kind}: {letter.need}" if letter.need else letter.kind


def _give_back(letter: Letter) -> None:
    last = letter.tries >= MOST_TRIES
    reason = Letter.Reason.NO_ANSWER if last else ""
    _settle(letter, state=Letter.State.REFUSED if last else Letter.State.QUEUED, reason=reason)


def _written(letter: Letter) -> Typeset:
    try:
        decided(letter.kind, letter.subject, letter.need, letter.people)
        draft = kinds[letter.kind].write(letter.about)
        if draft is None:
            raise NotSent(Letter.Reason.POINTLESS)
        message = _set(draft, letter)
        parts = (message.subject, message.body, message.alternatives[0][0])
        asking.refuse_request(reading.bound_by(letter), map(str, parts))
    except (LetterRefused, NotGranted):
        raise NotSent(Letter.Reason.NOT_ALLOWED) from None
    except KeyGone:
        raise NotSent(Letter.Reason.POINTLESS) from None
    return message


def _set(draft: Draft, letter: Letter) -> Typeset:
    said = " ".join(one.text for one in promises.promises_at("every_letter"))
    frame = {
        "shop": settings.SHOP_NAME, "shop_url": settings.PUBLIC_URL,
        "reply_to": own_address(),
        "policy_url": links.absolute("policy"), "subject": draft.subject, "code": codes.code(letter.id),
        "from_us_url": links.absolute("from_us"), "said": said, "reason": named(letter.need),
        "said_in_lines": textwrap.wrap(said, 76),
    }
    if taken := frame.keys() & draft.context.keys():  # what stands around every letter is nothing for one to change
        raise ValueError(f"{draft.template} uses a name of the frame: {', '.join(sorted(taken))}.")
    context = {**draft.context, **frame}
    body = elsewhere.without_links(render_to_string(f"{draft.template}.txt", context))
    html = elsewhere.without_links(css_inline.inline(render_to_string(f"{draft.template}.html", context)))
    message = Typeset(
        subject=elsewhere.without_links(" ".join(draft.subject.split())),
        body=body,
        from_email=f"{settings.SHOP_NAME} <{context['reply_to']}>",
        to=[draft.to],
        reply_to=[str(context["reply_to"])],
        headers={
            "Message-ID": _message_id(letter.id),
            "Date": format_datetime(letter.queued_at.astimezone(UTC)),
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(html, "text/html")
    return message


def _message_id(letter: UUID) -> str:
    return f"<{letter}@{settings.PUBLIC_HOST}>"
