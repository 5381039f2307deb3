"""Sending a browser on. Where to is often a secret address, so no cache keeps any of these answers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import is_valid_path


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
