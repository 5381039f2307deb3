"""Re-wrapping every data key under a new root while the shop is open: `python -m bench.rewrap [--keys N]`.

The reference is the cryptography alone: unwrapping and wrapping in a loop, nothing stored.
"""

from __future__ import annotations

import argparse
import secrets
import statistics
import threading
import time
from typing import Any
from uuid import UUID, uuid4

from bench import filling, report, shop

SAMPLE = 20_000
NOTE = """\
Meanwhile another thread of the same process fetched keys that were being wrapped anew: {count} times, all opened,
median {median:.1f} ms, slowest {worst:.1f} ms.
{seconds:.1f} s, of which {cpu:.1f} s CPU of this process; a million keys would take {million:.1f} min."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--keys", type=int, default=20_000, help="how many (default 20,000; up to 1,000,000)")
    wanted = arguments.parse_args().keys
    if not 1 <= wanted <= 1_000_000:
        arguments.error("--keys: a whole number from 1 to 1,000,000")
    with shop.database():
        from calla.privacy import rotation

        known = _fill(wanted)
        alone = _cryptography(min(wanted, SAMPLE))
        opened = _Opener(known)
        with opened:
            began = time.perf_counter()
            cpu = time.process_time()
            done = rotation.rewrap()
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        assert done >= wanted
    rows = [
        ("unwrap and wrap, in memory", alone, 1e6 / alone, 1.0),
        ("re-wrapped, stored and durable", done / seconds, seconds / done * 1e6, alone * seconds / done),
    ]
    note = NOTE.format(
        count=len(opened.took), median=statistics.median(opened.took), worst=max(opened.took), seconds=seconds,
        cpu=cpu, million=seconds / done * 1e6 / 60,
    )  # fmt: skip
    report.table(f"Re-wrapping {done:,} keys", ["what", "keys/s", "µs a key", "× in memory"], rows, note=note)


def _fill(count: int) -> list[UUID]:
    """So many keys under the present root; some of their ids."""
    from calla.kernel import clock
    from calla.privacy import keys

    root, ids = keys.current_root(), [uuid4() for _ in range(count)]
    with filling.unhurried("keys") as connection, connection.cursor() as cursor:
        with cursor.copy("COPY keystore_datakey (id, wrapped, root_id, made_at) FROM STDIN") as copy:
            for one in ids:
                copy.write_row((one, keys.wrap(root, one, secrets.token_bytes(32)), root, clock.now()))
        cursor.execute("ANALYZE keystore_datakey")
    return ids[:: max(1, count // 1000)]


def _cryptography(count: int) -> float:
    """Keys a second."""
    from calla.privacy import keys

    root, ids = keys.current_root(), [uuid4() for _ in range(count)]
    wrapped = [keys.wrap(root, one, secrets.token_bytes(32)) for one in ids]
    began = time.perf_counter()
    for one, old in zip(ids, wrapped, strict=True):
        keys.wrap(root, one, keys.unwrap(root, one, old))
    return count / (time.perf_counter() - began)


class _Opener(threading.Thread):
    """Opens keys as a visitor's request would, ten times a second, for as long as the block lasts."""

    def __init__(self, ids: list[UUID]) -> None:
        super().__init__(daemon=True)
        self._ids, self._enough = ids, threading.Event()
        self.took: list[float] = []
        self._broken: Exception | None = None

    def run(self) -> None:
        from django.db import connections

        try:
            while not self._enough.wait(0.1):
                self.took.append(self._fetch(secrets.choice(self._ids)))
        except Exception as error:  # told by whoever waits for this thread
            self._broken = error
        finally:
            connections.close_all()

    @staticmethod
    def _fetch(key: UUID) -> float:
        from calla.privacy import keys

        keys.forget_opened()
        began = time.perf_counter()
        keys.raw(key)
        return (time.perf_counter() - began) * 1e3

    def __enter__(self) -> None:
        self.start()

    def __exit__(self, *error: Any) -> None:
        self._enough.set()
        self.join()
        if self._broken:
            raise self._broken


if __name__ == "__main__":
    main()
