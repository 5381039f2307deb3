"""Requests at an even pace from one thread: a client that costs little beside what it measures."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

PAUSE = 50e-6  # between two looks, so that the core is not kept from the server


def ask(port: int, request: bytes, pace: float, seconds: float, *, lines: int) -> list[float]:
    """Milliseconds from the moment each request was due to the last byte of its answer, so that waiting for a free
    line counts as well. Every answer must be as long as the first. Raises ConnectionError when the server
    ends a line."""
    with _open(port, lines) as sockets:
        size = _length(next(iter(sockets.values())), request)
        free, due_at, missing = list(sockets), dict[int, float](), dict[int, int]()
        poll = select.epoll()
        for number in sockets:
            poll.register(number, select.EPOLLIN)
        took: list[float] = []
        sent, wanted, began = 0, int(pace * seconds), time.perf_counter()
        while len(took) < wanted:
            while free and sent < wanted and (due := began + sent / pace) <= time.perf_counter():
                number = free.pop()
                sockets[number].sendall(request)
                due_at[number], missing[number], sent = due, size, sent + 1
            for number, _ in (events := poll.poll(0)):
                if not (piece := sockets[number].recv(1 << 18)):
                    raise ConnectionError("The server ended a line: tell it to keep one for as many requests.")
                missing[number] -= len(piece)
                if not missing[number]:
                    took.append((time.perf_counter() - due_at[number]) * 1e3)
                    free.append(number)
            if not events:
                time.sleep(PAUSE)
    return sorted(took)


@contextmanager
def _open(port: int, lines: int) -> Iterator[dict[int, socket.socket]]:
    opened = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(lines)]
    try:
        for one in opened:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield {one.fileno(): one for one in opened}
    finally:
        for one in opened:
            one.close()


def _length(line: socket.socket, request: bytes) -> int:
    """Of the whole answer, head and body."""
    line.sendall(request)
    said = b""
    while b"\r\n\r\n" not in said:
        said += line.recv(1 << 18)
    head, _, body = said.partition(b"\r\n\r\n")
    lengths = [int(value) for name, _, value in (row.partition(b":") for row in head.lower().split(b"\r\n"))
               if name == b"content-length"]  # fmt: skip
    while len(body) < lengths[0]:
        body += line.recv(1 << 18)
    return len(head) + 4 + lengths[0]
