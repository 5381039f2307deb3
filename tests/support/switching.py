"""Two policies that take turns in a running shop, and readers who tell of each answer which of the two it was made by.

The second one asks for a telephone number, answers a day sooner, looks up no orders and takes no questions. So every
page shows in several places which version made it, and an answer that mixes two says so by itself.
"""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from tests.support.live import HOST, ROOT, LiveShop

FIRST = (ROOT / "calla" / "demo" / "policy.toml").read_text(encoding="utf-8")
CHANGES = {
    '"email", "billing_address", "delivery_address"': '"email", "phone", "billing_address", "delivery_address"',
    'contact.answer = "3 days"': 'contact.answer = "2 days"',
}
LEFT_OUT = ("S4d", "S5b")
POST = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "calla.config.settings"
import django; django.setup()
from calla.privacy import posting
texts = sys.stdin.read().split("\\0")
for number in range(1, int(sys.argv[1]) + 1):
    time.sleep(float(sys.argv[2]))
    text = texts[number % 2]
    version = posting.post(text, seen=posting.propose(text).digest)
    print(version.number, version.effective_at.isoformat(), flush=True)
"""


def second() -> str:
    text = FIRST
    for old, new in CHANGES.items():
        assert old in text, f"the policy does not say {old!r}"
        text = text.replace(old, new)
    for name in LEFT_OUT:
        text = re.sub(rf"\n\[{name}\].*?(?=\n\[)", "", text, flags=re.DOTALL)
    return text


@dataclass(frozen=True)
class Mark:
    """A part of an answer: what it looks like when the first policy made it, and when the second did."""

    part: str
    first: re.Pattern[bytes]
    second: re.Pattern[bytes]

    def of(self, body: bytes) -> str:
        said = {"first": bool(self.first.search(body)), "second": bool(self.second.search(body))}
        return "".join(name for name, seen in said.items() if seen) or "neither"


def _mark(part: str, first: str, second: str) -> Mark:
    return Mark(part, re.compile(first.encode(), re.DOTALL), re.compile(second.encode(), re.DOTALL))


def _absent(text: str) -> str:
    return rf"\A(?!.*{text})"


FOOT = (_mark("look-up", "/orders/lookup", _absent("/orders/lookup")),
        _mark("questions", "Write to us", _absent("Write to us")))  # fmt: skip
ODD, EVEN = r"\d*[13579]", r"\d*[02468]"
MARKS: Mapping[str, tuple[Mark, ...]] = {
    "policy": (
        _mark("number", rf"version {ODD}, in force", rf"version {EVEN}, in force"),
        _mark("answer", "answers within 3 days", "answers within 2 days"),
        _mark("order", _absent("your phone number, your billing address"), "your phone number, your billing address"),
        *FOOT,
    ),
    "data": (
        _mark("number", rf'"version": "{ODD}"', rf'"version": "{EVEN}"'),
        _mark("answer", r'"contact\.answer": "3 days"', r'"contact\.answer": "2 days"'),
        _mark("questions", '"id": "S5b"', _absent('"id": "S5b"')),
    ),
    "checkout": (
        _mark("number", rf'name="shown_policy" value="{ODD}"', rf'name="shown_policy" value="{EVEN}"'),
        _mark("phone", _absent('name="phone"'), 'name="phone"'),
    ),
    "product": FOOT,
}


@dataclass(frozen=True)
class Reading:
    kind: str
    began: float
    ended: float
    marks: tuple[str, ...]
    etag: str

    @property
    def mixed(self) -> bool:
        return len(set(self.marks)) > 1 or self.marks[0] not in {"first", "second"}


@dataclass
class Reader:
    """One connection that asks for each kind of page in turn."""

    port: int
    paths: Mapping[str, str]
    readings: list[Reading] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    def read(self, over: threading.Event) -> None:
        line = http.client.HTTPConnection(HOST, self.port, timeout=60)
        while not over.is_set():
            for kind, path in self.paths.items():
                began = time.time()
                line.request("GET", path, headers={"Accept-Encoding": "identity"})
                answer = line.getresponse()
                body = answer.read()
                if answer.status != 200:
                    self.refused.append(answer.status)
                    continue
                marks = tuple(mark.of(body) for mark in MARKS[kind])
                self.readings.append(Reading(kind, began, time.time(), marks, answer.headers.get("ETag", "")))


@dataclass
class Seen:
    """`switches`: from when on which policy was in force. `late`: for each answer by an older one that was asked for
    after the switch, how many seconds after it."""

    readings: list[Reading] = field(default_factory=list)
    switches: list[tuple[float, str]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def mixed(self) -> list[Reading]:
        """Answers whose parts are of two versions, or whose ETag another version's answer has as well."""
        whole = [one for one in self.readings if not one.mixed]
        by_etag: dict[tuple[str, str], set[str]] = {}
        for one in whole:
            by_etag.setdefault((one.kind, one.etag), set()).add(one.marks[0])
        shared = [one for one in whole if one.etag and len(by_etag[one.kind, one.etag]) > 1]
        return [one for one in self.readings if one.mixed] + shared

    @property
    def late(self) -> list[float]:
        return [one.began - since for one, since in self._wrong(begun=True)]

    @property
    def early(self) -> list[float]:
        return [since - one.ended for one, since in self._wrong(begun=False)]

    def last_old(self) -> float:
        """How long after a switch the last answer by the older version had arrived, in seconds: asked for before it."""
        flying = [
            one.ended - at for at, name in self.switches for one in self.readings
            if one.began < at <= one.ended and one.marks[0] != name
        ]  # fmt: skip
        return max(flying, default=0.0)

    def _wrong(self, *, begun: bool) -> Iterator[tuple[Reading, float]]:
        """Answers by a policy that was not in force between asking and having; the switch they missed."""
        moments = [(float("-inf"), "first"), *self.switches, (float("inf"), "")]
        spans = [(name, since, until) for (since, name), (until, _) in pairwise(moments)]
        for one in self.readings:
            if any(one.marks[0] == name and one.began < until and one.ended >= since for name, since, until in spans):
                continue
            since = max(at for at, _ in moments if at <= one.began)
            until = min(at for at, _ in moments if at > one.ended)
            if begun == (one.began - since <= until - one.ended):
                yield one, since if begun else until


def paths(shop: LiveShop) -> Iterator[dict[str, str]]:
    """For one reader after another: a bag of its own, and another product."""
    with shop.database() as database:
        rows = database.execute(
            "SELECT p.handle, min(v.id) FROM catalogue_product p JOIN catalogue_variant v ON v.product_id = p.id "
            "JOIN catalogue_stock s ON s.variant_id = v.id WHERE v.offered AND s.on_hand > 0 GROUP BY p.handle "
            "ORDER BY p.handle LIMIT 50"
        ).fetchall()
    with shop.client(follow_redirects=False) as client:
        for handle, variant in rows:
            bag = client.post("/cart/lines", data={"variant": str(variant)}, headers={"Sec-Fetch-Site": "same-origin"})
            token = bag.headers["Location"].partition("?")[0].rpartition("/")[2]
            yield {
                "policy": "/privacy", "data": "/.well-known/privacy-policy.json", "product": f"/products/{handle}",
                "checkout": f"/checkout/{token}",
            }  # fmt: skip
            client.cookies.clear()


@contextmanager
def reading(shop: LiveShop, connections: int) -> Iterator[tuple[Seen, list[Reader]]]:
    """All of them ask for as long as this lasts; what they saw is there afterwards."""
    seen, over, began = Seen(), threading.Event(), time.monotonic()
    readers = [Reader(shop.port, own) for own, _ in zip(paths(shop), range(connections), strict=False)]
    threads = [threading.Thread(target=reader.read, args=[over]) for reader in readers]
    for thread in threads:
        thread.start()
    try:
        yield seen, readers
    finally:
        over.set()
        for thread in threads:
            thread.join()
        seen.seconds = time.monotonic() - began
        for reader in readers:
            seen.readings += reader.readings
            seen.refused += reader.refused


def switch(shop: LiveShop, times: int, every: float) -> list[tuple[float, str]]:
    """Post the second policy, then the first again, and so on, each `every` seconds after the one before; when which
    came into force."""
    said = subprocess.run(
        [sys.executable, "-c", POST, str(times), str(every)], input=f"{FIRST}\0{second()}", cwd=ROOT,
        capture_output=True, text=True, check=True, env={**os.environ, **shop.variables},
    ).stdout  # fmt: skip
    rows = [(int(number), datetime.fromisoformat(at)) for number, at in map(str.split, said.splitlines())]
    switches = [(at.timestamp(), "first" if number % 2 else "second") for number, at in rows]
    time.sleep(max(switches[-1][0] - time.time(), 0) + 1.5)
    return switches
