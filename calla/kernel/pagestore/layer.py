"""The layer ahead of Django that answers stored pages, and stores those it has made.

A page that may be stored is made for nobody: the request that Django gets holds an address and nothing else, no cookie,
no header, no caller. So what is stored can hold nothing of a visitor, whatever a view does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from calla.kernel import callers
from calla.kernel.pagestore import addresses
from calla.kernel.pagestore.memory import Memory
from calla.kernel.pagestore.page import Head, Headers, Page
from calla.kernel.seen import Seen, watched

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

LOOKING = frozenset({"GET", "HEAD"})
KEPT_OUT = ("no-store", "private")
# All that Django is told besides address and query; nothing of it comes from the visitor.
OF_THE_SERVER = ("SCRIPT_NAME", "PATH_INFO", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL")
KINDS = ("text/", "application/json", "application/xml")


@dataclass
class Answer:
    """What Django said."""

    status: str = ""
    headers: Headers = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str:
        return ", ".join(value for known, value in self.headers if known.lower() == name)


class PageStore:
    """`variant` says which variant of the shop is in force now: a page stored under another is not this one. It may ask
    the database; `known` must not, and says None where it would have to."""

    def __init__(
        self, shop: WSGIApplication, memory: Memory, variant: Callable[[], str], known: Callable[[], str | None]
    ) -> None:
        self.shop, self.memory, self.variant, self.known = shop, memory, variant, known
        # Asked of the settings once: each question costs them as much as finding the page.
        self.session, self.https = settings.SESSION_COOKIE_NAME, settings.SECURE_SSL_REDIRECT
        names = tuple(settings.ALLOWED_HOSTS)
        self.is_ours = lru_cache(maxsize=64)(lambda host: validate_host(split_domain_port(host)[0], names))

    def at_hand(self, environ: WSGIEnvironment) -> tuple[bytes, bytes] | None:
        """Status and headers, and body, of a page that is stored; None for all else. It waits for nothing."""
        query = self._query(environ)
        variant = None if query is None else self.known()
        page = None if variant is None else self.memory.get((variant, _address(environ, query)))
        if page is None:
            return None
        head, body = _chosen(environ, page)
        return head.wire, body

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query = self._query(environ)
        return self.shop(environ, start_response) if query is None else self._answer(environ, start_response, query)

    def _query(self, environ: WSGIEnvironment) -> str | None:
        """The query of a page for everybody, as it is stored; None where the shop itself must answer."""
        known = addresses.parameters_of(environ["PATH_INFO"])
        if known is None or environ["REQUEST_METHOD"] not in LOOKING or _brings_something(environ):
            return None
        query: str | None = ""
        if environ.get("QUERY_STRING"):
            query, environ["QUERY_STRING"] = addresses.query_of(known, environ["QUERY_STRING"])
        return query if self.memory.is_current() and self._is_anybody(environ) else None

    def _is_anybody(self, environ: WSGIEnvironment) -> bool:
        """Nobody is signed in, the shop is called by its name, and by https where it has that."""
        if self.session in environ.get("HTTP_COOKIE", ""):
            return False
        return (not self.https or _is_secure(environ)) and self.is_ours(environ.get("HTTP_HOST", ""))

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse, query: str) -> Iterable[bytes]:
        try:
            variant = self.variant()
        except Exception:  # the database ails: the shop itself says so best
            return self.shop(environ, start_response)
        name = variant, _address(environ, query)
        page = self.memory.get(name)
        if page is None:
            mark = self.memory.mark()
            answer, seen = self._made(environ, query)
            if not (_may_be_kept(answer, seen) and len(name[1]) <= addresses.LONGEST):
                return _pass_on(environ, start_response, answer)
            page = Page.of(answer.body, answer.headers, seen.keys)
            if self.variant() == variant:
                self.memory.put(name, page, mark)
        head, body = _chosen(environ, page)
        start_response(head.status, head.headers)
        return [body] if body else []

    def _made(self, environ: WSGIEnvironment, query: str) -> tuple[Answer, Seen]:
        answer = Answer()

        def start(status: str, headers: Headers, *_: Any) -> Callable[[bytes], None]:
            answer.status, answer.headers = status, headers
            return lambda data: None

        with watched() as seen:
            parts = self.shop(_for_nobody(environ, query), start)
            try:
                answer.body = b"".join(parts)
            finally:
                close = getattr(parts, "close", None)
                if close:
                    close()
        return answer, seen


def _brings_something(environ: WSGIEnvironment) -> bool:
    """What is sent along is for the shop to read."""
    return "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ


def _is_secure(environ: WSGIEnvironment) -> bool:
    if environ["wsgi.url_scheme"] == "https":
        return True
    return environ.get("HTTP_X_FORWARDED_PROTO") == "https" and callers.trusted(environ.get("REMOTE_ADDR", ""))


def _for_nobody(environ: WSGIEnvironment, query: str) -> WSGIEnvironment:
    public = urlsplit(settings.PUBLIC_URL)
    kept = {name: value for name, value in environ.items() if name in OF_THE_SERVER or name.startswith("wsgi.")}
    return kept | {
        "REQUEST_METHOD": "GET", "QUERY_STRING": query, "HTTP_HOST": public.netloc, "REMOTE_ADDR": "",
        "wsgi.url_scheme": public.scheme, "wsgi.input": BytesIO(),
    }  # fmt: skip


def _may_be_kept(answer: Answer, seen: Seen) -> bool:
    """A whole page, made without looking at a session, which says what it shows."""
    return (
        answer.status.startswith("200")
        and bool(seen.keys) and not seen.declined
        and answer.header("content-type").startswith(KINDS)
        and not any(word in answer.header("cache-control") for word in KEPT_OUT)
        and not answer.header("vary") and not any(name.lower().startswith("set-") for name, _ in answer.headers)
    )  # fmt: skip


def _address(environ: WSGIEnvironment, query: str | None) -> str:
    path: str = environ["PATH_INFO"]
    return f"{path}?{query}" if query else path


def _chosen(environ: WSGIEnvironment, page: Page) -> tuple[Head, bytes]:
    form = page.form(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if form.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        return form.short, b""
    return form.whole, form.body if environ["REQUEST_METHOD"] == "GET" else b""


def _pass_on(environ: WSGIEnvironment, start_response: StartResponse, answer: Answer) -> Iterable[bytes]:
    start_response(answer.status, answer.headers)
    return [answer.body] if environ["REQUEST_METHOD"] == "GET" else []
