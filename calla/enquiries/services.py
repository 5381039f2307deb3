"""The verbs of a case: asked, received, answered, closed. What was asked twice is one case."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from calla.enquiries import selectors
from calla.enquiries.errors import NoSuchEnquiry, NothingToAsk, NotSaid
from calla.enquiries.models import Enquiry, Message
from calla.enquiries.states import Author, CaseState, Way
from calla.enquiries.types import Asked, EnquiryDetails, Mailed, MessageText
from calla.enquiries.words import SILENT_DAYS, UNANSWERED_DAYS
from calla.kernel import clock, tokens
from calla.kernel.limits import Limit
from calla.kernel.turns import one_at_a_time
from calla.policy import Person, enforces
from calla.policy.spans import Span
from calla.privacy import asking, elsewhere, index, mail, versions
from calla.privacy import services as privacy
from calla.privacy.card_numbers import holds_card_number, masked
from calla.privacy.errors import LetterRefused
from calla.privacy.types import Actor

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RECEIPTS = Limit("receipts", tries=5, seconds=24 * 3600)  # to one address: anybody can type somebody else's
NO_CARDS = "This looks like a card number. No letter of ours holds one; please take it out."
EMPTY = "Please write an answer."
CORRECTION_OF = "Correction of what I wrote before:"


@enforces("contact_without_account")
def ask(asked: Asked) -> str:
    """Open a case; the secret token of its page. Sent twice, the same form is the same case. Raises NothingToAsk."""
    once = index.of_text("enquiry", "\0".join((asked.once, asked.email, asked.name, asked.order_number, asked.message)))
    details = {"email": asked.email, "name": asked.name, "order_number": asked.order_number}
    return _opened(once, Way.FORM, details, asked.message)


def take_in(letter: Mailed) -> None:
    """A letter to us becomes a case, or goes to the one it answers. Taken twice, it is there once.

    Whose case it goes to is decided by number and sender together: either alone is easily written by somebody else.
    """
    identity = index.of_text("inbox", letter.identity)
    if (case := _answered_by(letter)) is not None:
        with transaction.atomic():
            _hear(lock(case), letter.text, identity=identity, left_out=letter.left_out, cut=letter.cut)
        return
    text = f"{letter.subject}\n\n{letter.text}".strip()
    kept = {"identity": identity, "left_out": letter.left_out, "cut": letter.cut}
    _opened(identity, Way.MAIL, {"email": letter.sender, "name": letter.name}, text, kept, receipt=not letter.unasked)


def reply(token: str, text: str, *, after: int) -> None:
    """Whoever asked writes again on the page of their case; `after` so many messages that they saw there."""
    with transaction.atomic():
        case = _locked(token_digest=tokens.digest(token))
        if _hear(case, text, identity=_identity(case, Author.ASKER, after, text)):
            privacy.used_the_shop(case.subject_id)


def set_right(case: Enquiry, text: str) -> None:
    """A correction of what was written, beside it, by whoever wrote it; the case, locked by the caller, waits for us
    again. Sent twice, the same one is there once."""
    text = f"{CORRECTION_OF}\n\n{text}"
    _hear(case, text, identity=_identity(case, Author.ASKER, 0, text))


@enforces("letters.never_ask", "card_numbers_refused")
def answer(enquiry_id: UUID, text: str, *, after: int, by: Actor) -> None:
    """Write to whoever asked. Raises NotSaid for what no letter of ours may say; then nothing is kept or sent."""
    _refuse_unfit(text)
    with transaction.atomic():
        case = lock(enquiry_id)
        identity = _identity(case, Author.STAFF, after, text)
        if Message.objects.filter(identity=identity).exists():
            return
        case.move_to(CaseState.ANSWERED)
        case.answered_at, case.due_at = clock.now(), None
        case.save()
        message = _add(case, text, Author.STAFF, actor_subject=by.subject, identity=identity)
        mail.send("answer", subject=case.subject_id, about=message.id)


def close(enquiry_id: UUID) -> None:
    """Nothing more is to be said; from today the time to keep it runs."""
    with transaction.atomic():
        _close(lock(enquiry_id))


@enforces("purpose.enquiries.keep")
def close_silent(*, of: Collection[UUID] | None = None) -> int:
    """Close what fell silent, `of` some cases or of all; how many that were (decision 0019).

    What was answered, and nobody came back to; and what we never answered, long after we had promised to: from then the
    time to keep it runs, which would never begin otherwise.
    """
    silent = _answered_for_good() | _never_answered()
    cases = Enquiry.objects.filter(silent) if of is None else Enquiry.objects.filter(silent, pk__in=of)
    closed = 0
    for enquiry_id in list(cases.values_list("pk", flat=True)):
        with transaction.atomic():
            case = Enquiry.objects.select_for_update(of=("self",)).filter(silent, pk=enquiry_id).first()
            if case is not None:
                _tell_unanswered(case)
                _close(case)
                closed += 1
    return closed


def _tell_unanswered(case: Enquiry) -> None:
    """Whoever was told that we have their question is told that we gave it up, once for each time; nobody else, since
    a letter nobody asked us for should get none back."""
    waiting = case.state == CaseState.OPEN and mail.counted("enquiry_receipt", [case.id])
    last = case.messages.order_by("-at").first() if waiting else None
    if last is not None:
        with suppress(LetterRefused):
            mail.send("enquiry_closed", subject=case.subject_id, about=last.id)


def _answered_for_good() -> Q:
    return Q(state=CaseState.ANSWERED, answered_at__lte=clock.now() - timedelta(days=SILENT_DAYS))


def _never_answered() -> Q:
    last = clock.now() - timedelta(days=UNANSWERED_DAYS)
    newer = Exists(Message.objects.filter(enquiry=OuterRef("pk"), at__gt=last))
    overdue = Q(due_at=None) | Q(due_at__lt=clock.now())
    return Q(overdue, ~newer, state=CaseState.OPEN)


def _opened(
    once: bytes, way: Way, said: Mapping[str, str], text: str, kept: Mapping[str, object] | None = None, *,
    receipt: bool = True,
) -> str:
    if not selectors.takes_questions():
        raise NothingToAsk
    key = privacy.new_key()
    try:
        with transaction.atomic():
            one_at_a_time(f"enquiry {once.hex()}")
            case = Enquiry.objects.filter(once=once).first() or _new(key, once, way, said)
            if case.key == key:
                _add(case, text, Author.ASKER, **(kept or {}))
                if receipt and RECEIPTS.allows(bytes(case.email_index).hex()):
                    mail.send("enquiry_receipt", subject=case.subject_id, about=case.id)
    except BaseException:
        privacy.discard_keys([key])
        raise
    if case.key != key:
        privacy.discard_keys([key])
    return privacy.secret_link(case.key, "enquiry")


@enforces("collect.enquiry")
def _new(key: UUID, once: bytes, way: Way, said: Mapping[str, str]) -> Enquiry:
    """Somebody new each time (decision 0008). What the policy does not collect is not kept, however it came."""
    collected = versions.current().rules().collects("enquiry")
    case = Enquiry(
        subject=privacy.new_subject(), key=key, once=once, way=way, number=_number(),
        token_digest=tokens.digest(privacy.secret_link(key, "enquiry")),
        email_index=index.of_email("enquiry", said["email"]),
    )  # fmt: skip
    case.due_at = _due(case)
    details = {name: without_cards(text) for name, text in said.items() if name in collected}
    case.details.seal(EnquiryDetails(**details))
    case.save(force_insert=True)
    return case


def _hear(case: Enquiry, text: str, *, identity: bytes, left_out: int = 0, cut: bool = False) -> bool:
    """One more message from whoever asked: the case waits for us again, by a new date where it had none."""
    if Message.objects.filter(identity=identity).exists():
        return False
    if case.state != CaseState.OPEN:
        case.move_to(CaseState.OPEN)
        case.due_at = _due(case)
        case.save()
    _add(case, text, Author.ASKER, identity=identity, left_out=left_out, cut=cut)
    return True


def _add(case: Enquiry, text: str, author: Author, **columns: object) -> Message:
    message = Message(enquiry=case, subject_id=case.subject_id, key=case.key, author=author, **columns)
    message.text.seal(MessageText(message=without_cards(text)))
    message.save(force_insert=True)
    return message


def _close(case: Enquiry) -> None:
    case.move_to(CaseState.CLOSED)
    case.due_at = None
    case.save()


@enforces("limit.card_number.keep")
def without_cards(text: str) -> str:
    return masked(text) if holds_card_number(text) else text


def _refuse_unfit(text: str) -> None:
    if not text.strip():
        raise NotSaid(EMPTY)
    if holds_card_number(text):
        raise NotSaid(NO_CARDS)
    try:
        asking.refuse_request(versions.current(), [text])
        elsewhere.refuse_link(text)
    except LetterRefused as refused:
        raise NotSaid(str(refused)) from None


@enforces("contact.answer", "contact.answer_by.form", "contact.answer_by.mail")
def _due(case: Enquiry) -> datetime | None:
    """By when a person must have answered: the strictest promise that binds us to whoever asks."""
    person, now = Person(used=case.subject.version_used, country=case.subject.country or None), clock.now()
    rules = versions.binding(person).rules(person.country)
    return min((_later(now, span) for span in selectors.promised(rules, case.way)), default=None)


def _later(now: datetime, span: Span) -> datetime:
    base, length = span.exact
    return now + timedelta(hours=length) if base == "hours" else datetime.combine(span.after(now.date()), now.timetz())


def _answered_by(letter: Mailed) -> UUID | None:
    """The case this letter goes on with: it says which, and comes from the address that asked."""
    about = mail.about(letter.letters)
    named = Q(number__in=letter.numbers) | Q(pk__in=about) | Q(messages__in=about)
    cases = Enquiry.objects.filter(named, email_index=index.of_email("enquiry", letter.sender))
    return cases.order_by("-opened_at").values_list("pk", flat=True).first()


def _identity(case: Enquiry, author: Author, after: int, text: str) -> bytes:
    """The same words at the same place of a conversation are one message, however often they are sent."""
    return index.of_text(f"message of {author}", f"{case.pk}\0{after}\0{text}")


def _number() -> str:
    """Forty random bits that can be read out: nobody guesses one, and it opens nothing by itself."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"Q-{letters[:4]}-{letters[4:]}"


def lock(enquiry_id: UUID) -> Enquiry:
    """Locked in the caller's transaction. Raises NoSuchEnquiry."""
    return _locked(pk=enquiry_id)


def _locked(**by: object) -> Enquiry:
    case = Enquiry.objects.select_for_update(of=("self",)).select_related("subject").filter(**by).first()
    if case is None:
        raise NoSuchEnquiry
    return case
