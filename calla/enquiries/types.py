from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from calla.enquiries.states import Author as Author
from calla.enquiries.states import CaseState as CaseState
from calla.privacy.types import Personal, personal


class EnquiryDetails(Personal):
    """Who asks. Name and order number are there only where the policy asks for them and somebody gave them."""

    email: str = personal("email")
    name: str = personal("name", default="")
    order_number: str = personal("order_number", default="")


class MessageText(Personal):
    message: str = personal("message")


@dataclass(frozen=True, repr=False)
class Asked:
    """What the form carries. `once` tells this form from the same one opened again."""

    email: str
    message: str
    name: str = ""
    order_number: str = ""
    once: str = ""


@dataclass(frozen=True, repr=False)
class Mailed:
    """A letter as somebody sent it, cut down to what a case needs.

    `identity` is its Message-ID, or its whole content where it has none; `letters` are those of ours that it answers,
    `numbers` the cases it names. `left_out` counts attachments, which are not kept; `cut`: the text was longer.
    `unasked`: from a list, or from where nobody reads, so no receipt goes there.
    """

    sender: str
    subject: str
    text: str
    identity: str
    name: str = ""
    letters: tuple[UUID, ...] = ()
    numbers: tuple[str, ...] = ()
    left_out: int = 0
    cut: bool = False
    unasked: bool = False


@dataclass(frozen=True, repr=False)
class MessageView:
    id: UUID
    author: str
    at: datetime
    text: str
    left_out: int
    cut: bool


@dataclass(frozen=True, repr=False)
class EnquiryView:
    """A case, opened."""

    id: UUID
    subject: UUID
    number: str
    token: str
    state: str
    email: str
    name: str
    order_number: str
    opened_at: datetime
    due_at: datetime | None
    messages: tuple[MessageView, ...]


@dataclass(frozen=True)
class EnquiryRow:
    """What a list says of a case: nothing personal."""

    id: UUID
    number: str
    state: str
    way: str
    opened_at: datetime
    due_at: datetime | None
    messages: int
    overdue: bool
