"""What a visitor sees when something cannot be shown. Made without the database: it may be what is missing."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render

from calla.kernel import links
from calla.kernel.errors import Missing, ShopError, Unavailable
from calla.kernel.http import SAFE, FromElsewhere
from calla.kernel.limits import TooMany
from calla.kernel.transitions import MoveRefused
from calla.privacy.errors import UsePaused
from calla.privacy.logs import told
from calla.storefront.frame import Way, frame
from calla.storefront.limits import slowed
from calla.storefront.redirects import page_above, without_slash

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("calla.storefront")
RETRY_SECONDS = "30"
WORDS = {
    400: ("This request was not understood", "Something in it was broken or too large. Nothing was changed."),
    403: ("This is not open to you", "You may have followed a link that was meant for somebody else."),
    404: (
        "There is no such page",
        "The address may be mistyped, or what stood here is gone. The search above knows every piece we have.",
    ),
    405: ("There is nothing to see here", "This address belongs to a form, and nothing was sent. Nothing was changed."),
    409: ("This is not possible any more", ""),
    422: ("This could not be done", ""),
    429: ("Please wait a little", ""),
    500: (
        "Something broke on our side",
        "We have noted where. If you were paying, look for our letter before you pay again: "
        "it is written as soon as an order is placed.",
    ),
    503: ("We will be back in a moment", "A part of the shop does not answer. Nothing is lost; please try again soon."),
}
NOT_FOUND = "We could not find this"
ELSEWHERE = "This was not sent from our pages"
PAUSED = "This is paused"
PAUSED_SAYS = (
    "Whoever this is about has paused its use, so nobody reads it, and an order that had not left us waits. If that was"
    " you, ask for the link to your data: a button behind it lets it go on."
)
SOON = {429, 503}  # the same request may go through in a moment
SENT_ANEW = "Reload this page then: your browser sends what you typed once more."
WITH_MENU = {403, 404, 405, 409, 422}  # the database answers, so these lead on like every other page

BARE = {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Outages:
    """Turns errors of the shop into pages that say what happened and what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
        request.get_host()  # raises for a name that is not the shop's: nobody else's address may show this shop
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and request.method in SAFE:
            return _not_like_this(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return answer(request, error)


def answer(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """The page for this error, or None for one that nobody foresaw."""
    if isinstance(error, Unavailable | OperationalError | InterfaceError):
        log.error("unavailable: %s", told(error))
        return _page(request, 503, str(error) if isinstance(error, Unavailable) else "")
    if isinstance(error, Missing):
        return _page(request, 404, str(error), heading=NOT_FOUND, way_on=error.way_on)
    if isinstance(error, TooMany):
        return slowed(_page(request, 429, str(error)), error)
    if isinstance(error, MoveRefused):
        return _page(request, 409, str(error))
    if isinstance(error, UsePaused):
        return _page(request, 409, PAUSED_SAYS, heading=PAUSED, way_on=("Let it go on", links.path("mine")))
    if isinstance(error, ShopError):
        return _page(request, 422, str(error))
    return None


def broken(request: HttpRequest) -> HttpResponse:
    """handler500. What fails in a middleware ends here too, so an outage is told apart from a mistake of ours."""
    return answer(request, sys.exc_info()[1]) or _page(request, 500)


def last_resort(shop: WSGIApplication) -> WSGIApplication:
    """Stands around the whole program for what breaks even the page about breaking: left to the web server, all its
    texts would be printed, with whatever they quote."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return shop(environ, start_response)
        except Exception as error:
            log.critical("nothing could be shown: %s", told(error))
            start_response("500 Internal Server Error", list(BARE.items()))
            return ["\n".join((*WORDS[500], "")).encode()]

    return answer


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return without_slash(request) or _page(request, 404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, FromElsewhere):
        return _page(request, 403, str(exception), heading=ELSEWHERE)
    return _page(request, 403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400)


def _not_like_this(request: HttpRequest, refused: HttpResponseNotAllowed) -> HttpResponse:
    """Whoever opens the address of a form, as by Enter in the address bar after an error, is led to its page."""
    above = page_above(request.path_info)
    response = _page(request, 405, way_on=("Back to its page", Way.of(request).to(above)) if above else None)
    response.headers["Allow"] = refused.headers["Allow"]
    return response


def _page(
    request: HttpRequest, status: int, said: str = "", *, heading: str = "", way_on: tuple[str, str] | None = None
) -> HttpResponse:
    usual, words = WORDS[status]
    if status in SOON and request.method in SAFE:
        way_on = ("Try again", request.get_full_path())
    context = {
        "frame": frame(Way.of(request), menu=status in WITH_MENU),
        "title": heading or usual,
        "noindex": True,
        "quiet": False,
        "message": said or words,
        "status": status,
        "way_on": way_on,
        "sent_anew": SENT_ANEW if status in SOON and not way_on else "",
    }
    response = render(request, "storefront/outage.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = RETRY_SECONDS
    return response
