"""What the shop writes about a question. The receipt quotes nothing: who reads it may not be who typed the address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from babel.dates import format_date

from calla.catalogue import selectors as catalogue
from calla.enquiries import selectors
from calla.enquiries.states import CaseState
from calla.enquiries.types import EnquiryView
from calla.kernel import links
from calla.privacy.letters import Draft, letter


@letter("enquiry_receipt", purpose="enquiries")
def receipt(enquiry_id: UUID) -> Draft | None:
    case = selectors.for_letter(enquiry_id)
    first = case.messages[0]
    more = {"answer": selectors.answer_time(), "left_out": first.left_out, "cut": first.cut, "due": _day(case)}
    return _draft(case, f"We have your question {case.number}", "enquiries/letters/receipt", **more)


@letter("answer", purpose="enquiries")
def answer(message_id: UUID) -> Draft | None:
    case = selectors.for_answer(message_id)
    said = next(message.text for message in case.messages if message.id == message_id)
    paragraphs = [part.splitlines() for part in said.split("\n\n") if part.strip()]
    more = {"words": said, "paragraphs": paragraphs}
    return _draft(case, f"Re: your question {case.number}", "enquiries/letters/answer", **more)


@letter("enquiry_closed", purpose="enquiries")
def unanswered(message_id: UUID) -> Draft | None:
    """None where they have written again meanwhile, and it waits for us."""
    case = selectors.for_answer(message_id)
    if case.state != CaseState.CLOSED:
        return None
    return _draft(case, f"We owe you an answer: your question {case.number}", "enquiries/letters/unanswered")


def _draft(case: EnquiryView, subject: str, template: str, **more: Any) -> Draft:
    context = {"name": case.name, "number": case.number, "case_url": links.absolute("enquiry", token=case.token)}
    return Draft(to=case.email, subject=subject, template=template, context=context | more)


def _day(case: EnquiryView) -> str:
    return format_date(case.due_at, "d MMMM", locale=catalogue.shop().locale) if case.due_at else ""
