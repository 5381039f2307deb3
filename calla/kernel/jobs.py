"""Work that goes on after the answer. The one front door to the job queue.

A job is enqueued inside the business transaction: committed with it or gone with it. It may run twice without harm. Its
arguments are ids and enumerations only: a queue is a table like any other, and nothing personal may lie in it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

type_of_argument = int | UUID | Enum
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
RETRY = RetryStrategy(max_attempts=12, exponential_wait=3)


class PersonalArgument(TypeError):
    """A job was given something that could hold a person's data."""


def job(function: Callable[..., None]) -> Callable[..., None]:
    """Make a job of `function(*ids)`. Its stored name is module and function; do not rename it lightly."""
    name = f"{function.__module__.removeprefix('calla.')}.{function.__name__}"

    @functools.wraps(function)
    def run(arguments: list[Any]) -> None:
        function(*[_restored(argument) for argument in arguments])

    task = app.task(name=name, retry=RETRY)(run)
    function.task = task  # type: ignore[attr-defined]
    return function


def periodic(cron: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Make a job that runs by the clock, in UTC: `@periodic("17 3 * * *")`."""

    def wrap(function: Callable[[], None]) -> Callable[[], None]:
        name = f"{function.__module__.removeprefix('calla.')}.{function.__name__}"

        @functools.wraps(function)
        def run(timestamp: int) -> None:
            function()

        app.periodic(cron=cron)(app.task(name=name, queueing_lock=name, pass_context=False)(run))
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


def _plain(argument: type_of_argument) -> int | str:
    if isinstance(argument, bool) or not isinstance(argument, int | UUID | Enum):
        raise PersonalArgument(f"A job takes ids and enumerations, not {type(argument).__name__}.")
    if isinstance(argument, Enum):
        return str(argument.value)
    return argument if isinstance(argument, int) else str(argument)


def _restored(argument: int | str) -> int | str | UUID:
    return UUID(argument) if isinstance(argument, str) and _UUID.fullmatch(argument) else argument
