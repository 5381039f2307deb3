"""The one gate for HTTP that leaves the shop.

A request leaves for a step of a purpose ("orders.payment"), to the host that is set for that step, while an agreement
with a helper for that step is in force today. Nothing else can leave.
"""

from __future__ import annotations

import json as json_module
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from django.conf import settings

from calla.kernel import clock
from calla.policy import ANYBODY, Allowed, Process, decide, enforces
from calla.privacy import ledger, versions
from calla.privacy.errors import AgreementLapsed, Unreachable
from calla.privacy.models import LedgerEntry

_client = httpx.Client(follow_redirects=False, trust_env=False, limits=httpx.Limits(max_connections=20))


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        return json_module.loads(self.body)


@enforces("no_way_out_but_one")
def call(
    step: str, method: str, url: str, *, json: Any = None, headers: Mapping[str, str] = {}, timeout: float = 5.0,
) -> Answer:
    """Send one request. Raises AgreementLapsed, Unreachable; any HTTP status is an Answer."""
    _allow(step, url)
    content = json_module.dumps(json).encode() if json is not None else None
    sent = {"Content-Type": "application/json", **headers} if content is not None else dict(headers)
    try:
        answer = _client.request(method, url, content=content, headers=sent, timeout=timeout)
    except httpx.HTTPError as error:
        raise Unreachable(f"The service for “{step}” did not answer ({type(error).__name__}).") from None
    return Answer(answer.status_code, answer.content)


def agreement(step: str) -> str:
    """The name of the helper whose agreement for `step` is in force today. Raises AgreementLapsed."""
    policy = versions.current()
    if not isinstance(decide(policy, ANYBODY, Process(step, clock.today())), Allowed):
        raise AgreementLapsed(step)
    return next(str(helper["name"]) for helper in policy.rules().processors.values() if helper["step"] == step)


def disclose(step: str, *, subject: UUID, what: str) -> None:
    """Write into the ledger that fields of a person go to the helper for `step`: in the transaction that decides it."""
    ledger.record(
        LedgerEntry.Kind.DISCLOSED, subject=subject, purpose=step, what=what, recipient=agreement(step)
    )


def _allow(step: str, url: str) -> None:
    agreement(step)
    allowed = urlsplit(settings.EGRESS.get(step, ""))
    asked = urlsplit(url)
    if not allowed.hostname or (asked.scheme, asked.netloc) != (allowed.scheme, allowed.netloc):
        raise AgreementLapsed(step)
    if asked.scheme != "https" and asked.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise Unreachable(f"The service for “{step}” is not reached over TLS: set an https address.")
