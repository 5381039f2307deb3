"""The page behind the link, and the copies to take along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from calla.kernel import clock, links
from calla.kernel.errors import Missing
from calla.policy import enforces
from calla.privacy import correcting, selectors, versions
from calla.privacy import services as privacy
from calla.privacycentre.mine import access, copies
from calla.privacycentre.mine import report as reports
from calla.privacycentre.mine.pages import see_other, shut_page


class NoSuchCopy(Missing):
    """The policy promises no copy of that form."""

    def __init__(self) -> None:
        super().__init__("There is no copy of that form.")


@enforces("rights.copy_as")
@require_safe
def mine(request: HttpRequest, token: str) -> HttpResponse:
    people = access.people(token)
    report = copies.shown(reports.of(people))
    return shut_page(
        request, "mine", "What we hold about you", report=report, counts=_counts(report), copies=_copies(token),
        uses=_uses(people, report) if people else [], stop=links.path("my_uses", token=token),
        corrections=links.path("my_corrections", token=token) if correcting.allowed() else "",
        moved="moved" in request.GET,
        erasure=links.path("my_erasure", token=token) if versions.current().get("rights.erasure") else "",
    )  # fmt: skip


def _counts(report: dict[str, Any]) -> dict[str, int]:
    values = sum(1 for _ in reports.every_value(report))
    return {"values": values} | {name: len(report[name]) for name in ("read_by", "received_by", "letters")}


def _copies(token: str) -> list[dict[str, str]]:
    policy = versions.current()
    words = policy.program.words_of("copy format")
    offered = policy.get("rights.copy_as", ())
    return [
        {"label": words[form].phrase(), "href": links.path("my_copy", token=token, form=form)}
        for form in copies.FORMS if form in offered
    ]  # fmt: skip


@require_POST
def uses(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a use, or let it go on: each is one press of a button."""
    people = access.people(token)
    change = {"pause": privacy.pause, "object": privacy.object_to}.get(request.POST.get("how", ""))
    if change and people:
        change(people, request.POST.get("use", ""), on=request.POST.get("on") == "yes")
    return see_other(f"{links.path('my_data', token=token)}#uses")


def _uses(people: Sequence[UUID], report: dict[str, Any]) -> list[dict[str, Any]]:
    """What each of the things is used for, and what else people may refuse."""
    policy = versions.current()
    pausable, refusable = privacy.can_be_paused(policy), privacy.can_be_refused(policy)
    stopped = selectors.stopped(people)
    names = ({thing["purpose"] for thing in report["things"]} | refusable) & (pausable | refusable)
    return [
        {
            "name": name, "label": policy.program.purposes[name].phrase(policy.language),
            "pausable": name in pausable, "paused": name in stopped["paused"],
            "refusable": name in refusable, "refused": name in stopped["objected"],
        }
        for name in sorted(names)
    ]  # fmt: skip


@require_safe
def copy(request: HttpRequest, token: str, form: str) -> HttpResponse:
    if form not in copies.FORMS or form not in versions.current().get("rights.copy_as", ()):
        raise NoSuchCopy
    body, content_type = copies.made(form, reports.of(access.people(token)))
    response = HttpResponse(body, content_type=content_type)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Disposition"] = f'attachment; filename="my-data-{clock.today()}.{form}"'
    return response
