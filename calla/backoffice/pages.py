"""How an office page is made, and who may see it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static

from calla.backoffice import mailbox, second_factor
from calla.backoffice.forms import as_data, errors_of
from calla.customers.types import Role
from calla.enquiries import selectors as enquiries
from calla.privacy import versions
from calla.privacy.types import Actor

View = Callable[..., HttpResponseBase]
Answer = TypeVar("Answer", bound=HttpResponseBase)
OFFICE = "/office"
MENU = (
    ("Office", OFFICE, Role.STAFF),
    ("Orders", "/office/orders", Role.STAFF),
    ("Questions", "/office/enquiries", Role.STAFF),
    ("Stock", "/office/stock", Role.STAFF),
    ("Mailbox", "/office/mailbox", Role.STAFF),
    ("Recalls", "/office/recalls", Role.MANAGER),
    ("Staff", "/office/staff", Role.OWNER),
    ("Security", "/office/security", Role.STAFF),
)
SET_UP = "/office/second-factor/set-up"
LOGIN = "/office/login"


def page(
    request: HttpRequest, template: str, title: str, *, form: forms.BaseForm | None = None, status: int = 200,
    **content: Any,
) -> HttpResponse:
    """An office page with its frame. A form that was sent and refused makes it a 422 with a summary on top."""
    errors = errors_of(form) if form is not None else []
    context = {
        "title": title, "shop": settings.SHOP_NAME, "menu": _menu(request), "errors": errors,
        "styles": [static(f"{sheet}.css") for sheet in ("calla/tokens", "calla/fonts", "backoffice/office")],
        "mark": static("calla/mark.svg"),
        "notices": [{"text": str(one), "kind": one.level_tag} for one in messages.get_messages(request)],
        "fields": as_data(form) if form is not None else [], **content,
    }
    return private(render(request, template, context, status=422 if errors else status))


def private(response: Answer) -> Answer:
    """What the office shows stays in no cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


def staff(role: Role = Role.STAFF) -> Callable[[View], View]:
    """Lets in who signed in with both factors and has this role or a higher one. `view.role` tells which."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            account = request.user
            if not account.is_authenticated:
                return _to(LOGIN, request)
            if not account.is_staff:
                return refused(request)
            if not second_factor.passed(request):
                return _again(request) if second_factor.is_set_up(account) else private(HttpResponseRedirect(SET_UP))
            request.in_the_office = True  # type: ignore[attr-defined]  # for the menu
            return private(view(request, *args, **kwargs)) if role_of(request).covers(role) else refused(request)

        guarded.role = role  # type: ignore[attr-defined]
        return guarded

    return wrap


def refused(request: HttpRequest) -> HttpResponse:
    return page(request, "backoffice/refused.html", "This is not for your role", status=403)


def person(request: HttpRequest) -> UUID:
    subject: UUID = request.user.subject_id  # type: ignore[union-attr]
    return subject


def actor(request: HttpRequest) -> Actor:
    return Actor("staff", person(request))


def role_of(request: HttpRequest) -> Role:
    return Role(request.user.role) if request.user.is_authenticated else Role.CUSTOMER


def _to(address: str, request: HttpRequest) -> HttpResponse:
    wanted = request.get_full_path() if request.method == "GET" else OFFICE
    return private(HttpResponseRedirect(f"{address}?next={quote(wanted)}"))


def _again(request: HttpRequest) -> HttpResponse:
    """Signed in before a second factor was set up elsewhere: this session must show it as well."""
    request.session.flush()
    return _to(LOGIN, request)


def _menu(request: HttpRequest) -> list[dict[str, Any]]:
    if not hasattr(request, "in_the_office"):
        return []
    role = role_of(request)
    return [
        {"label": label, "href": href, "here": _lies_in(request.path, href)}
        for label, href, least in MENU
        if role.covers(least) and SHOWN.get(label, _always)()
    ]


def _always() -> bool:
    return True


SHOWN: dict[str, Callable[[], bool]] = {
    "Mailbox": mailbox.is_shown,
    "Questions": enquiries.takes_questions,
    "Recalls": lambda: versions.current().has("contact"),
}


def _lies_in(path: str, href: str) -> bool:
    return path == href or (href != OFFICE and path.startswith(f"{href}/"))
