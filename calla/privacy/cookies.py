"""The one gate for cookies: what the policy does not declare, or the visitor declined, does not leave.

Apps say `put` and `take`; the gate at the edge of the shop gives each cookie the life, prefix and flags that its
sentence states, whoever set it. On https the name carries `__Host-`; on plain loopback it is bare, since browsers would
drop it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from http.cookies import Morsel

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from calla.policy import Allowed, Person, SetCookie, decide, enforces
from calla.privacy import versions

OPAQUE = re.compile(r"[A-Za-z0-9._~:-]*")  # plain letters; nothing that runs, splits or needs quoting
PREFIX = "__Host-"


def wire_name(name: str) -> str:
    return f"{PREFIX}{name}" if settings.PUBLIC_URL.startswith("https:") else name


def read(request: HttpRequest, name: str) -> str:
    """The cookie's value as the browser sent it, or an empty string."""
    return request.COOKIES.get(wire_name(name), "")


def put(response: HttpResponse, name: str, value: str) -> None:
    """Ask for a cookie; the gate decides. Callers must work when it does not come back."""
    response.cookies[wire_name(name)] = value


def take(response: HttpResponse, name: str) -> None:
    """Delete a cookie from the browser, HttpOnly ones too."""
    _expire(response, wire_name(name))


@enforces("gpc.declines", "dnt.declines")
def declined(request: HttpRequest) -> frozenset[str]:
    """The names the visitor said no to; a browser that signals privacy has said no to all that may be chosen."""
    optional = {name for name, rule in versions.current().cookies.items() if rule.need == "choice"}
    if request.headers.get("Sec-GPC") == "1" or request.headers.get("DNT") == "1":
        return frozenset(optional)
    return frozenset(read(request, "choices").split(".")) & optional


def accepts(request: HttpRequest, name: str) -> bool:
    return name in versions.current().cookies and name not in declined(request)


@enforces("cookie.*", "cookies.max_bytes")
@enforces("cookie_list_complete", "cookies_host_only", "cookies_are_opaque", "gpc_is_a_no")
class CookieGate:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.cookies:
            refused = declined(request)
            for wired in list(response.cookies):
                self._pass(request, response, wired, refused)
        return response

    def _pass(self, request: HttpRequest, response: HttpResponse, wired: str, refused: Iterable[str]) -> None:
        policy, name, morsel = versions.current(), wired.removeprefix(PREFIX), response.cookies[wired]
        leaving = morsel["max-age"] == 0 or morsel["expires"] == EPOCH
        visitor = Person(cookies=frozenset(policy.cookies) - frozenset(refused))
        allowed = isinstance(decide(policy, visitor, SetCookie(name)), Allowed)
        largest = policy.get("cookies.max_bytes", float("inf"))
        fits = OPAQUE.fullmatch(morsel.value) and len(wired) + len(morsel.value) <= largest
        del response.cookies[wired]
        if leaving or not (allowed and fits and wired == wire_name(name)):
            if wired in request.COOKIES:
                _expire(response, wired)
            return
        response.cookies[wired] = morsel.value
        _dress(response.cookies[wired], name, policy.cookies[name].max_age)


EPOCH = "Thu, 01 Jan 1970 00:00:00 GMT"


def _dress(morsel: Morsel[str], name: str, max_age: int | None) -> None:
    morsel["path"], morsel["samesite"] = "/", "Lax"
    if settings.PUBLIC_URL.startswith("https:"):
        morsel["secure"] = True
    declared = versions.current().program.cookies.get(name)
    if declared is None or not declared.script_readable:
        morsel["httponly"] = True
    if max_age is not None:
        morsel["max-age"] = max_age


def _expire(response: HttpResponse, wired: str) -> None:
    response.cookies[wired] = ""
    morsel = response.cookies[wired]
    _dress(morsel, wired.removeprefix(PREFIX), 0)
    morsel["expires"] = EPOCH
