"""How often a visitor may try what costs the shop or guesses at it. Counted by what stands for the caller today."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from calla.kernel import limits
from calla.kernel.callers import caller
from calla.kernel.limits import Limit, TooMany

LOOKUPS = Limit("lookups", tries=10, seconds=600)


def pay(request: HttpRequest) -> None:
    """Raises TooMany. Each try at paying holds pieces and asks the payment service."""
    _refuse(Limit("pay", settings.PAYS_PER_MINUTE, 60), request)


def ask(request: HttpRequest) -> None:
    """Raises TooMany. Each question waits for a person, and its receipt goes to whatever address was typed."""
    _refuse(Limit("asks", settings.ASKS_PER_MINUTE, 60), request)


def new_bag(request: HttpRequest) -> None:
    """Raises TooMany. Each new bag is a row that stays for days."""
    _refuse(Limit("bags", settings.BAGS_PER_MINUTE, 60), request)


def slowed(response: HttpResponse, error: TooMany) -> HttpResponse:
    """This page, which keeps what was typed, as the answer to somebody who tries too often."""
    response.status_code = 429
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _refuse(limit: Limit, request: HttpRequest) -> None:
    if seconds := limits.wait((limit, caller(request))):
        raise TooMany(seconds)
