"""Sending a browser on. Where to is often a secret address, so no cache keeps any of these answers."""

from __future__ import annotations

from django.http import HttpResponseRedirect


def see_other(address: str) -> HttpResponseRedirect:
    """Go there and look, whatever was asked here: what was sent is not sent again."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    response.headers["Cache-Control"] = "no-store"
    return response
