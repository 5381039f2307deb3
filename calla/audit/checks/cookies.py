"""Every cookie that a visit brings, held against the list."""

from __future__ import annotations

import re

from calla.audit.asking import PREFIX, Cookie
from calla.audit.checking import Unclear, check, expect, expect_none
from calla.audit.look import Look
from calla.policy.errors import BadValue
from calla.policy.spans import parse_span

PLAIN = re.compile(r"[A-Za-z0-9._~:-]*")


def met(look: Look) -> list[Cookie]:
    """Each cookie of a visit that goes as far as a refused order, and of the answer about cookies."""
    look.visit.go_as_far_as_possible()
    cookies = [*look.stranger.met, *look.visit.browser.met, *look.missing.cookies, *look.answered.met]
    staying = [cookie for cookie in cookies if not cookie.leaves]
    if not staying:
        raise Unclear("no cookie came in the whole visit")
    return staying


def _names(cookies: list[Cookie]) -> str:
    return ", ".join(sorted({cookie.name for cookie in cookies}))


@check("cookie_list_complete", "cookie.*")
def only_listed_cookies(look: Look) -> str:
    """Every cookie that came stands on the policy's list."""
    cookies = met(look)
    expect_none([cookie.wired for cookie in cookies if cookie.name not in look.policy.cookies], "not on the list")
    return f"{_names(cookies)}; all on the list"


@check("cookie.*")
def cookies_live_as_stated(look: Look) -> str:
    """Lasting cookies last as long as the policy says, the others end with the browser."""
    cookies, faults = met(look), []
    for cookie in cookies:
        said = look.policy.cookies.get(cookie.name, {})
        stated, sent = _seconds(said.get("life", "")), cookie.flags.get("max-age", "")
        if stated is None and ("expires" in cookie.flags or sent):
            faults.append(f"{cookie.name} stays, though it should end with the browser")
        elif stated is not None and not (sent.isdecimal() and stated[0] <= int(sent) <= stated[1]):
            faults.append(f"{cookie.name} lasts {sent or 'no'} seconds, stated are {said['life']}")
    expect_none(faults, "another life than stated")
    return _names(cookies)


def _seconds(life: str) -> tuple[int, int] | None:
    """The shortest and longest that a span can be: a month may have 28 days."""
    try:
        longest, shortest = parse_span(life).longest_and_shortest()
    except BadValue:
        return None
    return shortest * 3600, longest * 3600


@check("cookies_host_only")
def cookies_go_home_alone(look: Look) -> str:
    """Cookies are bound to this very host and closed to other sites; on https by their names as well."""
    cookies, faults = met(look), []
    for cookie in cookies:
        flags, site = cookie.flags, cookie.flags.get("samesite", "").lower()
        faults += [f"{cookie.name} has a Domain"] if "domain" in flags else []
        faults += [f"{cookie.name} without Path=/"] if flags.get("path") != "/" else []
        faults += [f"{cookie.name} without SameSite"] if site not in {"lax", "strict"} else []
        if look.site.https:
            faults += [f"{cookie.name} without Secure"] if "secure" not in flags else []
            faults += [f"{cookie.name} without {PREFIX}"] if not cookie.wired.startswith(PREFIX) else []
    expect_none(faults, "open to others")
    return f"{_names(cookies)}{'' if look.site.https else '; Secure and __Host- are for https'}"


@check("cookies_are_opaque", standard="ASVS 3.3")
def secrets_are_hidden_from_scripts(look: Look) -> str:
    """A cookie long enough to open something is closed to scripts."""
    cookies = met(look)
    long = [cookie for cookie in cookies if len(cookie.value) > 16]
    expect_none([cookie.name for cookie in long if "httponly" not in cookie.flags], "open to scripts")
    return f"{_names(long) or 'none of them'} HttpOnly"


@check("cookies.max_bytes", "cookies_are_opaque")
def cookies_are_small_and_plain(look: Look) -> str:
    """No cookie is larger than stated, and each is plain characters."""
    cookies = met(look)
    most = int(look.policy.terms.get("cookies.max_bytes", "4096"))
    expect_none([one.name for one in cookies if len(one.wired) + len(one.value) > most], f"more than {most} bytes")
    expect_none([one.name for one in cookies if not PLAIN.fullmatch(one.value)], "more than plain characters")
    return f"at most {max(len(one.wired) + len(one.value) for one in cookies)} of {most} bytes"


@check("choices.ask_again")
def answer_is_remembered(look: Look) -> str:
    """The answer about cookies is kept for as long as the policy says, and holds nothing but that answer."""
    given = [cookie for cookie in look.answered.met if cookie.name == "choices" and not cookie.leaves]
    expect(given, "no cookie keeps the answer")
    wanted = _seconds(look.policy.terms["choices.ask_again"])
    lasts = given[-1].flags.get("max-age", "")
    long_enough = wanted and lasts.isdecimal() and int(lasts) >= wanted[0]
    expect(long_enough, f"the answer is forgotten after {lasts or 'no'} seconds")
    words = set(given[-1].value.split(".")) - {"none"}
    expect(words <= set(look.policy.optional), f"more than an answer: {given[-1].value}")
    return f"{lasts} seconds"
