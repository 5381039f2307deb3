"""Questions in the office: those that wait, one opened, and what is answered. The list shows nothing personal; opening
one is an entry in the ledger that whoever asked can read."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from calla.backoffice import paging
from calla.backoffice.forms import AnswerForm
from calla.backoffice.pages import actor, page, staff
from calla.backoffice.paging import moment
from calla.backoffice.views.letters import failure
from calla.enquiries import selectors, services
from calla.enquiries.errors import NotSaid
from calla.enquiries.types import Author, CaseState, EnquiryRow, EnquiryView, MessageView
from calla.kernel.transitions import MoveRefused
from calla.orders import selectors as orders
from calla.orders.errors import NoSuchOrder
from calla.privacy import mail

FILTERS = (
    ("", "All"),
    (CaseState.OPEN.value, "To answer"),
    ("overdue", "Overdue"),
    (CaseState.ANSWERED.value, "Answered"),
    (CaseState.CLOSED.value, "Closed"),
)
CAME = {"form": "the form", "mail": "a letter"}


@require_GET
@staff()
def queue(request: HttpRequest) -> HttpResponse:
    asked, number = request.GET.get("state", ""), paging.number(request)
    rows, total = selectors.queue(asked, page=number)
    return page(
        request, "backoffice/enquiries.html", "Questions", rows=[_row(row) for row in rows],
        filters=[{"label": label, "href": f"?state={state}", "here": state == asked} for state, label in FILTERS],
        pager=paging.pager(request, number, total, selectors.ROWS), taken=selectors.takes_questions(),
    )  # fmt: skip


@require_GET
@staff()
def detail(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    return _show(request, selectors.detail(enquiry_id, by=actor(request)))


@require_POST
@staff()
def answers(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            said = form.cleaned_data
            services.answer(enquiry_id, said["answer"], after=said["after"], by=actor(request))
        except (NotSaid, MoveRefused) as refused:
            form.add_error("answer", str(refused))
        else:
            messages.success(request, "Your answer is on its way.")
            return redirect("office_enquiry", enquiry_id)
    return _show(request, selectors.detail(enquiry_id, by=actor(request)), form=form)


@require_POST
@staff()
def closure(request: HttpRequest, enquiry_id: UUID) -> HttpResponse:
    try:
        services.close(enquiry_id)
    except MoveRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Closed. It is deleted when its time is over.")
    return redirect("office_enquiries")


def _show(request: HttpRequest, case: EnquiryView, *, form: AnswerForm | None = None) -> HttpResponse:
    return page(
        request, "backoffice/enquiry.html", f"Question {case.number}",
        form=form or AnswerForm(initial={"after": len(case.messages)}), case=_opened(case), order=_order(case),
        undelivered=[failure(one) for one in mail.undelivered(to=case.subject)],
    )  # fmt: skip


def _row(row: EnquiryRow) -> dict[str, Any]:
    return {
        "href": f"/office/enquiries/{row.id}", "number": row.number, "state": row.state, "came": CAME[row.way],
        "asked": moment(row.opened_at), "due": moment(row.due_at), "messages": row.messages, "overdue": row.overdue,
    }  # fmt: skip


def _opened(case: EnquiryView) -> dict[str, Any]:
    summary = selectors.summary(case.id)
    return _row(summary) | {
        "email": case.email, "name": case.name, "order_number": case.order_number,
        "talk": [_message(one) for one in case.messages], "answered": case.state == CaseState.ANSWERED,
        "closed": case.state == CaseState.CLOSED,
    }  # fmt: skip


def _message(one: MessageView) -> dict[str, Any]:
    return {
        "ours": one.author == Author.STAFF, "who": "We wrote" if one.author == Author.STAFF else "They wrote",
        "at": moment(one.at), "text": one.text, "left_out": one.left_out, "cut": one.cut,
    }  # fmt: skip


def _order(case: EnquiryView) -> dict[str, Any]:
    """The order they name, and whether it was made from the address they write from; it is not opened for that."""
    found: dict[str, Any] = {"href": "", "theirs": False}
    with suppress(NoSuchOrder):
        found["href"] = f"/office/orders/{orders.id_of_number(case.order_number)}" if case.order_number else ""
        found["theirs"] = bool(case.order_number and orders.by_number_and_email(case.order_number, case.email))
    return found
