"""The processes of the web server: one that dies is replaced, and none outlives the server and holds its port."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil
import pytest

from calla.kernel.webserver.program import Served
from calla.serving import answers, free_port, is_free
from tests.support.waiting import until

HOST = "127.0.0.1"
WORKERS = 2


def served() -> Served:
    def application(environ: object, start_response: Callable[..., object]) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    return Served(application)


@pytest.fixture
def port() -> int:
    return free_port(HOST)


@pytest.fixture
def server(port: int) -> Iterator[psutil.Process]:
    command = [sys.executable, "-m", "calla.kernel.webserver", "--listen", f"{HOST}:{port}", "--workers", str(WORKERS)]
    rest = ["--threads", "1", "--patience", "2", f"{__name__}:served"]
    with subprocess.Popen([*command, *rest], start_new_session=True) as process:
        try:
            until(lambda: answers(HOST, port) and len(psutil.Process(process.pid).children()) == WORKERS, seconds=30)
            yield psutil.Process(process.pid)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def test_one_that_dies_is_replaced(server: psutil.Process, port: int) -> None:
    before = {child.pid for child in server.children()}
    os.kill(min(before), signal.SIGKILL)
    until(lambda: len({child.pid for child in server.children()} - {min(before)}) == WORKERS)
    assert answers(HOST, port)


def test_none_outlives_the_server(server: psutil.Process, port: int) -> None:
    children = server.children()
    server.kill()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive and is_free(HOST, port)
