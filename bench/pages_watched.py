"""Many changes of one price, and everybody who may still show the old one."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.live import ROOT
from tests.support.nginx import BehindNginx

BASE = 2_000_000  # minor units: nothing else in the shop costs so much, so a price tells which change it is of
SHOWN = re.compile(rb"20,(\d\d\d)\.(\d\d)")
STRAIGHT, FRONT = 6, 2  # connections: each stays with one process
OTHER = "privacy/proof"
CHANGE = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "calla.config.settings"
import django; django.setup()
from calla.catalogue import services
from calla.kernel.money import Money
variant, number, base = map(int, sys.argv[1:])
for change in range(1, number + 1):
    services.set_price(variant, Money(base + change, "EUR"))
    print(change, time.time(), flush=change % 50 == 0)
"""


@dataclass
class Seen:
    """`ages` in ms, sorted, by who was asked: of each old price that was shown, how long ago it had been changed when
    it was asked for."""

    ages: dict[str, list[float]] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)
    seconds: float = 0.0
    remade_others: int = 0


@dataclass
class Reader:
    """One connection: when it was asked, and which change the answer was of."""

    where: str
    port: int
    path: str
    readings: list[tuple[float, int]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    def read(self, over: threading.Event) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not over.is_set():
            began = time.time()
            line.request("GET", self.path, headers={"Accept-Encoding": "identity"})
            answer = line.getresponse()
            found = [int(a) * 100 + int(b) for a, b in SHOWN.findall(answer.read())]
            if answer.status == 200:
                self.readings.append((began, max(found, default=0)))
            else:
                self.refused.append(answer.status)
            time.sleep(0.002)


def watch(one: BehindNginx, path: str, number: int) -> Seen:
    variant = _variant(one, path)
    path = f"{path}?variant={variant}"
    readers = [Reader("memory of both processes", one.port, path) for _ in range(STRAIGHT)]
    readers += [Reader("through nginx", one.front, path) for _ in range(FRONT)]
    others, over, began = _inodes(one), threading.Event(), time.monotonic()
    threads = [threading.Thread(target=reader.read, args=[over]) for reader in readers]
    for thread in threads:
        thread.start()
    try:
        said = subprocess.run(
            [sys.executable, "-c", CHANGE, str(variant), str(number), str(BASE)], cwd=ROOT, capture_output=True,
            text=True, check=True, env={**os.environ, **one.variables},
        ).stdout  # fmt: skip
        time.sleep(1.5)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    committed = [float(line.split()[1]) for line in said.splitlines()]
    seen = Seen(seconds=time.monotonic() - began, remade_others=len(_inodes(one) - others))
    for reader in readers:
        _judge(seen, reader, committed)
    for ages in seen.ages.values():
        ages.sort()
    return seen


def _judge(seen: Seen, reader: Reader, committed: list[float]) -> None:
    seen.asked[reader.where] = seen.asked.get(reader.where, 0) + len(reader.readings)
    seen.refused += reader.refused
    ages = seen.ages.setdefault(reader.where, [])
    for began, change in reader.readings:
        if change < len(committed) and (age := began - committed[change]) > 0:  # when the next change was committed
            ages.append(age * 1e3)


def _variant(one: BehindNginx, path: str) -> int:
    with one.database() as database:
        row = database.execute(
            "SELECT v.id FROM catalogue_variant v JOIN catalogue_product p ON p.id = v.product_id "
            "WHERE p.handle = %s AND v.offered ORDER BY v.position LIMIT 1", [path.rpartition("/")[2]],
        ).fetchone()  # fmt: skip
    return int(str(row[0])) if row else 0


def _inodes(one: BehindNginx) -> set[int]:
    """The files of a page that shows no price; a page that was made anew has another."""
    with one.client() as client:
        for _ in range(20):
            client.get(f"/{OTHER}")
    time.sleep(0.5)
    return {path.stat().st_ino for path in Path(one.pages).glob(f"*/pages-*/*/{OTHER}.html")}
