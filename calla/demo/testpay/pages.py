"""The hosted payment page: what the customer sees. No cookies, no scripts; the unguessable address is the authority."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from calla.demo.testpay import asked, cards, html, payment
from calla.demo.testpay.cards import Card, CardRefused
from calla.demo.testpay.ledger import NoSuchPayment
from calla.demo.testpay.modes import NOTICES
from calla.demo.testpay.payment import Change, Outcome, Payment, Refused, Status
from calla.demo.testpay.web import Desk, Request, Response

_CSS = (Path(__file__).parent / "pay.css").read_bytes()
_SAID = {
    Outcome.DECLINED: "The card was declined and nothing was charged. You may try another card, or go back.",
    Outcome.NOT_CONFIRMED: "The payment was not confirmed and nothing was charged. You may try again, or go back.",
}


def answer(desk: Desk, request: Request) -> Response:
    if request.path == "/assets/pay.css" and request.method == "GET":
        return Response(200, _CSS, {"Content-Type": "text/css; charset=utf-8", "Cache-Control": "max-age=300"})
    found = re.fullmatch(r"/pay/([A-Za-z0-9_-]+)(/confirm)?", request.path)
    if not found:
        return _shown(404, html.message_page("Nothing here", "There is no payment at this address."))
    handler = _HANDLERS.get((request.method, bool(found[2])))
    if handler is None:
        return _shown(405, html.message_page("Not like this", "Open this page from the shop."), Allow="GET, POST")
    try:
        return handler(desk, request, found[1])
    except NoSuchPayment:
        words = "There is no payment at this address. Go back to the shop and start again from there."
        return _shown(404, html.message_page("No such payment", words))
    except OSError:  # the journal could not be written
        words = "Nothing was charged, because we cannot write it down at the moment. Please try again in a minute."
        return _shown(503, html.message_page("Not now", words, link=request.path, link_text="Try again"))


def _card_page(desk: Desk, _request: Request, payment_id: str) -> Response:
    return _page_of(desk.ledger.get(payment_id))


def _use_card(desk: Desk, request: Request, payment_id: str) -> Response:
    form = request.form()
    try:
        card = cards.read(form, now=datetime.now(UTC))
    except CardRefused as refused:
        typed = {name: form.get(name, "") for name in ("number", "expiry")}
        return _page_of(desk.ledger.get(payment_id), typed=typed, errors=refused.errors, status=422)
    notice = form.get("notice", "")
    return _settle(desk, payment_id, lambda p, at: _with_card(p, card, notice, at))


def _with_card(before: Payment, card: Card, notice: str, at: str) -> Change:
    told = replace(before, notices=notice if notice in NOTICES else "")
    return payment.use_card(told, card, at=at)


def _confirm_page(desk: Desk, _request: Request, payment_id: str) -> Response:
    found = desk.ledger.get(payment_id)
    return _shown(200, html.confirm_page(found), found) if found.asks_again else _to(f"/pay/{payment_id}")


def _confirm(desk: Desk, request: Request, payment_id: str) -> Response:
    """Anything but a clear yes is a no."""
    agreed = request.form().get("decision") == "confirm"
    return _settle(desk, payment_id, lambda p, _at: payment.confirm(p, agreed=agreed))


def _settle(desk: Desk, payment_id: str, verb: Callable[[Payment, str], Change]) -> Response:
    """Make the move, then show where it led: on to the shop, to the second step, or back to the form."""
    try:
        settled = desk.ledger.change(payment_id, verb)
    except Refused:
        return _page_of(desk.ledger.get(payment_id), status=409)
    if settled.status is Status.AUTHORISED:
        return _to(settled.return_url)
    return _to(f"/pay/{payment_id}/confirm") if settled.asks_again else _page_of(settled, status=402)


def _page_of(
    shown: Payment, *, typed: Mapping[str, str] = {}, errors: Mapping[str, str] = {}, status: int = 200
) -> Response:
    if shown.status is not Status.OPEN:
        return _shown(status if status == 409 else 200, html.ended_page(shown), shown)
    said = _SAID.get(shown.attempts[-1].outcome, "") if shown.attempts else ""
    return _shown(status, html.card_page(shown, typed=typed, errors=errors, message=said), shown)


_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
_SELF = "'self'"
_POLICY = f"default-src 'none'; style-src {_SELF}; img-src data:; base-uri 'none'; frame-ancestors 'none'"


def _shown(status: int, page: str, of: Payment | None = None, **headers: str) -> Response:
    """The policy names the shop, because browsers hold a form's redirect to `form-action` as well."""
    shop = sorted({asked.origin(of.return_url), asked.origin(of.cancel_url)}) if of else []
    policy = f"{_POLICY}; form-action {' '.join([_SELF, *shop])}"
    return Response(status, page.encode(), {**_HEADERS, "Content-Security-Policy": policy, **headers})


def _to(address: str) -> Response:
    """The shop's address goes out as it came in: it names the order already, and nothing here could be proof."""
    return Response(303, b"", {**_HEADERS, "Location": address})


_HANDLERS: dict[tuple[str, bool], Callable[[Desk, Request, str], Response]] = {
    ("GET", False): _card_page,
    ("POST", False): _use_card,
    ("GET", True): _confirm_page,
    ("POST", True): _confirm,
}
