"""Work off the job queue within a test's own transaction, where a worker process could not see it."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app


def queued() -> list[tuple[str, dict[str, Any]]]:
    """Name and arguments of every job that is due."""
    return [(name, arguments) for _, name, arguments in _due()]


def run_jobs(*, rounds: int = 10) -> int:
    """Run what is due, and what that enqueues in turn; how many ran. A job that fails fails the test."""
    done = 0
    for _ in range(rounds):
        due = _due()
        for number, name, arguments in due:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [number])
            app.tasks[name].func(**arguments)
        done += len(due)
        if not due:
            return done
    raise AssertionError("jobs keep enqueueing jobs")


def _due() -> list[tuple[int, str, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, task_name, args::text FROM procrastinate_jobs WHERE status = 'todo' "
            "AND (scheduled_at IS NULL OR scheduled_at <= now()) ORDER BY id"
        )
        return [(number, name, json.loads(arguments)) for number, name, arguments in cursor.fetchall()]
