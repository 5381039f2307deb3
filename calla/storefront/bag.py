"""Whose bag is it? The address says so, or a form, or the cookie that only remembers which one is yours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from calla.kernel import tokens
from calla.policy import enforces
from calla.privacy import cookies
from calla.storefront.frame import Way

COOKIE, COUNT = "cart", "bag"


def remembered(request: HttpRequest) -> str:
    """The bag that this browser's cookie names, or an empty string."""
    token = cookies.read(request, COOKIE)
    return token if tokens.TOKEN.fullmatch(token) else ""


def named(request: HttpRequest) -> str:
    """The bag that a form or the address names, else the remembered one."""
    token = request.POST.get("cart", "") or request.GET.get("cart", "")
    return token if tokens.TOKEN.fullmatch(token) else remembered(request)


@enforces("buy_without_cookies", "each_cookie_can_be_declined")
def way(request: HttpRequest, token: str) -> Way:
    """How to write links so that this bag is not lost: where the cookie came back, it is enough."""
    return Way("" if token == remembered(request) else token)


def remember(response: HttpResponse, token: str, count: int) -> None:
    """Ask the browser to keep both; the gate may drop either, and everything works without."""
    cookies.put(response, COOKIE, token)
    cookies.put(response, COUNT, str(count))


def recount(request: HttpRequest, response: HttpResponse, count: int) -> None:
    """The number at the bag, where it is another than the browser has."""
    if cookies.read(request, COUNT) != str(count):
        cookies.put(response, COUNT, str(count))


def forget(response: HttpResponse) -> None:
    cookies.take(response, COOKIE)
    cookies.take(response, COUNT)
