"""A program that says what it was told, the web server around it, and connections to that as bytes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
import uvicorn

from calla.kernel.webserver import program
from calla.kernel.webserver.program import InThreads, Served
from calla.kernel.webserver.protocol import AtOnce

HOST = "127.0.0.1"
READY = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n", b"ready"
THREADS = 2
LARGE = 32 * 2**20  # more than lies between two sockets of one machine


class Pieces:
    """An answer that holds something open until it is closed."""

    is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        return iter([bytes(2**20)] * (LARGE >> 20))

    def close(self) -> None:
        self.is_closed = True


class Shop:
    """A program that says what it was told; `asked` are the environs, with their bodies in place of the streams."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.offered: list[str] = []
        self.quick: list[dict[str, Any]] = []
        self.pieces = Pieces()
        self.may_go = threading.Event()
        self.may_go.set()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.asked.append({**environ, "wsgi.input": environ["wsgi.input"].read()})
        if environ["PATH_INFO"] == "/slow":
            assert self.may_go.wait(20)
        start_response("200 OK", [("Content-Type", "text/plain")])
        if environ["PATH_INFO"] == "/picture":
            return self.pieces
        return [b"made ", environ["PATH_INFO"].encode("latin-1")]

    def at_hand(self, environ: dict[str, Any]) -> program.Ready | None:
        self.offered.append(environ["PATH_INFO"])
        if environ["PATH_INFO"] == "/broken":
            raise OSError
        if environ["PATH_INFO"] == "/list":
            return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n" % LARGE, bytes(LARGE)
        if environ["PATH_INFO"] != "/ready" or "CONTENT_LENGTH" in environ:
            return None
        self.quick.append(environ)
        return READY if environ["REQUEST_METHOD"] == "GET" else (READY[0], b"")


class Line:
    """One connection, as bytes."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=10)
        self.file = self.socket.makefile("rb")

    def send(self, text: str) -> None:
        self.socket.sendall(text.replace("\n", "\r\n").encode("latin-1"))

    def get(self, path: str, *headers: str, method: str = "GET") -> None:
        self.send("\n".join((f"{method} {path} HTTP/1.1", "Host: shop.example", *headers, "", "")))

    def answer(self, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
        status = int(self.file.readline().split()[1])
        headers: dict[str, str] = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode("latin-1").partition(": ")
            headers[name.lower()] = value
        body = b"" if method == "HEAD" else self.file.read(int(headers["content-length"]))
        return status, headers, body

    def is_closed(self) -> bool:
        try:
            return self.file.read(1) == b""
        except ConnectionResetError:
            return True


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def dial(shop: Shop) -> Iterator[Callable[[], Line]]:
    config = uvicorn.Config(
        InThreads(Served(shop, shop.at_hand), THREADS), http=AtOnce, loop="uvloop", lifespan="off", ws="none",
        interface="asgi3", proxy_headers=False, server_header=False, log_config=None, timeout_graceful_shutdown=1,
        timeout_keep_alive=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    listening = socket.create_server((HOST, 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    lines: list[Line] = []

    def call() -> Line:
        lines.append(Line(listening.getsockname()[1]))
        return lines[-1]

    try:
        yield call
    finally:
        shop.may_go.set()
        for line in lines:
            line.socket.close()
        server.should_exit = True
        thread.join(20)


@pytest.fixture
def line(dial: Callable[[], Line]) -> Line:
    return dial()
