"""The merchant's API: what the shop's server calls."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from calla.demo.testpay import asked, payment, stamps
from calla.demo.testpay.asked import Invalid
from calla.demo.testpay.ledger import Claim, NoSuchPayment, Verb
from calla.demo.testpay.modes import ModeRefused
from calla.demo.testpay.payment import Payment, Refused
from calla.demo.testpay.web import Desk, Request, Response, as_json, problem

PAGE = 100
Handler = Callable[..., Response]

_NEW_PAYMENT: dict[str, Callable[[Any], str]] = {
    "amount_minor": asked.amount,
    "currency": asked.currency,
    "reference": asked.text(200),
    "description": asked.text(500),
    "return_url": asked.address,
    "cancel_url": asked.address,
    "expires_at": asked.moment,
    "customer": asked.fields_of_a_person,
}


def answer(desk: Desk, request: Request) -> Response:
    if not _may(desk, request):
        return problem(401, "unauthorised", "Send the key as a bearer token.", headers={"WWW-Authenticate": "Bearer"})
    for (method, pattern), handler in _ROUTES.items():
        found = re.fullmatch(pattern, request.path)
        if found and method == request.method:
            return _guarded(handler, desk, request, *found.groups())
    allowed = sorted(method for method, pattern in _ROUTES if re.fullmatch(pattern, request.path))
    if allowed:
        return problem(
            405, "no_such_method", f"Only {' and '.join(allowed)} here.", headers={"Allow": ", ".join(allowed)}
        )
    return problem(404, "not_found", "There is nothing at this address.")


def _may(desk: Desk, request: Request) -> bool:
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    return kind.lower() == "bearer" and hmac.compare_digest(key.strip().encode(), desk.key.encode())


def _guarded(handler: Handler, desk: Desk, request: Request, *names: str) -> Response:
    try:
        return handler(desk, request, *names)
    except Invalid as invalid:
        return problem(400, "invalid", str(invalid), errors=invalid.errors)
    except ModeRefused as refused:
        return problem(400, "invalid", "Some switches cannot stand so.", errors=refused.errors)
    except OSError:  # the journal could not be written, so nothing was done
        return problem(503, "no_memory", "The provider cannot write its journal.", headers={"Retry-After": "5"})
    except NoSuchPayment:
        return problem(404, "not_found", "There is no such payment.")
    except Refused as refused:
        return problem(409, refused.code, str(refused))


def _create(desk: Desk, request: Request) -> Response:
    data = asked.read_object(request.body)
    claim = _claim(desk, request)
    if earlier := desk.ledger.answered(claim):  # before the checks: what was in the future then may be past now
        return _show(desk, earlier, status=201)
    asked.check(data, _NEW_PAYMENT)
    made = desk.ledger.create(claim, lambda payment_id, at: _new_payment(payment_id, at, data))
    return _show(desk, made, status=201)


def _new_payment(payment_id: str, at: str, data: Mapping[str, Any]) -> Payment:
    """Of the customer the names of the fields are kept, so that a test can see what the shop passes on."""
    plain = {name: data[name] for name in _NEW_PAYMENT if name not in {"customer", "expires_at"}}
    told = tuple(sorted(name for name, value in (data.get("customer") or {}).items() if value))
    expires_at = stamps.parse(data["expires_at"])
    return Payment(id=payment_id, created_at=at, expires_at=expires_at, customer_fields=told, **plain)


def _get(desk: Desk, _request: Request, payment_id: str) -> Response:
    return _show(desk, desk.ledger.get(payment_id))


def _list(desk: Desk, request: Request) -> Response:
    """All that changed since then, a page at a time; without `since`, everything."""
    try:
        since = stamps.parse(request.query["since"]) if request.query.get("since") else ""
        after = int(request.query.get("cursor") or 0)
    except ValueError:
        raise Invalid("`since` is a time in ISO form with its offset, `cursor` comes from the page before.") from None
    found = desk.ledger.changed_since(since, after=after, limit=PAGE + 1)
    cursor = str(found[PAGE - 1].serial) if len(found) > PAGE else None
    return as_json(200, {"payments": [p.public(desk.base_url) for p in found[:PAGE]], "next_cursor": cursor})


def _capture(desk: Desk, request: Request, payment_id: str) -> Response:
    amount, after = _amount(request), desk.ledger.modes.dispute_after_ms
    return _change(desk, request, payment_id, lambda p, at: payment.capture(p, amount, at=at, dispute_after_ms=after))


def _refund(desk: Desk, request: Request, payment_id: str) -> Response:
    amount = _amount(request)
    return _change(desk, request, payment_id, lambda p, _at: payment.refund(p, amount))


def _void(desk: Desk, request: Request, payment_id: str) -> Response:
    asked.check(asked.read_object(request.body), {})
    return _change(desk, request, payment_id, lambda p, _at: payment.void(p))


def _expire(desk: Desk, request: Request, payment_id: str) -> Response:
    asked.check(asked.read_object(request.body), {})
    return _change(desk, request, payment_id, lambda p, _at: payment.expire(p))


def _change(desk: Desk, request: Request, payment_id: str, verb: Verb) -> Response:
    return _show(desk, desk.ledger.change(payment_id, verb, _claim(desk, request)))


def _amount(request: Request) -> int:
    data = asked.read_object(request.body)
    asked.check(data, {"amount_minor": asked.amount})
    return int(data["amount_minor"])


def _claim(desk: Desk, request: Request) -> Claim:
    """The fingerprint is keyed, because the body may hold what we must not keep."""
    key = request.headers.get("idempotency-key", "")
    if not re.fullmatch(r"[\x21-\x7e]{1,255}", key):
        raise Invalid("Send an Idempotency-Key header of 1 to 255 visible ASCII characters.")
    said = json.dumps([request.path, asked.read_object(request.body)], sort_keys=True)
    return Claim(key, hmac.new(desk.key.encode(), said.encode(), hashlib.sha256).hexdigest())


def _show(desk: Desk, shown: Payment, *, status: int = 200) -> Response:
    return as_json(status, shown.public(desk.base_url))


def _modes(desk: Desk, _request: Request) -> Response:
    return as_json(200, {**desk.ledger.modes.as_data(), "waiting": desk.ledger.waiting_notices()})


def _control(desk: Desk, request: Request) -> Response:
    desk.ledger.set_modes(asked.read_object(request.body))
    return _modes(desk, request)


def _flush(desk: Desk, _request: Request) -> Response:
    return as_json(200, desk.deliverer.flush())


def _everything(desk: Desk, _request: Request) -> Response:
    """The judge's view: no fault that is switched on stands between it and the payments."""
    return as_json(200, {"payments": [p.public(desk.base_url) for p in desk.ledger.all()]})


_ONE = r"/v1/payments/([A-Za-z0-9_-]+)"
_ROUTES: dict[tuple[str, str], Handler] = {
    ("POST", r"/v1/payments"): _create,
    ("GET", r"/v1/payments"): _list,
    ("GET", _ONE): _get,
    ("POST", _ONE + "/capture"): _capture,
    ("POST", _ONE + "/void"): _void,
    ("POST", _ONE + "/refund"): _refund,
    ("POST", _ONE + "/expire"): _expire,
    ("GET", r"/control"): _modes,
    ("POST", r"/control"): _control,
    ("POST", r"/control/flush"): _flush,
    ("GET", r"/control/payments"): _everything,
}
