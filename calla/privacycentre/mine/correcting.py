"""Correcting what is held: all that can be corrected, until when or why not any more, and a form for each value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calla.kernel import links
from calla.privacy import correcting as engine
from calla.privacy import registry, versions
from calla.privacy.correcting import Correctable, Handed
from calla.privacy.errors import CorrectionRefused
from calla.privacy.types import Offer
from calla.privacycentre.mine import access, inputs
from calla.privacycentre.mine import report as reports
from calla.privacycentre.mine.inputs import Typed
from calla.privacycentre.mine.pages import see_other, shut_page


@require_safe
def corrections(request: HttpRequest, token: str) -> HttpResponse:
    """Everything, thing by thing; the e-mail address once, since it is the same for all of them."""
    email, people = access.address(token), access.people(token)
    if not engine.allowed():
        raise engine.NothingSuch
    things, handed = engine.of(people), engine.handed(people)
    moves = any(engine.can_move(offer) for thing in things for offer in thing.offers)
    return shut_page(
        request, "corrections", "Correct something", things=[_thing(token, one, handed) for one in things],
        email=email, move=links.path("my_address", token=token) if moves else "", done="done" in request.GET,
        back=links.path("my_data", token=token), contact=contact(),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, token: str, thing: UUID, part: str) -> HttpResponse:
    people = access.people(token)
    found, offer = engine.one(people, thing, part)
    if offer.category == engine.EMAIL:
        return see_other(links.path("my_address", token=token))
    if request.method != "POST":
        return _form(request, token, people, found, offer, inputs.present(offer))
    typed = inputs.read(offer, request.POST)
    if typed.problems and not offer.shut:
        return _form(request, token, people, found, offer, typed, status=422)
    try:
        engine.correct(people, thing, part, typed.value)
    except CorrectionRefused as refused:
        found, offer = engine.one(people, thing, part)
        return _form(request, token, people, found, offer, typed, notice=str(refused), status=409)
    return see_other(f"{links.path('my_corrections', token=token)}?done#thing-{thing}")


@require_POST
def country(request: HttpRequest, token: str, thing: UUID, part: str) -> HttpResponse:
    """Another country: the same form with its fields. Nothing is stored or checked."""
    people = access.people(token)
    found, offer = engine.one(people, thing, part)
    return _form(request, token, people, found, offer, inputs.read(offer, request.POST, examined=False))


def _form(
    request: HttpRequest, token: str, people: Sequence[UUID], thing: Correctable, offer: Offer, typed: Typed, *,
    notice: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    here = links.path("my_correction", token=token, thing=str(thing.id), part=offer.name)
    return shut_page(
        request, "correction", f"{offer.label}: {thing.title}", status=status, errors=typed.errors, notice=notice,
        thing=thing.title, offer=_offer(token, thing, offer, engine.handed(people)), fields=typed.fields,
        which=typed.which, group=typed.group, here=here, refresh=f"{here}/country", contact=contact(),
        back=f"{links.path('my_corrections', token=token)}#thing-{thing.id}",
    )  # fmt: skip


def _thing(token: str, thing: Correctable, handed: Sequence[Handed]) -> dict[str, Any]:
    """Without the e-mail address, unless it is one that cannot move with the others."""
    offers = [one for one in thing.offers if not engine.can_move(one)]
    return {
        "id": thing.id, "title": thing.title,
        "offers": [_offer(token, thing, offer, handed) for offer in offers],
    }  # fmt: skip


def _offer(token: str, thing: Correctable, offer: Offer, handed: Sequence[Handed]) -> dict[str, Any]:
    had = [one for one in handed if (one.subject, one.category) == (thing.subject, offer.category)]
    return {
        "label": offer.label, "lines": registry.read_out(offer.value).split("\n"), "until": offer.until,
        "shut": offer.shut, "adds": offer.adds,
        "href": links.path("my_correction", token=token, thing=str(thing.id), part=offer.name),
        "had": [f"{one.recipient}, on {reports.day(one.at.date())}" for one in had],
    }  # fmt: skip


def contact() -> str:
    return links.path("contact") if versions.current().has("enquiries") else links.path("policy")
