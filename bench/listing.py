"""What lists and product pages cost when no store answers for them: `python -m bench.listing [COUNT …]`.

A made-up catalogue of six variants to a product; each size is a shop of its own. The pages are made in this process by
the whole of the shop behind the page store. The reference is a Django view that says hello, in a process of its own,
taken in turns with the pages. CPU of the database is that of the one server process that answers this connection.
"""

from __future__ import annotations

import argparse
import io
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil

from bench import report, shop

ROUNDS, TIMES = 9, 30
PAGES = {
    "collection": "/collections/summer",
    "collection, a page further on": "/collections/everything?page=40",
    "collection, by price": "/collections/everything?sort=price-up",
    "collection, two filters": "/collections/everything?colour=blue&size=38",
    "collection, four filters": "/collections/everything?colour=blue&size=38&price=5000-10000&category=dress",
    "search": "/search?q=linen+dress",
    "search, mistyped": "/search?q=linnen+dress",
    "search, filters in words": "/search?q=red+dress+size+38",
    "suggestions": "/search/suggestions?q=lin",
    "product": "/products/piece-777",
}
HELLO = """
import sys, time, io, django
from django.conf import settings
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="x")
from django.http import HttpResponse
from django.urls import path
urlpatterns = [path("", lambda request: HttpResponse("Hello"))]
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
from wsgiref.util import setup_testing_defaults
def ask():
    environ = {"wsgi.input": io.BytesIO(), "HTTP_HOST": "localhost"}
    setup_testing_defaults(environ)
    answer = application(environ, lambda *_: None)
    b"".join(answer); answer.close()
for _ in range(300): ask()
for line in sys.stdin:
    began = time.thread_time()
    for _ in range(int(line)): ask()
    print((time.thread_time() - began) / int(line) * 1e3, flush=True)
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("counts", type=int, nargs="*", default=[10_000, 100_000])
    given = arguments.parse_args()
    if len(given.counts) > 1:  # each in a process of its own, since a process serves one shop
        for count in given.counts:
            subprocess.run([sys.executable, "-m", "bench.listing", str(count)], check=True)
        return
    with shop.database(), _hello() as hello:
        _measure(given.counts[0], hello)


def _measure(count: int, hello: subprocess.Popen[str]) -> None:
    from django.core.wsgi import get_wsgi_application
    from django.db import connection

    from bench import many
    from bench.counting import begin_afresh, counted
    from calla.search import services
    from calla.search.following import follower

    filled = _seconds(lambda: many.fill(count))
    carded = _seconds(services.refresh)
    memory = _memory()
    loaded = _seconds(follower.keep_up)
    grown = _memory() - memory
    application = get_wsgi_application()
    begin_afresh()
    connection.settings_dict["CONN_MAX_AGE"] = None  # one server process for all that is measured
    connection.close()
    connection.ensure_connection()
    server = psutil.Process(connection.connection.info.backend_pid)
    rows, reference = [], []
    for name, address in PAGES.items():
        for _ in range(5):
            status, size = _ask(application, address)
            assert status.startswith("200"), (address, status)
        with counted() as seen:
            _ask(application, address)
        web, database = [], []
        for _ in range(ROUNDS):
            begin_afresh()
            reference.append(_hello_costs(hello))
            spent = _spent(server)
            began = time.thread_time()
            for _ in range(TIMES):
                _ask(application, address)
            web.append((time.thread_time() - began) / TIMES * 1e3)
            database.append((_spent(server) - spent) / TIMES * 1e3)
        rows.append((name, seen.all, min(web), statistics.mean(database), size / 1024))
    one = min(reference)
    report.table(
        f"{count:,} products × 6 variants",
        ["page", "statements", "ms CPU web", "ms CPU database", "× hello", "kB"],
        [(*row[:4], row[2] / one, row[4]) for row in rows],
        note=(
            f"hello: {one:.3f} ms. Catalogue written in {filled:.0f} s, its cards made in {carded:.0f} s, the index "
            f"read in {loaded:.1f} s, {grown:.0f} MB in each web process."
        ),
    )


def _ask(application: Callable[..., Any], address: str) -> tuple[str, int]:
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1", "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr,
    }  # fmt: skip
    said: list[str] = []
    answer = application(environ, lambda status, headers: said.append(status))
    body = b"".join(answer)
    answer.close()
    return said[0], len(body)


def _hello() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HELLO], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )


def _hello_costs(hello: subprocess.Popen[str]) -> float:
    assert hello.stdin and hello.stdout
    hello.stdin.write(f"{TIMES * 4}\n")
    hello.stdin.flush()
    return float(hello.stdout.readline())


def _seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _spent(server: psutil.Process) -> float:
    times = server.cpu_times()
    return float(times.user + times.system)


def _memory() -> float:
    return psutil.Process().memory_info().rss / 2**20


if __name__ == "__main__":
    main()
