"""How the shop is asked: by one connection, within a bounded number of questions and a bounded time.

Cookies are kept by hand, since what a browser would quietly put right is what has to be seen.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cached_property
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpx

from calla.audit.html import Element, read

MOST_QUESTIONS = 600
LARGEST = 4_000_000  # bytes of an answer that are read
PATIENCE = 10.0  # seconds for one answer
LONGEST_WAIT = 60  # seconds that a shop may ask us to wait
PREFIX = "__Host-"
AGENT = "calla-audit (checks what the shop's policy promises)"
REDIRECTS = {301, 302, 303, 307, 308}
Fields = Sequence[tuple[str, str]]


class CannotRun(Exception):
    """The audit cannot be made at all; the message says why."""


class NoAnswer(Exception):
    """One question was not answered, or may not be asked any more."""


def base_of(url: str) -> str:
    """The address of a shop as scheme, host and port. Refuses what can be none."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme not in {"http", "https"} or not host or " " in host or parts.username is not None:
        raise CannotRun(f"{url} is not the address of a shop: write it like https://shop.example")
    if parts.scheme == "http" and not is_loopback(host):
        raise CannotRun(f"{url} would send the checks unencrypted: write https://, or use an address of this machine")
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}"


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Cookie:
    """A cookie as it arrived. `flags` holds its attributes by their names in small letters."""

    wired: str
    value: str
    flags: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.wired.removeprefix(PREFIX)

    @property
    def leaves(self) -> bool:
        """Whether it only takes back what the browser has."""
        return self.flags.get("max-age") == "0" or (
            "max-age" not in self.flags and _is_past(self.flags.get("expires", ""))
        )


def _is_past(date: str) -> bool:
    try:
        return parsedate_to_datetime(date).timestamp() < time.time()
    except ValueError:
        return False


def cookie_from(line: str) -> Cookie:
    pair, *rest = line.split(";")
    name, _, value = pair.strip().partition("=")
    flags = (one.strip().partition("=") for one in rest)
    return Cookie(name, value, {flag.lower(): said for flag, _, said in flags})


@dataclass(frozen=True)
class Answer:
    """What came back; a page is read once, when somebody looks at it."""

    asked: str
    url: str
    status: int
    headers: httpx.Headers
    text: str

    @property
    def path(self) -> str:
        return urlsplit(self.url).path or "/"

    @property
    def kind(self) -> str:
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()

    @property
    def is_page(self) -> bool:
        return self.kind == "text/html"

    @cached_property
    def page(self) -> Element:
        return read(self.text) if self.is_page else Element("page", {})

    @cached_property
    def cookies(self) -> list[Cookie]:
        return [cookie_from(line) for line in self.headers.get_list("set-cookie")]

    @property
    def redirects(self) -> str:
        """Where it sends the browser, as a whole address; empty where it does not."""
        place = self.headers.get("location", "") if self.status in REDIRECTS else ""
        return urljoin(self.url, place) if place else ""


@dataclass
class Site:
    """The shop, as far as this audit may ask it."""

    base: str
    seconds: float = 120.0
    transport: httpx.BaseTransport | None = None
    asked: int = 0

    def __post_init__(self) -> None:
        self._ends = time.monotonic() + self.seconds
        one = httpx.Limits(max_connections=1, max_keepalive_connections=1)
        jar = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
        transport = self.transport or httpx.HTTPTransport(limits=one)
        self._client = httpx.Client(transport=transport, cookies=jar, timeout=PATIENCE, headers={"User-Agent": AGENT})

    def close(self) -> None:
        self._client.close()

    @property
    def https(self) -> bool:
        return self.base.startswith("https:")

    def whole(self, address: str) -> str:
        return urljoin(f"{self.base}/", address)

    def owns(self, address: str) -> bool:
        """Whether an address, as a page writes it, leads to this shop."""
        parts, own = urlsplit(self.whole(address)), urlsplit(self.base)
        return (parts.scheme, parts.netloc) == (own.scheme, own.netloc)

    def ask(self, method: str, url: str, headers: Mapping[str, str], fields: Fields = ()) -> Answer:
        answer = self._ask(method, url, headers, fields)
        wait = answer.headers.get("retry-after", "")
        if answer.status == 429 and wait.isdecimal() and int(wait) <= min(LONGEST_WAIT, self._left):
            time.sleep(int(wait) + 1)
            answer = self._ask(method, url, headers, fields)
        return answer

    @property
    def _left(self) -> float:
        return self._ends - time.monotonic()

    def _ask(self, method: str, url: str, headers: Mapping[str, str], fields: Fields) -> Answer:
        if self.asked >= MOST_QUESTIONS or self._left <= 0:
            spent = f"{self.asked} questions" if self._left > 0 else f"{self.seconds:g} seconds"
            raise NoAnswer(f"the audit ended after {spent}; give it more with --timeout")
        self.asked += 1
        try:
            response, body = self._answered(method, url, headers, fields)
        except httpx.HTTPError as error:
            raise NoAnswer(f"{urlsplit(url).path or '/'} gave no answer ({type(error).__name__})") from None
        text = body.decode(response.encoding or "utf-8", "replace")
        return Answer(url, str(response.url), response.status_code, response.headers, text)

    def _answered(
        self, method: str, url: str, headers: Mapping[str, str], fields: Fields, again: bool = True
    ) -> tuple[httpx.Response, bytes]:
        """A server may end a connection that was kept open just when it is used again; then a new one is made, once
        (RFC 9112, 9.3.1)."""
        try:
            with self._client.stream(method, url, headers=dict(headers), data=_body(fields)) as response:
                return response, self._read(response)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            if not again:
                raise
        return self._answered(method, url, headers, fields, again=False)

    def _read(self, response: httpx.Response) -> bytes:
        body = b""
        for piece in response.iter_bytes():
            body += piece
            if len(body) > LARGEST or self._left <= 0:
                raise NoAnswer(f"{response.url.path} does not come to an end")
        return body


def _body(fields: Fields) -> dict[str, list[str]] | None:
    body: dict[str, list[str]] = {}
    for name, value in fields:
        body.setdefault(name, []).append(value)
    return body or None


@dataclass
class Browser:
    """Somebody who visits, with a jar of their own. Redirects are followed within the shop, never out of it."""

    site: Site
    keeps_cookies: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    jar: dict[str, str] = field(default_factory=dict)
    met: list[Cookie] = field(default_factory=list)

    def get(self, address: str) -> Answer:
        return self._go("GET", address, (), {"Sec-Fetch-Site": "same-origin"})

    def post(self, address: str, fields: Fields, *, origin: str = "", site: str = "same-origin") -> Answer:
        return self._go("POST", address, fields, {"Origin": origin or self.site.base, "Sec-Fetch-Site": site})

    def _go(self, method: str, address: str, fields: Fields, headers: Mapping[str, str]) -> Answer:
        asked = url = _without_fragment(self.site.whole(address))
        for _ in range(6):
            answer = self.site.ask(method, url, {**self.headers, **headers, **self._cookies()}, fields)
            self._keep(answer)
            url = _without_fragment(answer.redirects)
            if not url or not self.site.owns(url):
                return Answer(asked, answer.url, answer.status, answer.headers, answer.text)
            if answer.status not in {307, 308}:
                method, fields = "GET", ()
        raise NoAnswer(f"{asked} leads round in a circle")

    def _cookies(self) -> dict[str, str]:
        said = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        return {"Cookie": said} if said else {}

    def _keep(self, answer: Answer) -> None:
        self.met += answer.cookies
        for cookie in answer.cookies if self.keeps_cookies else ():
            if cookie.leaves:
                self.jar.pop(cookie.wired, None)
            else:
                self.jar[cookie.wired] = cookie.value

    def holds(self, name: str) -> bool:
        return name in self.jar or f"{PREFIX}{name}" in self.jar


def _without_fragment(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(fragment="")) if url else ""
