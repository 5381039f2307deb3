"""The embedded server and sudden death: of its starter, of itself, of everything."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from calla.kernel.postgres import embedded, places, remove, server
from calla.kernel.postgres.server import processes_in

ROOT = Path(__file__).parents[2]
STARTER = """
import sys, time
from pathlib import Path
from calla.kernel.postgres import embedded
with embedded(Path(sys.argv[1])) as urls:
    print(urls.process.pid if urls.process else 0, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "shop"
    remove(tmp_path / "shop")


class Starter:
    def __init__(self, home: Path) -> None:
        command = [sys.executable, "-c", STARTER, str(home)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
        assert self.process.stdout
        self.server = int(self.process.stdout.readline())

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def starter(shop: Path) -> Iterator[Starter]:
    one = Starter(shop)
    yield one
    one.kill()


def eventually(holds: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def count(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
        assert row
        return int(row[0])


def fill(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000)")


def test_the_server_follows_its_killed_starter(shop: Path, starter: Starter) -> None:
    data = places.of(shop).data
    assert starter.server in processes_in(data)
    starter.kill()
    assert eventually(lambda: not processes_in(data))


def test_a_killed_server_is_not_taken_for_a_running_one(shop: Path, starter: Starter) -> None:
    with embedded(shop) as joined:
        fill(joined.main)
    os.kill(starter.server, signal.SIGKILL)
    starter.kill()
    assert (places.of(shop).data / "postmaster.pid").exists()
    with embedded(shop, durable=False) as urls:
        assert urls.process is not None
        assert count(urls.main) == 1000


def test_everything_killed_at_once_comes_back_with_its_data(shop: Path, starter: Starter) -> None:
    with embedded(shop) as joined:
        fill(joined.main)
    starter.process.send_signal(signal.SIGSTOP)  # so that it can tell nobody
    for pid in processes_in(places.of(shop).data):
        os.kill(pid, signal.SIGKILL)
    starter.kill()
    with embedded(shop, durable=False) as urls:
        assert count(urls.main) == 1000


def test_a_server_left_behind_is_ended_before_another_starts(
    shop: Path, starter: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stopped server cannot hear that its starter died: it is still there when the next one comes."""
    monkeypatch.setattr(server, "ENDINGS", ((signal.SIGINT, 0.3), (signal.SIGQUIT, 0.3), (signal.SIGKILL, 5)))
    with embedded(shop) as joined:
        fill(joined.main)
    os.kill(starter.server, signal.SIGSTOP)
    starter.kill()
    assert starter.server in processes_in(places.of(shop).data)
    with embedded(shop, durable=False) as urls:
        assert urls.process is not None
        assert starter.server not in processes_in(places.of(shop).data)
        assert count(urls.main) == 1000


def test_a_number_left_in_the_pid_file_harms_nobody(shop: Path) -> None:
    """The system may have given the number to somebody else since: here, to an innocent process."""
    with embedded(shop, durable=False):
        pass
    with subprocess.Popen(["sleep", "60"]) as innocent:
        place = places.of(shop)
        (place.data / "postmaster.pid").write_text(f"{innocent.pid}\n{place.data}\n")
        with embedded(shop, durable=False) as urls:
            assert urls.process is not None
        assert innocent.poll() is None
        innocent.kill()


def test_two_that_come_at_once_get_one_server(shop: Path) -> None:
    command = [sys.executable, "-c", STARTER, str(shop)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) for _ in range(2)]
    try:
        pids = [int(one.stdout.readline()) for one in both if one.stdout]
        assert sorted(pids)[0] == 0  # this one joined
        assert sorted(pids)[1] in processes_in(places.of(shop).data)
    finally:
        for one in both:
            one.kill()
            one.communicate()
    assert eventually(lambda: not processes_in(places.of(shop).data))
