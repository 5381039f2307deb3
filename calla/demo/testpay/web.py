"""A request and its answer, as the two faces of the provider (API and pages) see them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from calla.demo.testpay.deliverer import Deliverer
from calla.demo.testpay.ledger import Ledger


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def form(self) -> dict[str, str]:
        """The fields of a posted form; more than a page of ours has are ignored."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)[:50])


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Desk:
    """What answering a request takes."""

    ledger: Ledger
    deliverer: Deliverer
    base_url: str
    key: str = field(repr=False)


def as_json(status: int, data: Any, *, kind: str = "application/json", headers: Mapping[str, str] = {}) -> Response:
    body = json.dumps(data, separators=(",", ":")).encode()
    return Response(status, body, {"Content-Type": f"{kind}; charset=utf-8", **headers})


def problem(
    status: int, code: str, detail: str, *, errors: Mapping[str, str] = {}, headers: Mapping[str, str] = {}
) -> Response:
    """An error as RFC 9457 puts it; `code` is for programs and does not change."""
    data = {"type": "about:blank", "title": code.replace("_", " "), "status": status, "code": code, "detail": detail}
    told = {**data, "errors": errors} if errors else data
    return as_json(status, told, kind="application/problem+json", headers=headers)
