"""How a shop dies in a test, and how it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import time_machine
from django.db import connection
from procrastinate.contrib.django import app

from calla.kernel import clock
from calla.payments import services
from calla.privacy import egress
from tests.support.jobs import _due, run_jobs
from tests.support.paying import Till


class Killed(BaseException):
    """As kill -9: nothing that catches errors catches it, and what was not committed is gone."""


class Death:
    """Kills at the n-th call that leaves the shop, just before it leaves or just after its answer came."""

    def __init__(self, at: int, *, answered: bool) -> None:
        self.at, self.answered, self.calls = at, answered, 0

    @property
    def came(self) -> bool:
        return self.calls >= self.at

    @contextmanager
    def waiting(self, monkeypatch: Any) -> Iterator[None]:
        call = egress.call

        def dying(*words: Any, **more: Any) -> egress.Answer:
            self.calls += 1
            if self.calls == self.at and not self.answered:
                raise Killed
            answer = call(*words, **more)
            if self.calls == self.at:
                raise Killed
            return answer

        monkeypatch.setattr(egress, "call", dying)
        try:
            yield
        finally:
            monkeypatch.setattr(egress, "call", call)


@contextmanager
def surviving() -> Iterator[None]:
    """What follows may be killed; the test goes on as the world would."""
    with suppress(Killed):
        yield


def work() -> None:
    """What a worker does. A job in which it is killed is not done again: nobody else takes it over."""
    for number, name, arguments in _due():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [number])
        app.tasks[name].func(**arguments)


def come_back(till: Till) -> None:
    """The shop runs again: what goes by the clock goes, until the time of every draft is over."""
    run_jobs()
    for minutes in (6, 45):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
            till.reconcile()
            run_jobs()
            services.drop_unpaid()
            run_jobs()
