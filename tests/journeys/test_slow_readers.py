"""Whoever asks and then does not read keeps nobody else waiting."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack

import httpx
import pytest

from calla.serving import THREADS
from tests.support.live import HOST, LiveShop

pytestmark = pytest.mark.journey
READERS = 4 * THREADS  # twice as many as the threads of both web processes
MORE_THAN_BUFFERS = 16 * 2**20


def test_readers_who_do_not_read_hold_no_thread(shop: LiveShop) -> None:
    picture = shop.home / "media" / "large.png"
    picture.write_bytes(os.urandom(MORE_THAN_BUFFERS))
    with ExitStack() as readers:
        for _ in range(READERS):
            reader = readers.enter_context(socket.create_connection((HOST, shop.port), timeout=10))
            reader.sendall(b"GET /media/large.png HTTP/1.1\r\nHost: %s:%d\r\n\r\n" % (HOST.encode(), shop.port))
            assert reader.recv(12) == b"HTTP/1.1 200"
        for _ in range(READERS):
            assert httpx.get(shop.url, timeout=10).status_code == 200
    picture.unlink()
