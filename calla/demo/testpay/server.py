"""HTTP around the API and the pages, and the faults that can be switched on in front of the API."""

import socket
import sys
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from calla.demo.testpay import api, pages
from calla.demo.testpay.web import Desk, Request, Response, problem

MOST_BYTES = 64 * 1024
LONGEST_HANG = 120.0  # seconds; a caller without a time limit of its own is let go at last
_EVERYWHERE = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class Server(ThreadingHTTPServer):
    """Listens on loopback alone: what it plays with is no money, but its pages look as if it were."""

    daemon_threads = True
    request_queue_size = 256
    desk: Desk

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.base_url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A traceback could quote what was typed: only the kind of the error is told."""
        kind = sys.exc_info()[0]
        if kind is not None and not issubclass(kind, ConnectionError | TimeoutError):
            sys.stderr.write(f"testpay: a request failed: {kind.__name__}\n")


class _Refused(Exception):
    def __init__(self, response: Response) -> None:
        self.response = response


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "testpay"
    sys_version = ""
    timeout = 30
    disable_nagle_algorithm = True

    def _handle(self) -> None:
        try:
            request = self._read()
        except _Refused as refused:
            self.close_connection = True
            self._send(refused.response)
            return
        if request.path.startswith("/v1/"):
            self._send_through_faults(request)
        else:
            self._send(self._answer(request))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _handle

    def _read(self) -> Request:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            raise _Refused(problem(411, "length_required", "Send the body with its Content-Length."))
        if int(length) > MOST_BYTES:
            raise _Refused(problem(413, "too_large", f"At most {MOST_BYTES} bytes."))
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ConnectionError("the body ended early")
        parts = urlsplit("//testpay" + self.path if self.path.startswith("/") else self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        method = "GET" if self.command == "HEAD" else self.command
        return Request(method, parts.path, dict(parse_qsl(parts.query)), headers, body)

    def _answer(self, request: Request) -> Response:
        face = api.answer if request.path.startswith(("/v1/", "/control")) else pages.answer
        return face(self.server.desk, request)

    def _send_through_faults(self, request: Request) -> None:
        modes = self.server.desk.ledger.modes
        time.sleep(modes.api_latency_ms / 1000)
        if modes.api_fail == "hang":
            self._hang()
        elif modes.api_fail in _FAULTS:
            self._send(_FAULTS[modes.api_fail])
        elif modes.api_fail == "lose_answer":
            self._answer(request)
            self.close_connection = True
        else:
            self._send(self._answer(request))

    def _hang(self) -> None:
        """Until the caller leaves or the switch is moved; nothing is done for it either way."""
        self.close_connection = True
        until = time.monotonic() + LONGEST_HANG
        self.connection.settimeout(0.1)
        while time.monotonic() < until and self.server.desk.ledger.modes.api_fail == "hang":
            try:
                if not self.connection.recv(1, socket.MSG_PEEK):
                    return
                time.sleep(0.1)
            except TimeoutError:
                continue

    def _send(self, response: Response) -> None:
        headers: Mapping[str, str] = {**_EVERYWHERE, **response.headers, "Content-Length": str(len(response.body))}
        self.send_response(response.status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:
        """No log of requests: their addresses open payments."""


_FAULTS = {
    "500": problem(500, "broken", "The provider is told to fail."),
    "429": problem(429, "too_many", "The provider is told to be busy.", headers={"Retry-After": "1"}),
}
