"""Sending a browser on. Where to is often a secret address, so no cache keeps any of these answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import is_valid_path
from django.utils.encoding import escape_uri_path

from calla.catalogue.types import Sort

SEVERAL = "[]"
LEFT_AS_IT_IS = ("sort", Sort.RECOMMENDED.value)
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def see_other(address: str) -> HttpResponseRedirect:
    """Go there and look, whatever was asked here: what was sent is not sent again."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    response.headers["Cache-Control"] = "no-store"
    return response


def without_slash(request: HttpRequest) -> HttpResponsePermanentRedirect | None:
    """No address of the shop ends in a slash, but people and programs put one there: lead them to what they mean."""
    meant = request.path_info.rstrip("/")
    if request.method not in {"GET", "HEAD"} or meant == request.path_info or not is_valid_path(meant):
        return None
    asked = request.META.get("QUERY_STRING", "")
    response = HttpResponsePermanentRedirect(f"/{meant.lstrip('/')}{'?' if asked else ''}{asked}")
    response.headers["Cache-Control"] = "no-store"
    return response


def page_above(path: str) -> str:
    """The nearest address above this one that the shop knows, or nothing."""
    while path := path.rpartition("/")[0]:
        if is_valid_path(path):
            break
    return path


def plainly_addressed(view: View[P]) -> View[P]:
    """A form of filters says `size[]` where several may be chosen, an address says `size` (decision 0024): what was
    sent without scripts goes on to the address that the links have, so that each list has one to be shared."""

    @wraps(view)
    def led(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not any(name.endswith(SEVERAL) for name in request.GET):
            return view(request, *args, **kwargs)
        sent = [(name.removesuffix(SEVERAL), value) for name, values in request.GET.lists() for value in values]
        asked = [(name, value) for name, value in sent if value and (name, value) != LEFT_AS_IT_IS]
        return see_other(f"{escape_uri_path(request.path)}{'?' if asked else ''}{urlencode(asked)}")

    return led
