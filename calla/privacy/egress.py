"""The one gate for HTTP that leaves the shop.

A request leaves for a step of a purpose ("orders.payment"), to the host that is set for that step, while an agreement
with a helper for that step is in force today. Nothing else can leave. No call lasts longer than it was given, however
slowly the other side speaks.
"""

from __future__ import annotations

import json as json_module
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpcore
from django.conf import settings

from calla.kernel import clock
from calla.policy import Process, decide, enforces
from calla.privacy import ledger, reading, versions
from calla.privacy.errors import AgreementLapsed, Unreachable
from calla.privacy.models import LedgerEntry, Subject
from calla.privacy.types import SYSTEM, Actor

LARGEST_ANSWER = 1 << 20
MOST_LETTERS, MOST_LETTERS_OF_A_NAME = 120, 60  # of the columns of the ledger
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_call = threading.local()


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
    sent = list(({"Content-Type": "application/json"} | dict(headers) if content is not None else headers).items())
    _call.ends = time.monotonic() + timeout
    try:
        waiting = {"timeout": {"pool": timeout}}
        with _pool.stream(method, url, headers=sent, content=content, extensions=waiting) as answer:
            return Answer(answer.status, _whole(answer.iter_stream()))
    except (*BROKEN, ValueError) as error:
        raise Unreachable(f"The service for “{step}” gave no answer ({type(error).__name__}).") from None


@enforces("processor.*")
def agreement(step: str) -> str:
    """The name of the helper whose agreement for `step` is in force today. Raises AgreementLapsed."""
    return helpers(step)[0]


def helpers(step: str) -> list[str]:
    """All that are under agreement for it, in the order of the policy."""
    today, signed = clock.today(), versions.current().rules().processors.values()
    named = [
        str(one["name"]) for one in signed
        if one["step"] == step and one["agreement.from"] <= today <= one["agreement.until"]
    ]  # fmt: skip
    if not named:
        raise AgreementLapsed(step)
    return named


def lapsed() -> list[str]:
    """The helpers whose agreement was in force and is over, so that they get nothing."""
    signed = versions.current().rules().processors.values()
    return [str(one["name"]) for one in signed if one["agreement.until"] < clock.today()]


def disclose(step: str, *, subject: UUID, to: str = "", by: Actor = SYSTEM) -> None:
    """Write into the ledger what of a person goes to the helper for `step`, and which sentences let it go.

    In the transaction that decides it. `to` names one of the helpers under agreement; without it, it is the first.
    Raises AgreementLapsed where none is, or not this one, and then nothing may go.
    """
    known = helpers(step)
    recipient = to or known[0]
    if recipient not in known:
        raise AgreementLapsed(step)
    person = reading.as_person(Subject.objects.get(pk=subject))
    allowed = decide(versions.binding(person), person, Process(step, clock.today())).or_refuse()
    what = f"{', '.join(sorted(allowed.fields)) or 'nothing personal'} ({', '.join(allowed.because)})"
    ledger.record(
        LedgerEntry.Kind.DISCLOSED, subject=subject, by=by, purpose=step, what=what[:MOST_LETTERS],
        recipient=recipient[:MOST_LETTERS_OF_A_NAME],
    )  # fmt: skip


def is_own(host: str) -> bool:
    """Is it this machine, or under the shop's own name? What runs anywhere else is a helper, and needs an agreement."""
    own = settings.PUBLIC_HOST.removeprefix("www.")
    return host in LOOPBACK or host == own or host.endswith(f".{own}")


def _allow(step: str, url: str) -> None:
    agreement(step)
    allowed = urlsplit(settings.EGRESS.get(step, ""))
    asked = urlsplit(url)
    if not allowed.hostname or (asked.scheme, asked.netloc) != (allowed.scheme, allowed.netloc):
        raise AgreementLapsed(step)
    if asked.scheme != "https" and asked.hostname not in LOOPBACK:
        raise Unreachable(f"The service for “{step}” is not reached over TLS: set an https address.")


BROKEN = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.UnsupportedProtocol)


def _whole(parts: Iterable[bytes]) -> bytes:
    body = b""
    for part in parts:
        body += part
        if len(body) > LARGEST_ANSWER:
            raise httpcore.ReadError("too long")
    return body


def _left() -> float:
    """What is left of the time this thread's call was given: a limit on each read alone would let it drip for ever."""
    left: float = _call.ends - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left


class _Stream(httpcore.NetworkStream):
    def __init__(self, plain: httpcore.NetworkStream) -> None:
        self._plain = plain

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._plain.read(max_bytes, _left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._plain.write(buffer, _left())

    def close(self) -> None:
        self._plain.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> _Stream:
        return _Stream(self._plain.start_tls(ssl_context, server_hostname, _left()))

    def get_extra_info(self, info: str) -> Any:
        return self._plain.get_extra_info(info)


class _Network(httpcore.NetworkBackend):
    _plain = httpcore.SyncBackend()

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *rest: Any, **options: Any) -> _Stream:
        return _Stream(self._plain.connect_tcp(host, port, _left(), *rest, **options))


_pool = httpcore.ConnectionPool(max_connections=20, network_backend=_Network())
