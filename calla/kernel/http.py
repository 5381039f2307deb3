"""What every request and answer goes through, whatever the shop sells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from calla.kernel import callers

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from django.http.response import HttpResponseBase

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "X-Permitted-Cross-Domain-Policies": "none",
}
Handler = Callable[[HttpRequest], HttpResponse]


class FromElsewhere(PermissionDenied):
    """A change was asked for, and not by one of the shop's own pages, as far as the browser tells. `str()` is fit to
    show: mostly another site is behind it, but it can be the browser of somebody who means it."""

    def __init__(self) -> None:
        super().__init__(
            "Your browser did not say that this comes from a page of this shop, so we changed nothing. Go back, reload "
            "that page and send it again. If this comes up once more, an add-on of your browser may hold that back."
        )


class ForwardedByTrusted:
    """What a proxy says of the visitor counts only when it comes from a proxy the shop was told to trust."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not callers.trusted(request.META.get("REMOTE_ADDR", "")):
            for name in [name for name in request.META if name.startswith("HTTP_X_FORWARDED_")]:
                del request.META[name]
        return self.get_response(request)


class SameOriginPosts:
    """In place of CSRF tokens: a change is accepted from the shop's own pages.

    The browser says where a request comes from by Sec-Fetch-Site or Origin. With neither (old browsers, programs), only
    a request without cookies passes: it carries no authority but what stands in its address.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE or self._is_ours(request):
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # third-party views ask again
            return self.get_response(request)
        raise FromElsewhere

    @staticmethod
    def _is_ours(request: HttpRequest) -> bool:
        if site := request.headers.get("Sec-Fetch-Site"):
            return site == "same-origin"
        if origin := request.headers.get("Origin"):
            own = urlsplit(settings.PUBLIC_URL)
            return origin == f"{own.scheme}://{own.netloc}"
        return not request.COOKIES


class Headers:
    """The security headers that Django and django-csp do not set; private answers are never kept by a cache."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not response.has_header("Cache-Control"):
            private = response.cookies or request.method not in SAFE
            response.headers["Cache-Control"] = "no-store" if private else "no-cache"
        return response


def in_one_piece(shop: WSGIApplication) -> WSGIApplication:
    """Read each answer whole while whoever stands around this still catches what fails in it."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        made = shop(environ, start_response)
        if isinstance(made, list):
            return made
        with closing(cast("HttpResponseBase", made)) as response:
            return list(response)

    return answer
