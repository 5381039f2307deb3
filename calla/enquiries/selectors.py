"""What may be read of cases, and by whom. Every way to personal data asks for a reason."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Q

from calla.enquiries import knocking
from calla.enquiries.errors import NoSuchEnquiry
from calla.enquiries.models import Enquiry, Message
from calla.enquiries.states import CaseState, Way
from calla.enquiries.types import EnquiryRow, EnquiryView, MessageView
from calla.kernel import clock, tokens
from calla.policy import Rules
from calla.policy.spans import Span
from calla.privacy import services as privacy
from calla.privacy import versions
from calla.privacy.types import Actor

PURPOSE = "enquiries"
ROWS = 50


def takes_questions() -> bool:
    """Whether a sentence in force lets the shop take questions. Without one there is no form, no job, no entry."""
    return versions.current().has(PURPOSE)


def answer_time(way: Way = Way.FORM) -> str:
    """How soon the policy says that a person answers what came this way; empty where it does not say."""
    spans = promised(versions.current().rules(), way)
    return str(min(spans, key=lambda span: span.longest)) if spans else ""


def promised(rules: Rules, way: str) -> list[Span]:
    """Each time within which an answer is owed: for every way, and for this one."""
    paths = ("contact.answer", f"contact.answer_by.{way}")
    return [rules.value(path) for path in paths if path in rules.terms]


def by_token(token: str) -> EnquiryView:
    """The case at this secret address. Raises NoSuchEnquiry."""
    return _view(_one(token_digest=tokens.digest(token)))


def detail(enquiry_id: UUID, *, by: Actor) -> EnquiryView:
    """One case opened by a member of staff: an entry in the ledger that whoever asked can read."""
    return _view(_one(pk=enquiry_id), by=by)


def for_letter(enquiry_id: UUID) -> EnquiryView:
    return _view(_one(pk=enquiry_id))


def for_answer(message_id: UUID) -> EnquiryView:
    return _view(_one(messages=message_id))


def queue(state: str = "", *, page: int = 1) -> tuple[list[EnquiryRow], int]:
    """One page of cases, the most pressing first, and how many there are. Opens nothing."""
    cases = Enquiry.objects.all()
    if state == "overdue":
        cases = cases.filter(_overdue())
    elif state in CaseState.values:
        cases = cases.filter(state=state)
    count = cases.count()
    shown = cases.annotate(written=Count("messages")).defer("details").order_by("due_at", "-opened_at", "pk")
    return [_row(case) for case in shown[(page - 1) * ROWS : page * ROWS]], count


def summary(enquiry_id: UUID) -> EnquiryRow:
    """What the list says of one case. Opens nothing. Raises NoSuchEnquiry."""
    case = Enquiry.objects.filter(pk=enquiry_id).annotate(written=Count("messages")).defer("details").first()
    if case is None:
        raise NoSuchEnquiry
    return _row(case)


def waiting() -> dict[str, int]:
    """How many wait for an answer, and how many of those longer than was promised."""
    is_open = Q(state=CaseState.OPEN)
    counted = Enquiry.objects.aggregate(open=Count("pk", filter=is_open), overdue=Count("pk", filter=_overdue()))
    return {"open": counted["open"], "overdue": counted["overdue"]}


def of_people(subjects: Iterable[UUID]) -> dict[UUID, UUID]:
    """The case of each of these, where they have one."""
    return dict(Enquiry.objects.filter(subject_id__in=list(subjects)).values_list("subject_id", "pk"))


def mailbox_is_silent() -> bool:
    """Whether what was written to the shop's own address did not arrive here."""
    return takes_questions() and knocking.is_unheard()


def _overdue() -> Q:
    return Q(state=CaseState.OPEN, due_at__lt=clock.now())


def _one(**by: object) -> Enquiry:
    case = Enquiry.objects.select_related("subject").filter(**by).first()
    if case is None:
        raise NoSuchEnquiry
    return case


def _view(case: Enquiry, *, by: Actor | None = None) -> EnquiryView:
    """The case with all that was written: for staff one entry in the ledger, whatever its length."""
    details = case.details.open("enquiries", by=by)
    messages = case.messages.select_related("subject", "enquiry")
    return EnquiryView(
        id=case.id, subject=case.subject_id, number=case.number, token=privacy.secret_link(case.key, "enquiry"),
        state=case.state, email=details.email, name=details.name, order_number=details.order_number,
        opened_at=case.opened_at, due_at=case.due_at, messages=tuple(_message(one) for one in messages),
    )  # fmt: skip


def _message(one: Message) -> MessageView:
    text = one.text.open("enquiries").message
    return MessageView(one.id, one.author, one.at, text, one.left_out, one.cut)


def _row(case: Enquiry) -> EnquiryRow:
    overdue = case.state == CaseState.OPEN and case.due_at is not None and case.due_at < clock.now()
    return EnquiryRow(
        case.id, case.number, case.state, case.way, case.opened_at, case.due_at, case.written, overdue,  # type: ignore[attr-defined]
    )  # fmt: skip
