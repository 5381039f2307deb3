"""Asking for the link. Whoever asks learns nothing: known or not, the answer is the same and takes the same time."""

from __future__ import annotations

import time
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from calla.kernel import limits, links
from calla.kernel.callers import caller
from calla.kernel.errors import Missing
from calla.kernel.limits import Limit
from calla.policy.language import show_plain
from calla.privacy import index, mail, versions
from calla.privacy import services as privacy
from calla.privacy.card_numbers import masked
from calla.privacy.errors import LetterRefused
from calla.privacy.fields import asks
from calla.privacycentre.mine import access
from calla.privacycentre.mine.pages import RIGHTS, see_other, shut_page

LETTER = "own_data"
CALLER = Limit("own_data", tries=10, seconds=600)
ADDRESS = Limit("own_data_letters", tries=3, seconds=3600)  # nobody fills a mailbox that is not theirs
ANSWER_SECONDS = 0.3  # longer than anything done meanwhile
NO_ADDRESS = "That is no e-mail address. Write it like name@example.org."
TOO_MANY = "Too many tries. Please wait ten minutes and try again."


class NoSuchRight(Missing):
    """The policy in force has no sentence for it."""

    def __init__(self) -> None:
        super().__init__("There is no such page.")


@asks(RIGHTS, {"email": "email"}, optional=["email"])
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    if not versions.current().has(RIGHTS):
        raise NoSuchRight
    if request.method != "POST":
        return _page(request)
    email = masked(request.POST.get("email", "").strip())[:254]
    if not CALLER.allows(caller(request)):
        return _page(request, email, TOO_MANY, status=429)
    try:
        validate_email(email)
    except ValidationError:
        return _page(request, email, NO_ADDRESS, status=422)
    began = time.monotonic()
    send_link(email)
    time.sleep(max(0.0, ANSWER_SECONDS - (time.monotonic() - began)))
    return see_other(f"{links.path('mine')}?sent")


def send_link(email: str) -> bool:
    """Owe a letter with the link to whoever is known under this address; whether there is such a person."""
    if limits.wait((ADDRESS, index.of_email(LETTER, email).hex())):
        return False
    for subject in reversed(privacy.people_at(email)):
        if privacy.address_of(subject, RIGHTS):
            with transaction.atomic():
                return _owed(subject)
    return False


def _owed(subject: UUID) -> bool:
    try:
        mail.send(LETTER, subject=subject, about=uuid4())
    except LetterRefused:
        return False
    return True


def _page(request: HttpRequest, email: str = "", error: str = "", status: int = 200) -> HttpResponse:
    policy = versions.current()
    response = shut_page(
        request, "ask", "What we hold about you", status=status, email=email, error=error,
        sent="sent" in request.GET, life=show_plain(access.life(), policy.program, policy.language),
    )  # fmt: skip
    if status == 429:
        response.headers["Retry-After"] = "600"
    return response
