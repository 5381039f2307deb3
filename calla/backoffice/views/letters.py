"""Letters that the mail server does not take. The list names no person; the order's page tells how to reach them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from calla.backoffice.pages import page, role_of, staff
from calla.backoffice.paging import moment
from calla.customers.types import Role
from calla.privacy import mail
from calla.privacy.mail import Undelivered

ABOUT_AN_ORDER = {"order_confirmation", "order_cancelled"}


@require_GET
@staff()
def undelivered(request: HttpRequest) -> HttpResponse:
    rows = [_row(one) for one in mail.undelivered()]
    return page(
        request, "backoffice/letters.html", "Letters not delivered", rows=rows,
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


def _row(one: Undelivered) -> dict[str, Any]:
    return {
        "at": moment(one.queued_at), "kind": one.kind.replace("_", " ").capitalize(), "tries": one.tries,
        "reason": one.reason or "not yet taken, tried again", "given_up": bool(one.reason),
        "order": f"/office/orders/{one.about}" if one.kind in ABOUT_AN_ORDER else "",
        "again": f"/office/letters/{one.id}/sending",
    }  # fmt: skip
