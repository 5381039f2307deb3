"""What the web server serves, and how a program that waits is called from a loop that must not."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, HTTPScope

MOST_BODY = 40 * 2**20  # as the shipped nginx has it
MOST_IN_MEMORY = 2**20  # of one body; what is larger is a picture, and lies in a file without a name
SILENCE_SECONDS = 30
MOST_WAITING = 500  # for a thread; whoever comes then is told to come back
WITHOUT_PREFIX = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
NOT_PASSED_ON = frozenset({"content-length", "transfer-encoding"})  # a body is whole when the program gets it

Ready = tuple[bytes, bytes]  # all of an answer but its date: status and headers, each line ended; and the body


class Served(NamedTuple):
    """`at_hand` gets the little of a WSGI environ that `protocol.ASKED` names, never waits, and says None for all that
    it cannot answer at once."""

    application: WSGIApplication
    at_hand: Callable[[WSGIEnvironment], Ready | None] = lambda environ: None


class Answer(NamedTuple):
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def _plain(status: int, said: str, *headers: tuple[bytes, bytes]) -> Answer:
    kind = (b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")
    return Answer(status, [*kind, *headers, (b"connection", b"close")], said.encode())


TOO_LARGE = _plain(413, f"This is larger than the {MOST_BODY >> 20} MB that we take. Nothing was changed.\n")
TOO_SLOW = _plain(408, "The rest of this did not come in time. Nothing was changed. Please send it again.\n")
TOO_MANY = _plain(503, "We are very busy. Nothing was changed. Please try again in a moment.\n", (b"retry-after", b"5"))


class InThreads:
    """An ASGI application that calls a WSGI one in a few threads, each request with its whole body.

    A sender who is slow, or a reader, holds a connection here and never a thread.
    """

    def __init__(self, served: Served, threads: int) -> None:
        self.served, self.at_hand = served, served.at_hand
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._waiting = 0

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        with SpooledTemporaryFile(max_size=MOST_IN_MEMORY) as body:
            answer = await self._answer(scope, receive, body)
        if answer is None:
            return
        headers = answer.headers
        if answer.body and not any(name.lower() == b"content-length" for name, _ in headers):
            headers = [*headers, (b"content-length", str(len(answer.body)).encode())]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers, "trailers": False})
        await send({"type": "http.response.body", "body": answer.body, "more_body": False})

    async def _answer(self, scope: HTTPScope, receive: ASGIReceiveCallable, body: IO[bytes]) -> Answer | None:
        """None for somebody who has gone."""
        refused = await _take(scope, receive, body)
        if refused is not None:
            return refused if isinstance(refused, Answer) else None
        if self._waiting >= MOST_WAITING:
            return TOO_MANY
        environ = environ_of(scope, body)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, _call, self.served.application, environ
            )
        finally:
            self._waiting -= 1


class _Gone:
    """The connection ended before its request did."""


async def _take(scope: HTTPScope, receive: ASGIReceiveCallable, body: IO[bytes]) -> Answer | _Gone | None:
    """Read the whole body; None when it is there, else why not."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if int(said) > MOST_BODY:
        return TOO_LARGE
    more = True
    while more:
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                message = await receive()
        except TimeoutError:
            return TOO_SLOW
        if message["type"] != "http.request":
            return _Gone()
        more = message["more_body"]
        if body.tell() + len(message["body"]) > MOST_BODY:
            return TOO_LARGE
        body.write(message["body"])
    return None


def environ_of(scope: HTTPScope, body: IO[bytes]) -> WSGIEnvironment:
    """As PEP 3333 has it. A header whose name has an underscore is left out: it would pass for one with a hyphen."""
    server, client = scope["server"] or ("", None), scope["client"] or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"], "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"), "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0], "SERVER_PORT": str(server[1] or ""), "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0), "wsgi.url_scheme": scope["scheme"], "wsgi.input": body, "wsgi.errors": sys.stderr,
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
    brought = False
    for name, value in scope["headers"]:
        known = name.decode("latin-1")
        brought = brought or known in NOT_PASSED_ON
        if known not in NOT_PASSED_ON and "_" not in known:
            add_header(environ, WITHOUT_PREFIX.get(known) or variable(known), value)
    if brought:
        environ["CONTENT_LENGTH"] = str(body.tell())
        body.seek(0)
    return environ


def variable(header: str) -> str:
    return "HTTP_" + header.upper().replace("-", "_")


def add_header(environ: WSGIEnvironment, name: str, value: bytes) -> None:
    """One that is said more than once counts as one with all that was said."""
    text = value.decode("latin-1")
    if name in environ:
        text = environ[name] + ("; " if name == "HTTP_COOKIE" else ",") + text
    environ[name] = text


def _call(application: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    said: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        said.append((status, headers))
        return lambda piece: None

    pieces = application(environ, start)
    try:
        body = b"".join(pieces)
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
    status, headers = said[-1]
    return Answer(int(status[:3]), [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers], body)
