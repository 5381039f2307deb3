"""Who works here. Owners take on and let go; each time they look, the people they see find it in their ledger."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from calla.backoffice import services
from calla.backoffice.forms import StaffForm
from calla.backoffice.pages import actor, page, staff
from calla.backoffice.services import StaffLogin
from calla.customers import selectors as accounts
from calla.customers import services as customers
from calla.customers.errors import BadEmail, LastOwner
from calla.customers.types import Role


@require_http_methods(["GET", "POST"])
@staff(Role.OWNER)
def people(request: HttpRequest) -> HttpResponse:
    form = StaffForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _show(request, form)
    asked = form.cleaned_data
    try:
        login = services.add_staff(asked["email"], asked["role"], name=asked["name"])
    except BadEmail as refused:
        form.add_error("email", str(refused))
        return _show(request, form)
    if not login.fresh:
        form.add_error("email", "There is an account for this e-mail address already.")
        return _show(request, form)
    return _show(request, StaffForm(), login)


@require_POST
@staff(Role.OWNER)
def departure(request: HttpRequest, account_id: UUID) -> HttpResponse:
    try:
        customers.close(account_id)
    except LastOwner as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Their account is closed, and they are signed out everywhere.")
    return redirect("office_people")


def _show(request: HttpRequest, form: StaffForm, login: StaffLogin | None = None) -> HttpResponse:
    """The first password is shown in the one answer to its making, and nowhere again."""
    rows = [
        {
            "name": one.name, "email": one.email, "role": one.role.value, "since": one.since.isoformat(),
            "departure": f"/office/staff/{one.id}/departure", "me": one.id == request.user.pk,
        }
        for one in accounts.staff(by=actor(request))
    ]
    first = {"email": login.email, "password": login.password} if login else None
    return page(request, "backoffice/people.html", "Staff", form=form, rows=rows, first=first)
