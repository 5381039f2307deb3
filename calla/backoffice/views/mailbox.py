from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from calla.backoffice import mailbox
from calla.backoffice.mailbox import Mail, NoSuchMail
from calla.backoffice.pages import page, staff
from calla.backoffice.paging import moment

# A letter is shown as what it is to a mail program: foreign. It runs nothing, loads nothing and sends nothing.
SHUT = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; " \
    "frame-ancestors 'none'; sandbox"  # fmt: skip


@require_GET
@staff()
def letters(request: HttpRequest) -> HttpResponse:
    if not mailbox.is_shown():
        raise NoSuchMail
    return page(request, "backoffice/mailbox.html", "Mailbox", rows=[_line(one) for one in mailbox.newest()])


@require_GET
@staff()
def letter(request: HttpRequest, name: str) -> HttpResponse:
    one = mailbox.mail(name)
    title = one.subject or "Without a subject"
    parts = _with_links(one.text)
    return page(request, "backoffice/letter.html", title, mail=_line(one), parts=parts, html=bool(one.html))


@require_GET
@staff()
def html(request: HttpRequest, name: str) -> HttpResponse:
    """The letter's HTML as a document of its own."""
    response = HttpResponse(mailbox.mail(name).html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = SHUT
    return response


def _line(one: Mail) -> dict[str, str]:
    return {"href": f"/office/mailbox/{one.name}", "at": moment(one.at), "to": one.to, "subject": one.subject}


def _with_links(text: str) -> list[dict[str, Any]]:
    """The text cut at the shop's own addresses, so that the page can make links of those and of no others."""
    ours = re.compile(rf"({re.escape(settings.PUBLIC_URL)}/[^\s<>\"]*[^\s<>\".,;:!?)])")
    return [{"text": part, "link": bool(ours.fullmatch(part))} for part in ours.split(text) if part]
