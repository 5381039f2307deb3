"""A wire to the shop on which somebody changes what is asked and what is answered, as a shop that lies would."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from calla.audit.published import ADDRESS

OUTER = "https://shop.example"
HSTS = "max-age=31536000; includeSubDomains"
UNCHANGED = {"content-encoding", "content-length", "transfer-encoding", "date"}


@dataclass
class Said:
    """An answer that can be changed before it arrives."""

    request: httpx.Request
    status: int
    headers: list[tuple[str, str]]
    text: str

    @property
    def path(self) -> str:
        return self.request.url.path

    @property
    def is_page(self) -> bool:
        return any(name == "content-type" and value.startswith("text/html") for name, value in self.headers)

    def without(self, header: str) -> None:
        self.headers = [(name, value) for name, value in self.headers if name != header]

    def put(self, header: str, value: str) -> None:
        self.without(header)
        self.headers.append((header, value))

    def cookies(self, change: Callable[[str], str]) -> None:
        self.headers = [(name, change(value) if name == "set-cookie" else value) for name, value in self.headers]
        self.headers = [(name, value) for name, value in self.headers if (name, value) != ("set-cookie", "")]


Answering = Callable[[Said], None]
Asking = Callable[[httpx.Request], httpx.Request]


@dataclass
class Wire(httpx.BaseTransport):
    """Each of `answering` changes every answer, `asking` every question on its way to the shop."""

    answering: Iterable[Answering] = ()
    asking: Asking | None = None
    real: httpx.HTTPTransport = field(default_factory=httpx.HTTPTransport)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        sent = self.asking(request) if self.asking else request
        sent.headers["Accept-Encoding"] = "identity"
        response = self.real.handle_request(sent)
        response.read()
        headers = [(k.lower(), v) for k, v in response.headers.multi_items() if k.lower() not in UNCHANGED]
        said = Said(request, response.status_code, headers, response.text)
        for change in self.answering:
            change(said)
        return httpx.Response(said.status, headers=said.headers, text=said.text, request=request)

    def close(self) -> None:
        self.real.close()


@dataclass
class Secured(Wire):
    """The shop as it is behind a proxy that speaks https under a name of its own; plain http leads there.

    `outside` changes what leaves the proxy, `plain` what it says to plain http.
    """

    shop: str = ""
    outside: Iterable[Answering] = ()
    plain: Answering | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme == "http":
            said = Said(request, 301, [("location", f"{OUTER}/")], "")
            if self.plain:
                self.plain(said)
            return httpx.Response(said.status, headers=said.headers, text=said.text, request=request)
        headers = {name: _inside(value, self.shop) for name, value in request.headers.items() if name != "host"}
        address = self.shop + request.url.raw_path.decode()
        answer = super().handle_request(httpx.Request(request.method, address, headers=headers, content=request.read()))
        outer = [(name, self._outside(name, value)) for name, value in answer.headers.multi_items()]
        outer = [pair for pair in outer if pair[0] not in UNCHANGED]
        secure = [*outer, ("strict-transport-security", HSTS)]
        said = Said(request, answer.status_code, secure, self._outside("", answer.text))
        for change in self.outside:
            change(said)
        return httpx.Response(said.status, headers=said.headers, text=said.text, request=request)

    def _outside(self, name: str, value: str) -> str:
        value = value.replace(self.shop, OUTER).replace(self.shop.replace("/", "&#x2f;"), OUTER)
        return f"__Host-{value}; Secure" if name == "set-cookie" else value


def _inside(value: str, shop: str) -> str:
    return value.replace(OUTER, shop).replace("__Host-", "")


# --- words for what somebody changes ---


def replace(old: str, new: str, *, at: str = "") -> Answering:
    """In pages, or in what one address answers."""

    def change(said: Said) -> None:
        if (said.path == at) if at else said.is_page:
            said.text = re.sub(old, new, said.text, flags=re.DOTALL)

    return change


def added(html: str) -> Answering:
    return replace("</main>", f"{html}</main>")


def header(name: str, value: str | None, *, at: str = "") -> Answering:
    def change(said: Said) -> None:
        if not at or said.path.startswith(at):
            said.put(name, value) if value is not None else said.without(name)

    return change


def cookie(old: str, new: str) -> Answering:
    return lambda said: said.cookies(lambda line: re.sub(old, new, line))


def more_cookies(line: str, *, at: str = "") -> Answering:
    def change(said: Said) -> None:
        if said.path.startswith(at):
            said.headers.append(("set-cookie", line))

    return change


def status(code: int, *, at: str) -> Answering:
    def change(said: Said) -> None:
        if said.path.startswith(at):
            said.status = code

    return change


def page(html: str, *, at: str) -> Answering:
    """A page that the shop does not have yet."""

    def change(said: Said) -> None:
        if said.path == at:
            said.status, said.text = 200, f"<!doctype html><main>{html}<a href='/privacy'>x</a></main>"
            said.put("content-type", "text/html; charset=utf-8")

    return change


def policy(change: Callable[[dict[str, Any]], None]) -> Answering:
    """Something else in the published data."""

    def changed(said: Said) -> None:
        if said.path == ADDRESS:
            data = json.loads(said.text)
            change(data)
            said.text = json.dumps(data)

    return changed


def promising_everything(data: dict[str, Any]) -> None:
    """What is planned is in force, and each sentence has a fresh, good result."""
    for sentence in data["sentences"]:
        sentence["state"], sentence["binds"] = "in force", True
    results(data, ok=True, hours=0.1)


def results(data: dict[str, Any], *, ok: bool, hours: float) -> None:
    at = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
    for sentence in data["sentences"]:
        sentence["checks"] = [{"name": "a.check", "says": "We look.", "ok": ok, "at": at, "said": ""}]
