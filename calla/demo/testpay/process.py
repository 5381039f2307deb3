"""Start the test provider as a process of its own, stop it, kill it, and see what it has charged."""

import json
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import urlencode

from calla.demo.testpay import cards, wire
from calla.kernel.files import private_folder, write_private
from calla.kernel.processes import follow_into_death


class NotStarted(Exception):
    """The provider ended before it listened; the message is its own."""


@dataclass
class RunningProvider:
    """A running provider. It ends with the thread that started it, however that ends."""

    folder: Path
    webhook_url: str
    key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    port: int = 0
    url: str = ""
    _process: "subprocess.Popen[str] | None" = field(default=None, repr=False)

    def run(self) -> None:
        command = [
            sys.executable, "-m", "calla.demo.testpay", "--port", str(self.port), "--data", str(self.data),
            "--key-file", str(self.folder / "key"), "--webhook-secret-file", str(self.folder / "webhook_secret"),
            "--webhook-url", self.webhook_url,
        ]  # fmt: skip
        with self.log.open("a", encoding="utf-8") as log:
            self._process = subprocess.Popen(  # noqa: S603  (our own words, no shell)
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True,
                preexec_fn=follow_into_death(signal.SIGTERM),
            )  # fmt: skip
        first_line = cast(IO[str], self._process.stdout).readline()
        if not (found := re.search(r"http://127\.0\.0\.1:(\d+)$", first_line.strip())):
            self._process.wait()
            raise NotStarted(self.log.read_text(encoding="utf-8").strip())
        self.url, self.port = found[0], int(found[1])

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def pid(self) -> int:
        return self._running().pid

    def kill(self) -> None:
        """As if the power failed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        if self._process is not None:
            self._end(signal.SIGTERM)

    def restart(self, *, webhook_url: str | None = None) -> None:
        """Under the same address, with what its journal holds."""
        self.stop()
        self.webhook_url = webhook_url or self.webhook_url
        self.run()

    def control(self, **modes: Any) -> dict[str, Any]:
        """Set switches of `modes.Modes`; without any, tell how they stand and how many notices wait."""
        return self._ask("POST", "/control", modes) if modes else self._ask("GET", "/control")

    def flush(self) -> dict[str, Any]:
        return self._ask("POST", "/control/flush", {})

    def payments(self) -> list[dict[str, Any]]:
        """All there are, by their last change, whatever faults are switched on."""
        return cast(list[dict[str, Any]], self._ask("GET", "/control/payments")["payments"])

    def pay(self, pay_url: str, number: str = cards.PAYS, *, agrees: bool = True, notice: str = "") -> wire.Answer:
        """Do what a customer does on the hosted page, second step included; the last answer comes back."""
        typed = {"number": number, "expiry": "12/49", "csc": "123", "notice": notice}
        answer = submit(pay_url, typed)
        if answer.headers.get("location", "").endswith("/confirm"):
            return submit(f"{pay_url}/confirm", {"decision": "confirm" if agrees else "fail"})
        return answer

    def api(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> wire.Answer:
        """A call of the merchant's API, `key` being the idempotency key."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key is not None else {}
        content = json.dumps(body).encode() if body is not None else None
        return wire.request(method, self.url + path, body=content, headers=headers)

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self.api(method, path, body)
        if answer.status != 200:
            raise ValueError(answer.body.decode())
        return cast(dict[str, Any], json.loads(answer.body))

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is None:
            raise NotStarted("The test provider is not running.")
        return self._process

    def _end(self, with_signal: signal.Signals) -> None:
        process = self._running()
        process.send_signal(with_signal)
        process.wait()
        cast(IO[str], process.stdout).close()
        self._process = None


def start(folder: Path, *, webhook_url: str, port: int = 0) -> RunningProvider:
    """Start it; key and secret are made in `folder` when they are not there yet. Raises NotStarted."""
    private_folder(folder)
    process = RunningProvider(
        folder, webhook_url, _secret(folder / "key", ""), _secret(folder / "webhook_secret", "whsec_"), port
    )
    process.run()
    return process


@contextmanager
def running(folder: Path, *, webhook_url: str, port: int = 0) -> Iterator[RunningProvider]:
    process = start(folder, webhook_url=webhook_url, port=port)
    try:
        yield process
    finally:
        process.stop()


def submit(url: str, fields: Mapping[str, str]) -> wire.Answer:
    """Send a form as a browser does, without following where it leads."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return wire.request("POST", url, body=urlencode(fields).encode(), headers=kind)


def _secret(path: Path, prefix: str) -> str:
    if not path.exists():
        write_private(path, f"{prefix}{secrets.token_hex(32)}\n")
    return path.read_text(encoding="utf-8").strip()
