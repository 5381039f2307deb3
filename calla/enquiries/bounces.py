"""A letter of ours that came back, as somebody's mail server says it (RFC 3464), or as it says in its own words.

What says so in no form that programs know counts only where it comes from a mail server's own mailbox and speaks of no
later try. An absent reader's answer, a receipt and a complaint are none of it.
"""

from __future__ import annotations

import re
from email.message import Message as Letter
from email.utils import parseaddr
from uuid import UUID

from calla.enquiries.incoming import ROBOTS, parsed

QUOTED = re.compile(
    r"^[\s>|]*Message-ID:\s*<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE | re.MULTILINE
)
ACTION = re.compile(r"^\s*Action\s*:\s*([a-z]+)", re.IGNORECASE | re.MULTILINE)
FOR_GOOD = re.compile(r"^\s*Status\s*:\s*5\.", re.IGNORECASE | re.MULTILINE)
LATER = re.compile(
    r"\bdelayed\b|still (?:trying|being)|not (?:yet )?been delivered yet|will (?:be retried|keep trying|try again)"
    r"|(?:need|have) to re-?send|warning message only",
    re.IGNORECASE,
)
OTHER_REPORTS = {"feedback-report", "disposition-notification"}


def returned(raw: bytes) -> tuple[UUID, ...]:
    """Which letters of ours this says could not be delivered, for good; none for whatever else it is."""
    letter, text = parsed(raw), raw.decode("latin-1")
    if not _says_so(letter, text):
        return ()
    return tuple(dict.fromkeys(UUID(one) for one in QUOTED.findall(text)))


def _says_so(letter: Letter, text: str) -> bool:
    kinds = {part.get_content_type() for part in letter.walk()}
    if str(letter.get_param("report-type", "")).lower() in OTHER_REPORTS or "message/feedback-report" in kinds:
        return False
    reported = "message/delivery-status" in kinds
    if not reported and not _is_of_a_server(letter):
        return False
    if said := ACTION.findall(text):
        return "failed" in map(str.lower, said)
    return bool(FOR_GOOD.search(text)) if reported else not LATER.search(text)


def _is_of_a_server(letter: Letter) -> bool:
    """By its own mailbox, or by its name where it has none to answer to."""
    name, address = parseaddr(str(letter.get("From", "")))
    return bool(ROBOTS.fullmatch(address.partition("@")[0] or name) or letter.get("X-Failed-Recipients"))
