"""“Was it us?”: whoever got a letter in our name types its code in, and learns if we wrote it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from calla.kernel import limits
from calla.kernel.callers import caller
from calla.kernel.limits import Limit, TooMany
from calla.policy import enforces
from calla.policy.language import show_plain
from calla.privacy import codes, promises, versions
from calla.privacy.card_numbers import masked
from calla.privacy.fields import asks
from calla.privacy.registry import NOT_PERSONAL
from calla.privacycentre import pages

TRIES = Limit("from-us", tries=20, seconds=600)
LONGEST = 40  # characters of what was typed that are looked at and shown again
EMPTY = "Type in the code: it stands at the end of each letter of ours."


@enforces("letters_carry_code")
@asks("contact", {"code": NOT_PERSONAL})
@require_http_methods(["GET", "HEAD", "POST"])
def from_us(request: HttpRequest) -> HttpResponse:
    """Tells the kind of letter and its day, so that a copied code shows; nothing of whom the letter went to."""
    if request.method != "POST":
        return _page(request)
    typed = masked(request.POST.get("code", "").replace("\0", "").strip())[:LONGEST]
    if seconds := limits.wait((TRIES, caller(request))):
        response = _page(request, typed=typed, error=str(TooMany(seconds)), status=429)
        response.headers["Retry-After"] = str(seconds)
        return response
    if not typed:
        return _page(request, error=EMPTY, status=422)
    return _page(request, typed=typed, answer=_answer(typed))


def _answer(typed: str) -> dict[str, Any]:
    written, policy = codes.ask(typed), versions.current()
    if written is None:
        return {"ours": False, "kept": _kept()}
    letter = policy.program.letters[written.kind]
    return {"ours": True, "kind": letter.phrase(policy.language), "day": f"{written.on:%-d %B %Y}"}


def _kept() -> str:
    """How long we know what we wrote, where a sentence in force says so."""
    policy = versions.current()
    keep = policy.get("purpose.contact.keep")
    return show_plain(keep, policy.program, policy.language) if keep else ""


def _page(request: HttpRequest, *, status: int = 200, error: str = "", **content: Any) -> HttpResponse:
    content = {"typed": "", "answer": None, "error": error, **content}
    said = promises.promises_at("was_it_us")
    title = f"{'Error: ' if error else ''}Was it us?"
    response = pages.page(request, "from_us", title, said=said, **content)
    response.status_code = status
    if request.method == "POST":
        response.headers["Cache-Control"] = "no-store"
    return response
