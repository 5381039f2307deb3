"""`python -m calla.demo.testpay`: the test payment provider as a process."""

import argparse
import contextlib
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from calla.demo.testpay import asked, signing
from calla.demo.testpay.deliverer import Deliverer
from calla.demo.testpay.journal import Journal, JournalRefused
from calla.demo.testpay.ledger import Ledger
from calla.demo.testpay.server import Server
from calla.demo.testpay.web import Desk

LEAST_KEY = 16


class StartRefused(Exception):
    """The provider cannot start; the message says what to change."""


def main() -> int:
    options = _options()
    try:
        server = _set_up(options)
    except (StartRefused, JournalRefused, signing.SecretRefused) as refused:
        sys.stderr.write(f"testpay: {refused}\n")
        return 2
    threading.Thread(target=server.desk.deliverer.run, daemon=True).start()
    signal.signal(signal.SIGTERM, _stop)
    sys.stdout.write(f"testpay listens on {server.base_url}\n")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever(poll_interval=0.1)
    return 0


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Each change is on the disk already: there is nothing to tidy up."""
    raise KeyboardInterrupt


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m calla.demo.testpay", description=__doc__, allow_abbrev=False)
    parser.add_argument("--port", type=int, required=True, help="on 127.0.0.1; 0 takes a free one and prints it")
    parser.add_argument("--data", type=Path, required=True, help="folder of the journal")
    parser.add_argument("--key-file", type=Path, required=True, help="holds the key the shop calls with")
    parser.add_argument("--webhook-secret-file", type=Path, required=True, help="holds the secret that signs notices, "
                        "one a line while rolling")  # fmt: skip
    parser.add_argument("--webhook-url", required=True, help="where the shop takes notices")
    return parser.parse_args()


def _set_up(options: argparse.Namespace) -> Server:
    if why := asked.address(options.webhook_url):
        raise StartRefused(f"--webhook-url: {why}")
    key = _lines(options.key_file, "--key-file")[0]
    if len(key) < LEAST_KEY:
        raise StartRefused(f"--key-file: the key in {options.key_file} needs at least {LEAST_KEY} characters.")
    secrets = [signing.secret_bytes(line) for line in _lines(options.webhook_secret_file, "--webhook-secret-file")]
    journal = _journal(options.data)
    server = _server(options.port)
    ledger = Ledger(journal, base_url=server.base_url)
    server.desk = Desk(ledger, Deliverer(ledger, options.webhook_url, secrets), server.base_url, key)
    return server


def _journal(folder: Path) -> Journal:
    try:
        return Journal(folder)
    except OSError as error:
        raise StartRefused(f"--data: {folder} cannot be used: {error.strerror}") from None


def _server(port: int) -> Server:
    try:
        return Server(port)
    except (OSError, OverflowError) as error:
        raise StartRefused(f"--port: {port} cannot be used: {getattr(error, 'strerror', None) or error}") from None


def _lines(path: Path, option: str) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise StartRefused(f"{option}: cannot read {path}: {getattr(error, 'strerror', None) or 'not text'}") from None
    if not lines:
        raise StartRefused(f"{option}: {path} is empty.")
    return lines


if __name__ == "__main__":
    sys.exit(main())
