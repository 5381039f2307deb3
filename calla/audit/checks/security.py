"""What can be seen of the shop's security without attacking it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from calla.audit.asking import Answer, Browser, NoAnswer
from calla.audit.checking import check, expect, expect_none
from calla.audit.look import CHOICES, Look
from calla.audit.published import ADDRESS

YEAR = 31_536_000
EVERYWHERE = {
    "x-content-type-options": r"nosniff",
    "referrer-policy": r"no-referrer|same-origin|strict-origin|strict-origin-when-cross-origin",
    "content-security-policy": r"(?=.*\bobject-src 'none')(?=.*\bbase-uri 'none')(?=.*\bframe-ancestors 'none')"
    r"(?=.*\bdefault-src '(?:self|none)')(?!.*unsafe-)(?!.*\*)",
    "cross-origin-opener-policy": r"same-origin",
    "cross-origin-resource-policy": r"same-origin|same-site",
    "cross-origin-embedder-policy": r"require-corp|credentialless",
}
GUESSES = ("1", "1001", "A" * 43, "00000000-0000-0000-0000-000000000000")


@check("baseline_or_no_start", standard="ASVS 3.4, MDN Observatory")
def security_headers(look: Look) -> str:
    """Pages, files, data and errors all carry the headers that close them to framing, sniffing and foreign code."""
    kinds = [look.get("/"), look.missing, look.get(ADDRESS), look.visit.bag, *look.files[:2]]
    expect_none([fault for answer in kinds for fault in _weak(answer)], "weak or missing")
    return f"{len(EVERYWHERE)} headers on {len(kinds)} kinds of answers"


def _weak(answer: Answer) -> Iterator[str]:
    for name, wanted in EVERYWHERE.items():
        if not re.match(wanted, answer.headers.get(name, "")):
            yield f"{name} on {answer.path if '/cart/' not in answer.path else 'the bag'}"
    if answer.headers.get("access-control-allow-origin"):
        yield f"{answer.path} is open to other sites"


@check("personal_forms_need_tls", standard="ASVS 12.2")
def only_encrypted(look: Look) -> str:
    """Nothing travels in clear: https, kept to by the browser for a year, and no form leads out of it."""
    forms = [
        urljoin(page.url, form.own["action"]) for page in look.shown for form in page.page.all("form")
        if form.own.get("action")
    ]  # fmt: skip
    expect_none([place for place in forms if not look.site.owns(place)], "forms that lead away")
    if not look.site.https:
        return "this machine alone, so plain http"
    said = look.get("/").headers.get("strict-transport-security", "")
    age = re.search(r"max-age=(\d+)", said)
    expect(age and int(age[1]) >= YEAR and "includesubdomains" in said.lower(), f"HSTS is {said or 'missing'}")
    plain = look.site.base.replace("https:", "http:", 1)
    try:
        answer = look.site.ask("GET", f"{plain}/", {})
    except NoAnswer:
        return "https alone; plain http is not answered"
    expect(answer.redirects.startswith("https:"), f"plain http answers {answer.status}")
    return "https, and plain http leads there"


@check(standard="RFC 9116")
def security_txt(look: Look) -> str:
    """/.well-known/security.txt says whom to tell of a weakness, and is not out of date."""
    answer = look.get("/.well-known/security.txt")
    expect(answer.status == 200 and answer.kind == "text/plain", f"status {answer.status}, {answer.kind or 'no type'}")
    fields: dict[str, list[str]] = {}
    for line in answer.text.splitlines():
        name, _, value = line.partition(":")
        if value and not line.startswith("#"):
            fields.setdefault(name.strip().lower(), []).append(value.strip())
    contacts = fields.get("contact", [])
    expect(contacts and all(re.match(r"mailto:|https:|tel:", one) for one in contacts), "no Contact as an address")
    expect(len(fields.get("expires", [])) == 1, "not exactly one Expires")
    expect(len(fields.get("preferred-languages", [])) <= 1, "more than one Preferred-Languages")
    left = datetime.fromisoformat(fields["expires"][0]) - datetime.now(UTC)
    expect(timedelta(0) < left <= timedelta(days=366), f"it expires {fields['expires'][0]}")
    expect(all(look.site.owns(one) for one in fields.get("canonical", [])), "Canonical is another shop's")
    return f"{contacts[0]}, for {left.days} days more"


@check(standard="W3C change-password")
def change_password(look: Look) -> str:
    """/.well-known/change-password leads to where it is done, and an unknown neighbour is a real 404."""
    answer = look.site.ask("GET", look.site.whole("/.well-known/change-password"), {})
    expect(answer.status in {302, 303, 307} and look.site.owns(answer.redirects), f"status {answer.status}")
    unknown = look.get("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200")
    expect(unknown.status == 404, f"an unknown one answers {unknown.status}")
    return f"leads to {urlsplit(answer.redirects).path}"


@check(standard="ASVS 14.2")
def private_pages_are_not_kept(look: Look) -> str:
    """Bag, order form and answer about cookies tell every cache to keep nothing."""
    answers = {
        "bag": look.visit.bag, "order form": look.visit.checkout, "refused order": look.visit.refused,
        "choices": Browser(look.site).get(CHOICES),
    }  # fmt: skip
    kept = [name for name, answer in answers.items() if "no-store" not in answer.headers.get("cache-control", "")]
    expect_none(kept, "may be kept")
    return ", ".join(answers)


@check(standard="ASVS 8.2")
def orders_cannot_be_guessed(look: Look) -> str:
    """An order's page opens neither by counting nor by an address that belongs to something else."""
    token = look.visit.bag.path.rpartition("/")[2]
    opened = [f"/orders/{guess}" for guess in GUESSES if _opens(look, f"/orders/{guess}")]
    opened += ["/orders/ with the address of a bag"] if len(token) > 30 and _opens(look, f"/orders/{token}") else []
    expect_none(opened, "opens")
    return f"{len(GUESSES) + 1} guesses"


def _opens(look: Look, address: str) -> bool:
    answer = look.get(address)
    return answer.status < 400 and answer.path == address
