"""A letter as it comes in from anywhere, read for what a case needs. Whatever it is made of, reading it ends well.

Robots get no case and no answer (RFC 3834): what says of itself that nobody wrote it, what has no address to answer to,
and whatever comes from ourselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message as Letter
from email.parser import BytesParser
from email.utils import parseaddr
from uuid import UUID

from calla.customers import services as customers
from calla.customers.addressing import clean
from calla.customers.errors import BadEmail
from calla.enquiries.prose import of_html, tidy
from calla.enquiries.types import Mailed
from calla.privacy import mail

MOST_LETTERS = 20_000
MOST_BYTES = 1 << 20  # of one part, before it is cut to letters
MOST_PARTS = 500
MOST_OF_A_LINE = 250
NUMBER = re.compile(r"\bQ-?([0-9A-HJKMNP-TV-Z]{4})-?([0-9A-HJKMNP-TV-Z]{4})\b", re.IGNORECASE)
OF_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
ROBOTS = re.compile(r"(?:mailer-?daemon|mail-?daemon|mdaemon|postmaster|double-?bounce|bounces?)\b.*", re.IGNORECASE)
NOBODY = re.compile(r"(?:do-?not-?reply|no-?reply|auto-?reply|notifications?)\b.*", re.IGNORECASE)
AWAY = re.compile(
    r"\W*(?:auto(?:matic|mated)?[- ]?(?:reply|response|answer)|out of (?:the )?office"
    r"|abwesenheits|automatische antwort)",
    re.IGNORECASE,
)
MADE_BY_ROBOTS = {"multipart/report", "message/delivery-status", "message/disposition-notification"}
ROBOTS_SAY = ("X-Autoreply", "X-Autorespond", "X-Autoreply-From", "X-Failed-Recipients", "X-Loop", "Feedback-Type")
LISTS_SAY = ("List-Id", "List-Post", "List-Unsubscribe")
NO_SUBJECT = re.compile(r"(?:(?:re|aw|fwd?|wg|antw)\s*:\s*)*", re.IGNORECASE)


@dataclass(frozen=True, repr=False)
class Body:
    text: str
    left_out: int


def read(raw: bytes) -> Mailed | None:
    """What somebody wrote to us; None for what nobody wrote, or what nobody could be answered."""
    letter = parsed(raw)
    name, sender = _sender(letter)
    if not sender or is_automatic(letter, sender):
        return None
    subject, body = _line(letter, "Subject"), _body(letter)
    identity = _raw(letter, "Message-ID").strip() or raw.decode("latin-1")
    return Mailed(
        sender=sender, name=name, subject=NO_SUBJECT.sub("", subject, count=1), text=body.text[:MOST_LETTERS],
        identity=identity, letters=_answered(letter), numbers=tuple("Q-{}-{}".format(*found).upper() for found in
        NUMBER.findall(subject)[:5]), left_out=body.left_out, cut=len(body.text) > MOST_LETTERS,
        unasked=_is_unasked(letter, sender),
    )  # fmt: skip


def is_automatic(letter: Letter, sender: str) -> bool:
    """Whether nobody wrote this: a bounce, an answer by machine, a report, or a letter of our own come back."""
    said = _raw(letter, "Auto-Submitted").partition(";")[0].strip().lower()
    returns = [value.strip() for value in _all(letter, "Return-Path")]
    return (
        said not in {"", "no"}
        or "<>" in returns
        or letter.get_content_type() in MADE_BY_ROBOTS
        or any(_raw(letter, name) for name in ROBOTS_SAY)
        or _raw(letter, "Precedence").strip().lower() in {"auto_reply", "auto-reply"}
        or bool(ROBOTS.fullmatch(sender.partition("@")[0]))
        or bool(AWAY.match(_line(letter, "Subject")))
        or sender.casefold() == mail.own_address().casefold()
    )


def _is_unasked(letter: Letter, sender: str) -> bool:
    """From a list, or from an address that nobody reads: somebody may look at it, and no machine of ours answers."""
    bulk = _raw(letter, "Precedence").strip().lower() in {"bulk", "junk", "list"}
    return bulk or any(_raw(letter, name) for name in LISTS_SAY) or bool(NOBODY.fullmatch(sender.partition("@")[0]))


def parsed(raw: bytes) -> Letter:
    try:
        return message_from_bytes(raw)
    except Exception:  # parts within parts without end; its head can still be read, and its body as it stands
        return BytesParser().parsebytes(raw, headersonly=True)


def _sender(letter: Letter) -> tuple[str, str]:
    """Name and address to answer to, the one it was sent from: where Reply-To leads is nobody's business yet."""
    try:
        name, address = parseaddr(_raw(letter, "From"))
        address = clean(address)
        customers.check_email(address)
    except (BadEmail, ValueError, IndexError, AttributeError):
        return "", ""
    return (_decoded(name)[:MOST_OF_A_LINE], address) if len(address) <= 254 else ("", "")


def _answered(letter: Letter) -> tuple[UUID, ...]:
    """Which letters of ours it answers, by the ids they carried."""
    said = f"{_raw(letter, 'In-Reply-To')} {_raw(letter, 'References')}".lower()[:20_000]
    return tuple(map(UUID, OF_OURS.findall(said)[-20:]))


def _body(letter: Letter) -> Body:
    """Its text: what is written plainly, else what its HTML says. What is no text is left out, and counted."""
    parts = list(_parts(letter))
    texts = [part for part in parts if _is_text(part)]
    chosen = next((part for kind in ("plain", "html") for part in texts if part.get_content_subtype() == kind), None)
    left_out = sum(not _is_text(part) for part in parts)
    return Body("" if chosen is None else _text(chosen), min(left_out, 999))


def _parts(letter: Letter) -> Iterator[Letter]:
    for seen, part in enumerate(letter.walk()):
        if seen >= MOST_PARTS:
            return
        if not part.is_multipart() or part.get_content_maintype() == "message":
            yield part


def _is_text(part: Letter) -> bool:
    return part.get_content_type() in {"text/plain", "text/html"} and not _is_attached(part) and not part.is_multipart()


def _is_attached(part: Letter) -> bool:
    return _raw(part, "Content-Disposition").strip().lower().startswith("attachment") or bool(_file_name(part))


def _file_name(part: Letter) -> str:
    try:
        return str(part.get_filename() or "")
    except Exception:  # a name in an encoding that nobody knows
        return "unreadable"


def _text(part: Letter) -> str:
    try:
        raw = part.get_payload(decode=True)
    except Exception:  # base 64 that is none, and worse
        raw = str(part.get_payload()).encode("utf-8", "replace")
    text = _spelt(raw[:MOST_BYTES] if isinstance(raw, bytes) else b"", _charset(part))
    return tidy(of_html(text) if part.get_content_subtype() == "html" else text)


def _charset(part: Letter) -> str:
    try:
        return str(part.get_content_charset() or "utf-8")
    except Exception:
        return "utf-8"


def _spelt(raw: bytes, charset: str) -> str:
    """In the charset it names, where there is such a one; else in what fits."""
    for name in (charset, "utf-8"):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return raw.decode("latin-1")


def _raw(letter: Letter, name: str) -> str:
    return next(iter(_all(letter, name)), "")


def _all(letter: Letter, name: str) -> list[str]:
    try:
        return [str(value) for value in letter.get_all(name, [])]
    except Exception:
        return []


def _line(letter: Letter, name: str) -> str:
    return _decoded(_raw(letter, name))[:MOST_OF_A_LINE]


def _decoded(text: str) -> str:
    try:
        return clean(str(make_header(decode_header(text))))
    except Exception:  # encoded words that are none
        return clean(text)
