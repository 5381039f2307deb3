"""A service outside the shop: answers real HTTP on loopback, as well or as badly as a test wants it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

HOST = "127.0.0.1"
Speak = Callable[[socket.socket], None]


@dataclass
class Outside:
    """`heard` holds the head of each request that arrived."""

    url: str
    heard: list[bytes] = field(default_factory=list)


def saying(answer: bytes) -> Speak:
    return lambda line: line.sendall(answer)


def dripping(answer: bytes, seconds: float) -> Speak:
    """One byte at a time, for as long as somebody listens."""

    def speak(line: socket.socket) -> None:
        pause = threading.Event()
        for at in range(len(answer)):
            line.sendall(answer[at : at + 1])
            pause.wait(seconds)

    return speak


@contextmanager
def outside(speak: Speak) -> Iterator[Outside]:
    with socket.create_server((HOST, 0)) as server:
        service = Outside(f"http://{HOST}:{server.getsockname()[1]}")

        def serve() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                with line, suppress(OSError):
                    service.heard.append(_request(line))
                    speak(line)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield service
        finally:
            server.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def _request(line: socket.socket) -> bytes:
    """Head and body, as long as the head says the body is."""
    heard = b""
    while b"\r\n\r\n" not in heard and (more := line.recv(65536)):
        heard += more
    head, _, body = heard.partition(b"\r\n\r\n")
    length = next((int(row[15:]) for row in head.split(b"\r\n") if row.lower().startswith(b"content-length:")), 0)
    while len(body) < length and (more := line.recv(65536)):
        body += more
    return head + b"\r\n\r\n" + body
