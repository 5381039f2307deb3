"""What is promised about cookies, tried."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import Morsel

from django.http import HttpRequest, HttpResponse

from calla.privacy import cookies, versions
from calla.privacy.probing import expect, probe


@probe("cookie_list_complete")
def a_cookie_off_the_list_does_not_leave() -> None:
    """We set a cookie that is not on the list, and see that no browser would get it."""
    expect(not _leaving("uninvited", "1"), "a cookie that is not on the list would have left")


@probe("cookie.*")
def each_cookie_lives_as_long_as_stated() -> None:
    """We set each cookie on the list, and hold the life it leaves with against the list."""
    for name, rule in versions.current().cookies.items():
        sent = _leaving(name, "1")
        expect(sent is not None, f"the cookie {name} is on the list and did not leave")
        expect(sent and (sent["max-age"] or None) == rule.max_age, f"the cookie {name} would live longer or shorter")


@probe("cookies_host_only")
def cookies_are_bound_to_this_shop() -> None:
    """We set each cookie and look whether another site could get or send it."""
    for name in versions.current().cookies:
        sent = _leaving(name, "1")
        expect(sent and not sent["domain"] and sent["path"] == "/", f"the cookie {name} would go to other hosts")
        expect(sent and sent["samesite"] == "Lax", f"the cookie {name} would come along from other sites")
        prefixed = cookies.wire_name(name) != name
        expect(not prefixed or (sent and sent["secure"]), f"the cookie {name} would travel in clear")


@probe("cookies.max_bytes", "cookies_are_opaque")
def a_cookie_that_is_large_or_more_than_plain_does_not_leave() -> None:
    """We set cookies that are too large, or that hold more than plain characters, and see each held back."""
    largest = versions.current().get("cookies.max_bytes", 0)
    for name in versions.current().cookies:
        expect(not largest or not _leaving(name, "a" * (largest + 1)), f"a cookie {name} that is too large would leave")
        expect(not _leaving(name, "<script>"), f"a cookie {name} that could run would leave")


@probe("gpc_is_a_no", "gpc.declines", "dnt.declines")
def a_browser_with_the_signal_gets_nothing_optional() -> None:
    """A browser comes with either privacy signal, and we set every cookie that it may refuse."""
    for signal in ("HTTP_SEC_GPC", "HTTP_DNT"):
        for name in _optional():
            expect(not _leaving(name, "1", signal=signal), f"the cookie {name} would leave in spite of the signal")


@probe("each_cookie_can_be_declined")
def a_declined_cookie_stays_away_and_the_others_come() -> None:
    """Somebody declined one optional cookie: it stays away, is deleted where it is there, and the others come."""
    for declined in _optional():
        for name in _optional():
            sent = _leaving(name, "1", cookie={cookies.wire_name("choices"): declined})
            expect(bool(sent) is not (name == declined), f"declining {declined} does not decide about {name}")
        there = {cookies.wire_name("choices"): declined, cookies.wire_name(declined): "1"}
        gone = _leaving(declined, "1", cookie=there)
        expect(gone and gone["max-age"] == 0, f"the cookie {declined} would stay after it was declined")


def _optional() -> list[str]:
    return [name for name, rule in versions.current().cookies.items() if rule.need == "choice"]


def _leaving(name: str, value: str, *, cookie: Mapping[str, str] | None = None, signal: str = "") -> Morsel[str] | None:
    """The cookie as it leaves by the gate, if it does, when a page asks for it."""
    request, response = HttpRequest(), HttpResponse()
    request.META |= {signal: "1"} if signal else {}
    request.COOKIES |= cookie or {}
    cookies.put(response, name, value)
    return cookies.CookieGate(lambda _: response)(request).cookies.get(cookies.wire_name(name))
