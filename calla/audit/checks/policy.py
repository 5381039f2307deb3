"""The policy itself: found everywhere, the same for people and for programs, and with all its versions."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from calla.audit import published
from calla.audit.asking import Answer
from calla.audit.checking import Broken, check, expect, expect_none
from calla.audit.html import Element
from calla.audit.look import Look
from calla.audit.published import Published, Sentence

PAGE, HISTORY = "/privacy", "/privacy/history"
MOMENT_SECONDS = 2  # a stored page may be a second old


@check("policy_linked_everywhere")
def policy_on_every_page(look: Look) -> str:
    """Each page that was met, and so each form, leads to the policy."""
    lost = [page.path for page in look.shown if not _leads_to_policy(look, page)]
    expect_none(lost, "no link to the policy on")
    forms = sum(1 for page in look.shown for form in page.page.all("form") if any(form.controls()))
    return f"{len(look.shown)} pages with {forms} forms lead to {PAGE}"


def _leads_to_policy(look: Look, page: Answer) -> bool:
    paths = {
        urlsplit(look.site.whole(link.own.get("href", "x:"))).path
        for link in page.page.all("a") if look.site.owns(link.own.get("href", "x:"))
    }  # fmt: skip
    return PAGE in paths or page.path == PAGE


@check("policy_as_data")
def page_and_data_agree(look: Look) -> str:
    """The page and the data hold the same sentences in the same words.

    Figures in them are counted while we look, so what differs is looked at once more, a moment later.
    """
    differing = _differing(look, look.policy)
    if differing:
        time.sleep(MOMENT_SECONDS)
        differing &= _differing(look, published.read(look.get(published.ADDRESS)))
    expect_none(sorted(differing), "not the same on the page and in the data")
    return f"{len(look.policy.sentences)} sentences, word for word"


def _differing(look: Look, policy: Published) -> set[str]:
    said = {one.id: _plain(one.text) for one in policy.sentences}
    shown = {one.own["id"]: _sentence_of(one) for one in look.get(PAGE).page.all("div") if _is_sentence(one)}
    return {name for name in said.keys() | shown.keys() if said.get(name) != shown.get(name)}


def _is_sentence(one: Element) -> bool:
    return "id" in one.own and "sentence" in one.own.get("class", "").split()


def _sentence_of(one: Element) -> str:
    return _plain(next((part.text for part in one.all("p") if "said" in part.own.get("class", "").split()), ""))


def _plain(text: str) -> str:
    return " ".join(text.split())


@check("policy_as_data")
def page_prints_the_terms(look: Look) -> str:
    """Beside each sentence the page prints what it makes the program do, as the data says it, and all its lists."""
    page = look.get(PAGE).page
    faults = []
    for one in look.policy.sentences:
        place = page.with_id(one.id)
        text = place.text if place else ""
        lines = {item.text for item in place.all("li")} if place else set()
        faults += [
            f"{path} of {one.id}" for path, meaning in {**one.meaning, **one.claims}.items()
            if _plain(f"{meaning} {path}") not in lines
        ]  # fmt: skip
        faults += [f"{cell} in a list of {one.id}" for cell in _cells(one) if _plain(cell) not in text]
    expect_none(faults, "not on the page")
    return f"{sum(len(one.terms) + len(one.claims) for one in look.policy.sentences)} terms and claims"


def _cells(one: Sentence) -> Iterator[str]:
    for table in one.tables:
        yield from (cell for row in table["rows"] for cell in row)


@check("cookie_list_complete", "register_from_policy")
def lists_follow_the_terms(look: Look) -> str:
    """The lists in the policy show what its terms say: each cookie, each processor, each time to keep something."""
    tables = {table["name"]: table["rows"] for one in look.policy.sentences if one.binds for table in one.tables}
    terms, faults = look.policy.terms, []
    faults += _unequal("cookies", {row[0] for row in tables.get("table.cookies", ())}, set(look.policy.cookies), tables)
    companies = {value for path, value in terms.items() if re.fullmatch(r"processor\.\w+\.name", path)}
    faults += _unequal("processors", {row[0] for row in tables.get("table.processors", ())}, companies, tables)
    kept = sum(bool(re.fullmatch(r"purpose\.\w+\.keep|limit\.(?!all\b)\w+\.keep", path)) for path in terms)
    if "table.keep" in tables and len(tables["table.keep"]) != kept:
        faults.append(f"{len(tables['table.keep'])} times to keep in the list, {kept} in the terms")
    expect_none(faults, "lists and terms differ")
    return f"{len(tables)} lists"


def _unequal(what: str, shown: set[str], stated: set[str], tables: dict[str, object]) -> list[str]:
    return [f"{what}: {name}" for name in shown ^ stated] if f"table.{what}" in tables else []


@check("date_of_version")
def version_and_date_agree(look: Look) -> str:
    """Page, data and history name the same version, the same day and the same digest."""
    policy, page, history = look.policy, look.get(PAGE).page, look.get(HISTORY)
    said = next((part.text for part in page.all("p") if part.own.get("class") == "dateline"), "")
    year, _, day = policy.since.split("-")
    agree = {policy.version, year, str(int(day))} <= set(re.findall(r"\d+", said))
    expect(agree, f"data: version {policy.version}, {policy.since}; page: {said}")
    ours = [place for place in history.page.all("li") if _numbers(place) == [policy.version]]
    expect(ours, f"version {policy.version} is not in the history")
    digest = policy.digest.partition(":")[2]
    expect(digest and digest in ours[0].text, f"the history has another digest for version {policy.version}")
    expect({year, str(int(day))} <= set(re.findall(r"\d+", ours[0].text)), "the history has another day")
    return f"version {policy.version} since {policy.since}, {policy.digest[:17]}…"


def _numbers(place: Element) -> list[str]:
    links = (link.own.get("href", "") for link in place.all("a"))
    return [link.rpartition("/")[2] for link in links if link.partition("?")[0].startswith(f"{HISTORY}/")]


@check("versions_kept_and_compared", standard="Calla")
def old_versions_stay(look: Look) -> str:
    """Each version of the policy, from the first one on, can still be read."""
    history = look.get(HISTORY)
    listed = {number for place in history.page.all("li") for number in _numbers(place)}
    expect(listed, f"{HISTORY} lists no version")
    expected = {str(number) for number in range(1, max(int(number) for number in listed) + 1)}
    expect_none(sorted(expected - listed), "missing in the history")
    gone = [number for number in sorted(listed, key=int)[-20:] if look.get(f"{HISTORY}/{number}").status != 200]
    expect_none(gone, "cannot be read any more")
    return f"{len(listed)} versions"


@check("gpc_is_a_no", standard="W3C GPC")
def signal_is_announced(look: Look) -> str:
    """/.well-known/gpc.json says whether the signal is heeded, and says yes where the policy does."""
    answer = look.get("/.well-known/gpc.json")
    expect(answer.status == 200 and answer.kind == "application/json", f"status {answer.status}, {answer.kind}")
    try:
        said = json.loads(answer.text)
        promised = bool(look.policy.naming(("gpc_is_a_no",)))
        expect(said["gpc"] is promised, f"gpc.json says {said['gpc']}, the policy {promised}")
        expect(re.fullmatch(r"\d{4}-\d\d-\d\d", said["lastUpdate"]), "no day of the last update")
    except (ValueError, KeyError, TypeError):
        raise Broken("gpc.json cannot be read") from None
    return f"gpc is {said['gpc']}, since {said['lastUpdate']}"
