"""A whole shop as it runs in earnest: web server with two processes, worker and payment provider, on free ports.

The first one of a run migrates and fills its databases; the others are copies of that one, so they start in seconds.
"""

import email
import email.policy
import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import IO

import httpx
import psycopg

from calla.kernel import processes
from calla.kernel.processes import Child
from calla.serving import answers, free_port
from tests.support.session import FOLDER_VARIABLE

HOST = "127.0.0.1"
ROOT = Path(__file__).parents[2]
WEB, WORKER, PROVIDER = "web server", "worker", "test payment provider"
MODEL = "live_model"
CHILDREN = """
import json, sys
from calla.demo import start
json.dump([[child.name, child.command] for child in start.children()], sys.stdout)
"""
FILL = "from calla.demo import start; from calla import running; from calla.config.environment import environment; "
FILL += "running.give_policy(environment.home); start.fill(); from tests.support import shelves; shelves.fill_up()"


@dataclass
class LiveShop:
    """The shop under test. `processes` are its running parts by name: WEB, WORKER, PROVIDER."""

    home: Path
    main_database: str
    keys_database: str
    port: int
    provider_port: int
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    commands: dict[str, list[str]] = field(default_factory=dict)
    log: IO[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def provider_url(self) -> str:
        return f"http://{HOST}:{self.provider_port}"

    @property
    def variables(self) -> dict[str, str]:
        return {
            "CALLA_HOME": str(self.home),
            "CALLA_DATABASE_URL": self.main_database,
            "CALLA_KEYS_URL": self.keys_database,
            "CALLA_LISTEN": f"{HOST}:{self.port}",
            "CALLA_PUBLIC_URL": self.url,
            "CALLA_PAYMENT_URL": self.provider_url,
            "CALLA_PAYS_PER_MINUTE": "0",  # crowds of buyers come from one address here
            "CALLA_BAGS_PER_MINUTE": "0",
            "CALLA_ASKS_PER_MINUTE": "0",
        }

    # --- its parts ---

    def open(self) -> None:
        self.log = (self.home / "test-output.log").open("ab")
        listed = self.python(CHILDREN)
        self.commands = dict(json.loads(listed))
        for name in self.commands:
            self.start(name)
        self.wait_until_open()

    def start(self, name: str) -> None:
        """Start one part, or start it again after `stop` or `kill`."""
        child = Child(name, self.commands[name], self.variables)
        self.processes[name] = processes.start(child, output=self.log)

    def stop(self, name: str) -> None:
        processes.stop_all([self.processes.pop(name)])

    def kill(self, name: str) -> None:
        """As the power would: no chance to put anything in order."""
        process = self.processes.pop(name)
        os.killpg(process.pid, 9)
        process.wait()

    def wait_until_open(self) -> None:
        self.until(lambda: answers(HOST, self.port), "the shop answers", seconds=60)

    def close(self) -> None:
        processes.stop_all(list(self.processes.values()))
        self.processes.clear()
        if self.log:
            self.log.close()

    def output(self) -> str:
        """Everything its parts have written."""
        return (self.home / "test-output.log").read_text(encoding="utf-8", errors="replace")

    # --- asking it ---

    def client(self, **settings: object) -> httpx.Client:
        """A visitor without scripts. It keeps cookies unless told otherwise and follows redirects."""
        return httpx.Client(base_url=self.url, timeout=30, **({"follow_redirects": True} | settings))  # type: ignore[arg-type]

    @contextmanager
    def database(self) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
        with psycopg.connect(self.main_database, autocommit=True) as connection:
            yield connection

    def calla(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A `calla` command on this shop."""
        return self._run([sys.executable, "-m", "calla.cli", *words])

    def python(self, code: str) -> str:
        """What this code prints in the shop's environment, Django not set up."""
        ended = self._run([sys.executable, "-c", code])
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def _run(self, command: list[str]) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, **self.variables}
        return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)

    def mails(self, *, to: str = "") -> list[EmailMessage]:
        """The letters in the mailbox, oldest first; only those to one address when it is given."""
        files = sorted((self.home / "mailbox").glob("*.eml"), key=lambda file: (file.stat().st_mtime_ns, file.name))
        letters = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        return [letter for letter in letters if isinstance(letter, EmailMessage) and to in str(letter["To"])]

    def wait_for_mail(self, *, to: str, count: int = 1, seconds: float = 20) -> list[EmailMessage]:
        self.until(lambda: len(self.mails(to=to)) >= count, f"{count} letters to {to}", seconds=seconds)
        return self.mails(to=to)

    def until(self, holds: Callable[[], bool], what: str, *, seconds: float = 20) -> None:
        """Wait until it holds; a part that has ended in the meantime is told at once, with what it said last."""
        deadline = time.monotonic() + seconds
        while not holds():
            ended = [name for name, process in self.processes.items() if process.poll() is not None]
            if ended or time.monotonic() > deadline:
                why = f"the {ended[0]} ended" if ended else f"not within {seconds:g} s"
                raise AssertionError(f"{what}: {why}\n{self.output()[-3000:]}")
            time.sleep(0.05)


@contextmanager
def live_shop(name: str, kind: type[LiveShop] = LiveShop) -> Iterator[LiveShop]:
    """A shop with databases and a home of its own, filled with the demo's data."""
    folder = Path(os.environ[FOLDER_VARIABLE])
    with (folder / "live.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / MODEL / "filled").exists():
            _fill_model(folder / MODEL)
        shop = _shop(folder / name, name, kind)
        _make_databases(name, template=MODEL)
        shutil.copytree(folder / MODEL, shop.home)
    try:
        shop.open()
        yield shop
    finally:
        shop.close()
        _drop_databases(name)
        shutil.rmtree(shop.home)


def _shop(home: Path, name: str, kind: type[LiveShop] = LiveShop) -> LiveShop:
    main, keys = (url.rpartition("/")[0] for url in (os.environ["CALLA_DATABASE_URL"], os.environ["CALLA_KEYS_URL"]))
    port = free_port(HOST)
    return kind(home, f"{main}/{name}", f"{keys}/{name}_keys", port, free_port(HOST, port + 1))


def _fill_model(home: Path) -> None:
    home.mkdir(mode=0o700)
    _make_databases(MODEL, template="template1")
    _shop(home, MODEL).python(FILL)
    (home / "filled").touch()


def _make_databases(name: str, *, template: str) -> None:
    own = template != "template1"
    for variable, suffix in (("CALLA_DATABASE_URL", ""), ("CALLA_KEYS_URL", "_keys")):
        with psycopg.connect(os.environ[variable], autocommit=True) as connection:
            source = template + suffix if own else template
            connection.execute(f'CREATE DATABASE "{name}{suffix}" TEMPLATE "{source}"')


def _drop_databases(name: str) -> None:
    for variable, suffix in (("CALLA_DATABASE_URL", ""), ("CALLA_KEYS_URL", "_keys")):
        with psycopg.connect(os.environ[variable], autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}{suffix}" WITH (FORCE)')
