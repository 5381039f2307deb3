"""What pages bring along: nothing of anybody else, and nothing that stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from calla.audit.asking import Answer
from calla.audit.checking import check, expect, expect_none
from calla.audit.look import Look, styled

KEEPING = re.compile(
    r"\b(?:local|session)Storage\b|\bindexedDB\b|\bcaches\.open\b|\bdocument\.cookie\s*=(?!=)|\bserviceWorker\b"
)
RUNNING = {"on" + event for event in ("click", "load", "error", "submit", "change", "input", "focus", "mouseover")}
PLUGGED_IN = ("object", "embed", "applet")
INSTALLING = (".apk", ".bat", ".cmd", ".deb", ".dmg", ".exe", ".jar", ".msi", ".pkg", ".rpm", ".scr", ".sh", ".vbs")
SAFE_KINDS = re.compile(r"text/|image/|font/|application/(?:json|xml|problem\+json|manifest\+json|pdf)\b")
SHOP_WINDOW = ("/products/", "/collections")


@check("visits_leave_no_trace", "cookie_list_complete")
def no_cookie_while_looking(look: Look) -> str:
    """Whoever only looks around gets no cookie."""
    pages = look.crawled
    expect_none([cookie.wired for cookie in look.stranger.met], "cookies that came while looking")
    return f"{len(pages)} pages, no cookie"


@check("visits_leave_no_trace", "cookie_list_complete")
def scripts_keep_nothing(look: Look) -> str:
    """No script writes a cookie or uses the stores that a browser has for sites."""
    scripts = [one for one in look.files if one.path.endswith(".js")]
    inline = [
        (page.path, "".join(text for text in one.inside if isinstance(text, str)))
        for page in look.shown for one in page.page.all("script")
    ]  # fmt: skip
    texts = [*((one.path, one.text) for one in scripts), *inline]
    expect_none([f"{found[0]} in {path}" for path, text in texts if (found := KEEPING.search(text))], "stores used")
    return f"{len(scripts)} scripts"


@check("no_foreign_requests", "one_seller")
def nothing_of_others(look: Look) -> str:
    """Pages and styles load nothing from another site, frame nothing, and the shop window links to nobody else."""
    faults = [f"{place} on {page}" for place, page in look.fetched.items() if not look.site.owns(place)]
    for file in (one for one in look.files if one.path.endswith(".css")):
        places = (urljoin(file.url, place) for place in styled(file.text))
        faults += [f"{place} in {file.path}" for place in places if not look.site.owns(place)]
    for page in look.shown:
        faults += [f"<{one.tag}> on {page.path}" for one in page.page.all("iframe", "frame", *PLUGGED_IN)]
        faults += [f"a link to {place} on {page.path}" for place in _links_out(look, page)]
    expect_none(faults, "of others")
    return f"{len(look.shown)} pages load {len(look.fetched)} files, all from here"


def _links_out(look: Look, page: Answer) -> Iterator[str]:
    if not page.path.startswith(SHOP_WINDOW):
        return
    for link in page.page.all("a", "area"):
        place = link.own.get("href", "")
        if urlsplit(place).scheme in {"", "http", "https"} and not look.site.owns(urljoin(page.url, place)):
            yield place


@check("no_foreign_scripts")
def only_own_scripts(look: Look) -> str:
    """Scripts are files of this shop; none is written into a page, and the browser is told to run no other."""
    faults = []
    for page in look.shown:
        scripts = list(page.page.all("script"))
        faults += [f"script without a file on {page.path}" for one in scripts if _is_inline(one.own)]
        faults += [
            f"{one.own['src']} on {page.path}" for one in scripts
            if one.own.get("src") and not look.site.owns(urljoin(page.url, one.own["src"]))
        ]  # fmt: skip
        faults += [f"{name} on {page.path}" for one in page.page.all() for name in RUNNING & one.own.keys()]
        faults += [f"{why} on {page.path}" for why in _policy_faults(page.headers.get("content-security-policy", ""))]
    expect_none(faults, "scripts")
    return f"{len(look.shown)} pages"


def _is_inline(own: dict[str, str]) -> bool:
    return not own.get("src") and own.get("type") not in {"application/ld+json", "application/json"}


def _policy_faults(policy: str) -> list[str]:
    said = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}
    allowed = said.get("script-src", said.get("default-src"))
    if allowed is None:
        return ["no content policy for scripts"]
    return [f"scripts allowed from {source}" for source in allowed if source not in {"'self'", "'none'"}]


@check("no_downloads")
def nothing_to_install(look: Look) -> str:
    """No page hands out anything that could be installed, and none asks for a plug-in."""
    answers = [*look.shown, *look.files]
    faults = [f"{one.path} is {one.kind}" for one in answers if one.kind and not SAFE_KINDS.match(one.kind)]
    faults += [f"{one.path} downloads" for one in answers if "attachment" in one.headers.get("content-disposition", "")]
    for page in look.shown:
        links = (link.own.get("href", "") for link in page.page.all("a"))
        faults += [f"{link} on {page.path}" for link in links if urlsplit(link).path.lower().endswith(INSTALLING)]
        faults += [f"<{one.tag}> on {page.path}" for one in page.page.all(*PLUGGED_IN)]
    expect_none(faults, "to install")
    return f"{len(answers)} answers"


@check(standard="RFC 9110")
def missing_is_missing(look: Look) -> str:
    """A page that is not there answers 404, and its page leads on."""
    expect(look.missing.status == 404, f"status {look.missing.status} for a page that cannot be there")
    expect(not look.missing.cookies, "a cookie came with it")
    return "404"
