"""`calla demo` as a newcomer meets it: it comes, it goes, it comes back, whatever happened in between."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psycopg
import pytest

from calla.kernel import postgres
from calla.kernel.postgres import embedded, places
from calla.kernel.postgres.server import processes_in
from calla.serving import free_port

pytestmark = pytest.mark.journey
HOST = "127.0.0.1"


class Demo:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port(HOST)
        self.process: subprocess.Popen[str] | None = None

    def start(self, *words: str) -> str:
        """Start it and give back what it said until it was ready."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CALLA_", "DJANGO_"))}
        place = ["--home", str(self.home), "--port", str(self.port)]
        command = [sys.executable, "-m", "calla.cli", "demo", *place, *words]
        self.process = subprocess.Popen(
            command, env=kept, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        assert self.process.stdout
        said = ""
        for line in self.process.stdout:
            said += line
            if "Ctrl-C stops everything" in line:
                return said
        raise AssertionError(f"It ended before it was ready:\n{said}")

    def processes(self) -> set[int]:
        """Everything that belongs to it: named by its home, or standing in its database."""
        found = set(processes_in(places.of(self.home).data))
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdecimal() and f"CALLA_HOME={self.home}\0".encode() in (entry / "environ").read_bytes():
                    found.add(int(entry.name))
            except OSError:
                continue
        return found

    def interrupt(self) -> str:
        """Press Ctrl-C and give back what it said since it was ready."""
        assert self.process
        self.process.send_signal(signal.SIGINT)
        said, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, said
        return said

    def kill_everything(self) -> None:
        assert self.process
        for pid in self.processes() | {self.process.pid}:
            with suppress(ProcessLookupError):  # some follow their parent before it is their turn
                os.kill(pid, signal.SIGKILL)
        self.process.communicate(timeout=60)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(f"http://{HOST}:{self.port}{path}", headers=headers, timeout=30)

    def products(self) -> int:
        with embedded(self.home) as urls, psycopg.connect(urls.main) as connection:
            row = connection.execute("SELECT count(*) FROM catalogue_product").fetchone()
            assert row
            return int(row[0])


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    one = Demo(tmp_path / "home")
    yield one
    if one.process and one.process.poll() is None:
        one.kill_everything()
    postgres.remove(one.home)


def test_it_comes_and_goes_and_comes_back(demo: Demo) -> None:
    said = demo.start()
    assert f"http://{HOST}:{demo.port}" in said
    assert str(demo.home / "mailbox") in said
    assert (demo.home / "staff.txt").stat().st_mode & 0o777 == 0o600
    assert all(line.strip() in said for line in (demo.home / "staff.txt").read_text().splitlines())
    assert demo.get("/").status_code == 200
    products = demo.products()
    assert products > 0

    demo.get("/products/nothing-of-this-name?utm_source=canary", **{"User-Agent": "canary"})
    demo.get("/cart/canary-token", **{"X-Forwarded-For": "203.0.113.9"})
    log = demo.interrupt()
    for trace in ("canary", "203.0.113.9", f"{HOST} ", "GET"):
        assert trace not in log
    assert demo.processes() == set()

    demo.start()
    assert demo.get("/").status_code == 200
    assert demo.products() == products
    demo.kill_everything()
    time.sleep(0.5)
    assert demo.processes() == set()

    demo.start()
    assert demo.get("/").status_code == 200
    assert demo.products() == products
    demo.process.kill()  # type: ignore[union-attr]  # the first process alone: the others must follow
    deadline = time.monotonic() + 30
    while demo.processes() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert demo.processes() == set()
