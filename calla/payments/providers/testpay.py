"""The demo's test provider, seen from the shop."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from calla.kernel import clock
from calla.kernel.money import Money
from calla.payments.errors import NoticeRefused, ProviderDown, ProviderRefused
from calla.payments.providers import signature
from calla.payments.types import Notice, NoticeKind, PaymentRequest, Report, ReportedState, Started
from calla.privacy import egress
from calla.privacy.errors import AgreementLapsed, Unreachable

STEP = "orders.payment"
_AGAIN_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
_FAILURES = frozenset({"declined", "not_confirmed"})


@dataclass(frozen=True)
class TestPay:
    """`base_url` without a path; `webhook_secrets` are one, or two while one gives way to the next."""

    base_url: str
    key: str = field(repr=False)
    webhook_secrets: Sequence[str] = field(repr=False)
    name: str = "testpay"

    def __post_init__(self) -> None:
        """A secret that can check nothing stops the start, not the first notice. Raises ValueError."""
        for secret in self.webhook_secrets:
            signature.secret_bytes(secret)

    def start(self, request: PaymentRequest, *, key: str) -> Started:
        told = {
            "amount_minor": request.amount.minor,
            "currency": request.amount.currency,
            "reference": request.our_reference,
            "description": request.description,
            "return_url": request.return_url,
            "cancel_url": request.cancel_url,
            "expires_at": request.expires_at.astimezone(UTC).isoformat(),
            "customer": dict(request.customer),
        }
        made = self._ask("POST", "/v1/payments", told, key=key)
        with _understanding():
            return Started(str(made["id"]), str(made["pay_url"]))

    def look_up(self, reference: str) -> Report:
        return _report(self._ask("GET", _path(reference)))

    def capture(self, reference: str, amount: Money, *, key: str) -> Report:
        return self._change(reference, "capture", {"amount_minor": amount.minor}, key)

    def void(self, reference: str, *, key: str) -> Report:
        return self._change(reference, "void", {}, key)

    def refund(self, reference: str, amount: Money, *, key: str) -> Report:
        return self._change(reference, "refund", {"amount_minor": amount.minor}, key)

    def expire(self, reference: str, *, key: str) -> Report:
        return self._change(reference, "expire", {}, key)

    def since(self, at: datetime) -> Iterator[Report]:
        cursor: str | None = ""
        while cursor is not None:
            query = urlencode({"since": at.astimezone(UTC).isoformat(), "cursor": cursor})
            page = self._ask("GET", f"/v1/payments?{query}")
            with _understanding():
                cursor, found = page["next_cursor"], list(page["payments"])
            yield from map(_report, found)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        secrets = [signature.secret_bytes(secret) for secret in self.webhook_secrets]
        notice_id = signature.check(headers, body, secrets=secrets, now=clock.now())
        return _notice(notice_id, body)

    def _change(self, reference: str, verb: str, told: Mapping[str, int], key: str) -> Report:
        return _report(self._ask("POST", f"{_path(reference)}/{verb}", dict(told), key=key))

    def _ask(self, method: str, path: str, told: Mapping[str, Any] | None = None, *, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self.key}", **({"Idempotency-Key": key} if key else {})}
        try:
            answer = egress.call(STEP, method, self.base_url + path, json=told, headers=headers)
        except Unreachable as unreachable:
            raise ProviderDown(str(unreachable)) from None
        except AgreementLapsed as lapsed:
            raise ProviderRefused("agreement_lapsed", str(lapsed)) from None
        return _understood(answer)


def _path(reference: str) -> str:
    return f"/v1/payments/{quote(reference, safe='')}"


def _understood(answer: egress.Answer) -> Any:
    """The answer's JSON. What is neither done nor a plain no may have been done: ProviderDown."""
    refused = 400 <= answer.status < 500 and answer.status not in _AGAIN_LATER
    if not refused and not 200 <= answer.status < 300:
        raise ProviderDown(f"status {answer.status}")
    with _understanding():
        said = answer.json()
        if refused:
            raise ProviderRefused(str(said["code"]), str(said["detail"]))
        return said


def _report(said: Any) -> Report:
    with _understanding():
        currency = str(said["currency"])
        return Report(
            reference=str(said["id"]),
            our_reference=str(said["reference"]),
            state=ReportedState(said["status"]),
            amount=Money(int(said["amount_minor"]), currency),
            authorised=Money(int(said["authorised_minor"]), currency),
            captured=Money(int(said["captured_minor"]), currency),
            refunded=Money(int(said["refunded_minor"]), currency),
            failures=sum(attempt["outcome"] in _FAILURES for attempt in said["attempts"]),
            changed_at=datetime.fromisoformat(said["changed_at"]),
        )


@contextmanager
def _understanding() -> Iterator[None]:
    """Whoever answers something else than agreed is not the provider in working order."""
    try:
        yield
    except (KeyError, TypeError, ValueError):
        raise ProviderDown("an answer that makes no sense") from None


def _notice(notice_id: str, body: bytes) -> Notice:
    try:
        said = json.loads(body)
        kind = NoticeKind(said["type"]) if said["type"] in set(NoticeKind) else NoticeKind.OTHER
        reference = None if kind is NoticeKind.OTHER else str(said["data"]["payment"]["id"])
    except (KeyError, TypeError, ValueError):
        raise NoticeRefused("signed, but no notice") from None
    return Notice(notice_id, kind, reference)
