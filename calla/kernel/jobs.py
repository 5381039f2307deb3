"""Work that goes on after the answer. The one front door to the job queue.

A job is enqueued inside the business transaction: committed with it or gone with it. It may run twice without harm. Its
arguments are ids and enumerations only: a queue is a table like any other, and nothing personal may lie in it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job

from calla.kernel import clock, limits

type_of_argument = int | UUID | Enum
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MOST_TRIES, LONGEST_WAIT = 24, 6 * 3600
FAILED_DAYS = 14


class Patience(BaseRetryStrategy):
    """Tries again after 3, 9, 27 … seconds and then every six hours, for four days."""

    def get_retry_decision(self, *, exception: BaseException | None = None, job: Job) -> RetryDecision | None:
        return RetryDecision(retry_in={"seconds": wait_after(job.attempts)}) if job.attempts < MOST_TRIES else None


def wait_after(attempts: int) -> int:
    return int(min(3 ** (attempts + 1), LONGEST_WAIT))


class PersonalArgument(TypeError):
    """A job was given something that could hold a person's data."""


def job(function: Callable[..., None]) -> Callable[..., None]:
    """Make a job of `function(*ids)`. Its stored name is module and function; do not rename it lightly."""
    name = f"{function.__module__.removeprefix('calla.')}.{function.__name__}"

    @functools.wraps(function)
    def run(arguments: list[Any]) -> None:
        function(*[_restored(argument) for argument in arguments])

    task = app.task(name=name, retry=Patience())(run)
    function.task = task  # type: ignore[attr-defined]
    return function


def periodic(cron: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Make a job that runs by the clock, in UTC: `@periodic("17 3 * * *")`. It never runs twice at a time, and only its
    last failure is kept."""

    def wrap(function: Callable[[], None]) -> Callable[[], None]:
        name = f"{function.__module__.removeprefix('calla.')}.{function.__name__}"

        @functools.wraps(function)
        def run(timestamp: int) -> None:
            _forget_failures(name)
            function()

        task = app.task(name=name, queueing_lock=name, lock=name, pass_context=False)(run)
        function.task = app.periodic(cron=cron)(task)  # type: ignore[attr-defined]
        return function

    return wrap


def enqueue(
    function: Callable[..., None], *arguments: type_of_argument, at: datetime | None = None, alone: UUID | None = None
) -> None:
    """Run `function(*arguments)` in a worker, at the earliest at `at`, once this transaction is committed.

    Jobs with the same `alone` run one after the other, in the order they were enqueued.
    """
    options = {name: value for name, value in (("schedule_at", at), ("lock", alone and str(alone))) if value}
    task = function.task  # type: ignore[attr-defined]
    task.configure(**options).defer(arguments=[_plain(argument) for argument in arguments])


def soon(function: Callable[[], None]) -> None:
    """Run a job that goes by the clock at once as well, unless it is in the queue already."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        function.task.defer(timestamp=int(clock.now().timestamp()))  # type: ignore[attr-defined]


def _plain(argument: type_of_argument) -> int | str:
    if isinstance(argument, bool) or not isinstance(argument, int | UUID | Enum):
        raise PersonalArgument(f"A job takes ids and enumerations, not {type(argument).__name__}.")
    if isinstance(argument, Enum):
        return str(argument.value)
    return argument if isinstance(argument, int) else str(argument)


def _restored(argument: int | str) -> int | str | UUID:
    return UUID(argument) if isinstance(argument, str) and _UUID.fullmatch(argument) else argument


def _forget_failures(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s AND status = 'failed'", [name])


def failed() -> dict[str, int]:
    """Which jobs were given up, and how often: by the clock those that failed when they ran last, else of two weeks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, count(*) FROM procrastinate_jobs WHERE status = 'failed' GROUP BY 1 ORDER BY 1"
        )
        return dict(cursor.fetchall())


@periodic("53 3 * * *")
def forget_failed() -> None:
    """What went wrong stands in the log; the queue keeps no list of it for ever."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs job WHERE status IN ('failed', 'cancelled', 'aborted') AND NOT EXISTS ("
            "  SELECT FROM procrastinate_events event"
            "  WHERE event.job_id = job.id AND event.at > now() - make_interval(days => %s))",
            [FAILED_DAYS],
        )


@periodic("* * * * *")
def sweep_limits() -> None:
    limits.sweep()
