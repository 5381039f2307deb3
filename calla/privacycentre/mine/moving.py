"""Another e-mail address for all that is held: it counts once its reader has said yes, and the old one is told.

The link in the letter names both addresses and is stored nowhere. It asks for the old one, so that a stranger whose
address was typed by mistake can do nothing with it.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from contextvars import ContextVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from calla.kernel import limits, links
from calla.kernel.errors import ShopError, Unavailable
from calla.kernel.limits import Limit, TooMany
from calla.policy import enforces
from calla.policy.language import show_plain
from calla.privacy import correcting, index, mail, versions
from calla.privacy import services as privacy
from calla.privacy.types import Offer
from calla.privacycentre.mine import access, inputs
from calla.privacycentre.mine.pages import see_other, shut_page

LETTERS = Limit("new_address_letters", tries=3, seconds=3600)  # for the old address, and for the new one
TRIES = Limit("old_address_tries", tries=5, seconds=3600)
THE_SAME = "That is the address we have already."
NOT_TAKEN = "The mail server takes no letters for this address. Is it written as it should be?"
NOT_THE_OLD_ONE = "That is not the address we have written to so far."
asked: ContextVar[tuple[str, str] | None] = ContextVar("asked", default=None)  # old and new, while a letter is written


@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest, token: str) -> HttpResponse:
    """Which address it shall be. Nothing changes by this; a letter goes there."""
    old, people = access.address(token), access.people(token)
    if not _can_move(people):
        raise correcting.NothingSuch
    if request.method != "POST":
        return _asking(request, token, old)
    typed = inputs.read_line(_field("email", "New e-mail address"), request.POST)
    problem = typed.problems.get("email", "") or (THE_SAME if index.normal(typed.value) == old else "")
    if problem:
        return _asking(request, token, old, typed.value, problem, status=422)
    try:
        problem = "" if _ask(people, old, typed.value) else NOT_TAKEN
    except ShopError as refused:
        return _asking(request, token, old, typed.value, str(refused), status=_status(refused))
    if problem:
        return _asking(request, token, old, typed.value, problem, status=422)
    return see_other(f"{links.path('my_address', token=token)}?sent")


@require_http_methods(["GET", "HEAD", "POST"])
def new_address(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link in the letter. Looking changes nothing: mail programs look, too."""
    _old, new = access.addresses(token)
    if request.method != "POST":
        return _confirming(request, token, new)
    typed = inputs.read_line(_field("email", "The address until now"), request.POST).value
    if seconds := limits.wait((TRIES, token[-40:])):
        return _confirming(request, token, new, typed, str(TooMany(seconds)), status=429)
    people = confirmed(token, typed)
    if not people:
        return _confirming(request, token, new, typed, NOT_THE_OLD_ONE, status=422)
    move(people, new)
    return see_other(f"{links.path('my_data', token=access.make(new))}?moved")


@enforces("new_address_confirmed")
def confirmed(token: str, typed: str) -> tuple[UUID, ...]:
    """All who move by this link, for whoever reads the letter it came by and can say where we have written to so far;
    nobody for anybody else. Raises LinkOver."""
    old, _new = access.addresses(token)
    known = hmac.compare_digest(index.normal(typed).encode(), old.encode())
    return privacy.people_at(old) if known else ()


def move(people: Sequence[UUID], new: str) -> None:
    """Tell the old address, then let it go. Raises Unreachable where it cannot be told just now; one that no mail
    server knows any more cannot be told at all."""
    mail.now("address_moved", subject=_addressee(people))
    correcting.move(people, new)


def _ask(people: Sequence[UUID], old: str, new: str) -> bool:
    if seconds := limits.wait(*((LETTERS, index.of_email("new_address", one).hex()) for one in (old, new))):
        raise TooMany(seconds)
    token = asked.set((old, new))
    try:
        return mail.now("new_address", subject=_addressee(people))
    finally:
        asked.reset(token)


def _addressee(people: Sequence[UUID]) -> UUID:
    """One of them whose address can be read; letters about all go to that one."""
    return next((one for one in people if privacy.address_of(one, "rights")), people[0])


def _can_move(people: Sequence[UUID]) -> bool:
    return any(correcting.can_move(offer) for thing in correcting.of(people) for offer in thing.offers)


def _field(name: str, label: str) -> Offer:
    return Offer(name, correcting.EMAIL, label, "")


def _status(refused: ShopError) -> int:
    return 503 if isinstance(refused, Unavailable) else 429 if isinstance(refused, TooMany) else 409


def _asking(
    request: HttpRequest, token: str, old: str, new: str = "", error: str = "", *, status: int = 200
) -> HttpResponse:
    policy = versions.current()
    return shut_page(
        request, "address", "Where we write to you", status=status, old=old, new=new, error=error,
        sent="sent" in request.GET, life=show_plain(access.life(), policy.program, policy.language),
        here=links.path("my_address", token=token), back=links.path("my_corrections", token=token),
    )  # fmt: skip


def _confirming(
    request: HttpRequest, token: str, new: str, typed: str = "", error: str = "", *, status: int = 200
) -> HttpResponse:
    return shut_page(
        request, "new_address", "Is this your new address?", status=status, new=new, typed=typed, error=error,
        here=links.path("new_address", token=token),
    )  # fmt: skip
