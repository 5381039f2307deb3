"""Letters that no mail server takes, or that came back. The list names no person; the page of the order or the question
that each belongs to tells how to reach them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from calla.backoffice.pages import page, role_of, staff
from calla.backoffice.paging import moment
from calla.customers.types import Role
from calla.enquiries import selectors as enquiries
from calla.orders import selectors as orders
from calla.privacy import mail
from calla.privacy.mail import Undelivered

LATER = "not yet taken, tried again"

@require_GET
@staff()
def undelivered(request: HttpRequest) -> HttpResponse:
    found = mail.undelivered()
    leads_to = _things({one.subject for one in found})
    return page(
        request, "backoffice/letters.html", "Letters not delivered",
        rows=[_row(one, leads_to.get(one.subject, "")) for one in found], silent=enquiries.mailbox_is_silent(),
        manager=role_of(request).covers(Role.MANAGER),
    )  # fmt: skip


@require_POST
@staff(Role.MANAGER)
def again(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    if mail.again(letter_id):
        messages.success(request, "It will be tried again.")
    else:
        messages.error(request, "This letter is not among those given up any more.")
    return redirect("office_letters")


def _things(subjects: Collection[UUID]) -> dict[UUID, str]:
    """Where the order or the question of each person is."""
    cases = {subject: f"/office/enquiries/{case}" for subject, case in enquiries.of_people(subjects).items()}
    return cases | {subject: f"/office/orders/{order}" for subject, order in orders.of_people(subjects).items()}


def _row(one: Undelivered, leads_to: str) -> dict[str, Any]:
    return {
        "at": moment(one.queued_at), "kind": mail.named(one.kind).capitalize(), "tries": one.tries,
        "reason": one.reason or LATER, "given_up": bool(one.reason),
        "leads_to": leads_to,
        "again": f"/office/letters/{one.id}/sending",
    }  # fmt: skip


def failure(one: Undelivered) -> dict[str, str]:
    """What the page of an order or a question says of a letter that did not arrive."""
    return {"at": moment(one.queued_at), "kind": mail.named(one.kind).capitalize(), "why": one.reason or LATER}
