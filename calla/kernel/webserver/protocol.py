"""HTTP as uvicorn speaks it, an answer at once for what is at hand, and an end for those who never finish asking, or
never read."""

from __future__ import annotations

import sys
from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from calla.kernel.webserver.program import Ready, add_header, variable

HEAD_SECONDS = 30  # for a request line and its headers, from the first byte of the connection or of the request
READING_SECONDS = 30  # who takes nothing of an answer for so long has left it lying in our memory
MOST_HEAD = 64 * 1024
MOST_AHEAD = 100  # requests of one connection that wait for the answer to one before
LOOKING = frozenset({b"GET", b"HEAD"})
# What may decide about an answer that is at hand. The names are WSGI's, so that one reader serves both ways.
NAMES = ("host", "cookie", "accept-encoding", "if-none-match", "x-forwarded-proto", "transfer-encoding")
ASKED = {b"content-length": "CONTENT_LENGTH"} | {name.encode(): variable(name) for name in NAMES}


class AtOnce(HttpToolsProtocol):
    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._at_hand = self.config.loaded_app.at_hand
        self._is_answered = self._in_head = False
        self._taken = 0  # bytes of a head that came in pieces
        self._head_timer: TimerHandle | None = None
        self._reading_timer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_here()
        if self._reading_timer is not None:
            self._reading_timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:
            self._taken += len(data)
            if self._taken > MOST_HEAD:
                self.transport.abort()
            elif self._head_timer is None:
                self._wait_for_head()

    def _wait_for_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _head_is_here(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._unset_keepalive_if_required()  # of an answer before this, when both were asked for in one piece
        self._in_head, self._is_answered = True, False

    def on_headers_complete(self) -> None:
        self._in_head, self._taken = False, 0
        self._head_is_here()
        ready = self._ready()
        if ready is None:
            super().on_headers_complete()
            if len(self.pipeline) > MOST_AHEAD:  # each answer lets more be read than it makes room for
                self.transport.abort()
        else:
            self._is_answered = True
            self._write(*ready)

    def _ready(self) -> Ready | None:
        """The answer, if it is at hand and it is this request's turn: others may be waiting on the same connection."""
        method = self.parser.get_method()
        is_next = self.cycle is None or self.cycle.response_complete
        if method not in LOOKING or not is_next or self.flow.write_paused or not self.parser.should_keep_alive():
            return None
        path, _, query = self.url.partition(b"?")
        if not path.startswith(b"/") or b"%" in path or b"#" in self.url or not self.url.isascii():
            return None
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method.decode(), "PATH_INFO": path.decode(), "QUERY_STRING": query.decode(),
            "REMOTE_ADDR": self.client[0] if self.client else "", "wsgi.url_scheme": self.scheme,
        }  # fmt: skip
        for name, value in self.headers:
            if name in ASKED:
                add_header(environ, ASKED[name], value)
        try:
            ready: Ready | None = self._at_hand(environ)
        except Exception:  # whatever ails, the program itself says so best
            return None
        return ready

    def _write(self, head: bytes, body: bytes) -> None:
        said = [b"%b: %b\r\n" % header for header in self.server_state.default_headers]
        self.transport.write(b"".join((head, *said, b"\r\n", body)))
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)
        self._see_it_read()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._see_it_read()

    def _see_it_read(self) -> None:
        if self._reading_timer is None:
            self._look_again(sys.maxsize)

    def _look_again(self, unread: int) -> None:
        self._reading_timer = self.loop.call_later(READING_SECONDS, self._is_read, unread)

    def _is_read(self, before: int) -> None:
        """Nothing is answered at hand while much lies unread, so what is left shrinks where anything is read."""
        self._reading_timer, unread = None, self.transport.get_write_buffer_size()
        if unread >= before:
            self.transport.abort()
        elif unread:
            self._look_again(unread)

    def on_body(self, body: bytes) -> None:
        if not self._is_answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._is_answered:
            super().on_message_complete()
