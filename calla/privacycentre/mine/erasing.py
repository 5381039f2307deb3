"""Having everything erased: first what would happen, then a yes, then the receipt. Nothing of it is stored."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from babel.dates import format_date
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from calla.kernel import links
from calla.kernel.errors import Missing
from calla.policy import enforces
from calla.privacy import erasure as engine
from calla.privacy import mail, receipts, versions
from calla.privacy.erasure import Part, Plan
from calla.privacy.errors import LetterRefused
from calla.privacy.fields import asks
from calla.privacy.registry import NOT_PERSONAL
from calla.privacy.types import Actor
from calla.privacycentre.mine import access
from calla.privacycentre.mine.pages import shut_page

NOT_SURE = "Tick the box first, if it is really meant."


class NotOffered(Missing):
    """The policy in force has no sentence for it."""

    def __init__(self) -> None:
        super().__init__("There is no such page.")


@enforces("rights.erasure")
@asks("rights", {"sure": NOT_PERSONAL})
@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: HttpRequest, token: str) -> HttpResponse:
    """Two steps: a box that starts empty, and a button."""
    if versions.current().get("rights.erasure") is None:
        raise NotOffered
    subjects = access.people(token)
    if request.method != "POST":
        return _preview(request, token, subjects)
    if request.POST.get("sure") != "yes":
        return _preview(request, token, subjects, NOT_SURE)
    return _erased(request, subjects)


class NoSuchSearch(Missing):
    def __init__(self) -> None:
        super().__init__("Nothing was searched for under this number.")


def searched(request: HttpRequest, number: UUID) -> HttpResponse:
    """What the search after an erasure has found, for whoever has the number of its receipt. It names nobody."""
    found = engine.searched(number)
    if found is None:
        raise NoSuchSearch
    return shut_page(
        request, "searched", "What was left", number=str(number), left_over=found.left_over,
        contact=mail.own_address(),
        done=f"{found.done_at:%-d %B %Y, %H:%M} UTC" if found.done_at else "",
        found=[{"where": one.where, "count": one.count, "became": one.became} for one in found.found],
    )  # fmt: skip


def _preview(request: HttpRequest, token: str, subjects: tuple[UUID, ...], error: str = "") -> HttpResponse:
    policy, planned = versions.current(), engine.plan(subjects)
    return shut_page(
        request, "erasure", "Have it erased", status=422 if error else 200, error=error,
        planned=shown(planned) if planned else None, copies=bool(policy.get("rights.copy_as")),
        here=links.path("my_erasure", token=token), back=links.path("my_data", token=token),
    )  # fmt: skip


def _erased(request: HttpRequest, subjects: tuple[UUID, ...]) -> HttpResponse:
    last = _last_letter(subjects)
    done = engine.erase(subjects, by=Actor("customer"), last_letter=last)
    return shut_page(
        request, "erased", "It is erased", planned=shown(done.plan), keys=done.keys,
        forgotten=bool(subjects) and done.people == len(subjects), written=last is not None,
        search=links.path("my_search", number=str(done.number)) if engine.searched(done.number) else "",
        at_moment=f"{done.at:%-d %B %Y, %H:%M} UTC", receipt=receipts.written(engine.receipt_of(done)).decode(),
    )  # fmt: skip


def _last_letter(subjects: tuple[UUID, ...]) -> UUID | None:
    """It goes before the address does, so that none is kept for it; a mail server that is away holds nothing up."""
    for subject in subjects[-1:]:
        try:
            with transaction.atomic():
                letter = mail.send("erasure", subject=subject, about=uuid4())
        except LetterRefused:
            return None
        return letter.id if mail.at_once(letter) else None
    return None


def shown(planned: Plan) -> dict[str, Any]:
    """The columns in words, for pages and letters."""
    return {
        "gone": [_part(one) for one in planned.gone],
        "first": [_part(one) for one in planned.first],
        "kept": [
            {"title": _counted(one.count, one.what), "fields": ", ".join(one.fields), "law": one.law,
             "until": format_date(one.until, "d MMMM y", locale="en")}
            for one in planned.kept
        ],
        "anonymous": [what[0].upper() + what[1:] for what in planned.anonymous],
    }  # fmt: skip


def _part(one: Part) -> dict[str, str]:
    return {"title": _counted(one.count, one.what), "fields": ", ".join(one.fields)}


def _counted(count: int, what: str) -> str:
    first, _, rest = what.partition(" of ")
    several = f"{first}s of {rest}s" if rest else f"{first}s"
    return f"1 {what}" if count == 1 else f"{count} {several.replace(' of a ', ' of ')}"
