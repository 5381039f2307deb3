"""How these pages are made: kept by no cache, found by no search engine."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from calla.privacy import versions
from calla.privacycentre import pages

RIGHTS = "rights"  # the purpose in the policy


def shut_page(request: HttpRequest, template: str, title: str, *, status: int = 200, **content: Any) -> HttpResponse:
    sentence = next(iter(versions.current().rules().because("purpose.rights.basis")), "")
    response = pages.page(request, f"mine/{template}", title, hidden=True, sheet="mine", sentence=sentence, **content)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def see_other(address: str) -> HttpResponseRedirect:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    response.headers["Cache-Control"] = "no-store"
    return response
