"""Which statements a piece of work sends to which database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.db import connections

UNCOUNTED = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


@dataclass
class Statements:
    shop: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    @property
    def all(self) -> int:
        return len(self.shop) + len(self.keys)

    @property
    def alike(self) -> int:
        """Those whose text came before: a question for each row, or one asked twice."""
        return self.all - len(set(self.shop)) - len(set(self.keys))


@contextmanager
def counted() -> Iterator[Statements]:
    seen = Statements()
    with ExitStack() as stack:
        for alias, into in (("default", seen.shop), ("keys", seen.keys)):
            stack.enter_context(connections[alias].execute_wrapper(_noting(into)))
        yield seen


def _noting(into: list[str]) -> Callable[..., Any]:
    def note(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = sql if isinstance(sql, str) else sql.as_string(None)
        if not text.lstrip().upper().startswith(UNCOUNTED):
            into.append(text)
        return execute(sql, params, many, context)

    return note


class CountingShop:
    """The shop's own WSGI application. What each request asked the databases lies in `asked`, the last one last;
    `took` says how many seconds of CPU that one cost in this process."""

    def __init__(self) -> None:
        from calla.config.wsgi import application

        self._application = application
        self.took = 0.0
        self.asked: list[tuple[str, str, Statements]] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        begin_afresh()
        began = time.thread_time()
        with counted() as seen:
            body = b"".join(self._application(environ, start_response))
        self.took = time.thread_time() - began
        self.asked.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], seen))
        return [body]

    def last(self, method: str, part: str) -> Statements:
        """Of the last request with this method whose path has this in it."""
        return next(seen for how, path, seen in reversed(self.asked) if how == method and part in path)


def begin_afresh() -> None:
    """Data keys are fetched again, as in a process that has not just opened them. What a process asks once a second,
    whatever the request is, it has just asked: it falls on none of those counted."""
    from calla.privacy import keys, versions

    shop = import_module("calla.catalogue.selectors.shop")
    keys.forget_opened()
    versions.LOOK_AGAIN_SECONDS = shop.LOOK_AGAIN_SECONDS = 3600.0
    versions.current()
    shop.shop()


class CountedJobs:
    """Every job counts its own statements, beside those by which a worker fetches and finishes it."""

    def __init__(self) -> None:
        from procrastinate.contrib.django import app

        self.done: dict[str, Statements] = {}
        for task in app.tasks.values():
            task.func = self._counting(task.name, task.func)

    def _counting(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(**arguments: Any) -> None:
            begin_afresh()
            with counted() as seen:
                work(**arguments)
            self.done[name.rpartition(".")[2]] = seen

        return run
