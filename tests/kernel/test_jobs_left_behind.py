"""What a killed worker was at, what was given up, and how long each stays in the queue."""

from __future__ import annotations

import signal
import time

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from calla.catalogue.jobs import sweep_holds
from calla.kernel import jobs
from tests.support.worker import start_with_stuck, work_off

NAME = "catalogue.jobs.sweep_holds"


def put(status, *, name=NAME, attempts=0, lock=None, days=0):
    """A job as a worker that is no more left it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args, status, attempts) "
            "VALUES ('default', %s, 0, %s, '{\"timestamp\": 1}', 'todo', %s) RETURNING id", [name, lock, attempts]
        )  # fmt: skip
        number = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, number])
        cursor.execute(
            "UPDATE procrastinate_events SET at = at - make_interval(days => %s) WHERE job_id = %s", [days, number]
        )
    return number


def there():
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status::text, attempts FROM procrastinate_jobs WHERE task_name = %s", [NAME])
        return cursor.fetchall()


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
class TestTakenOver:
    def test_a_job_left_behind_is_done(self):
        put("doing")
        assert work_off().returncode == 0
        assert there() == []

    def test_one_by_the_clock_gives_way_to_the_next(self):
        put("doing", lock=NAME)
        put("todo", lock=NAME)
        assert work_off().returncode == 0
        assert there() == []

    def test_one_that_killed_many_workers_is_given_up(self):
        number = put("doing", attempts=jobs.MOST_TRIES)
        assert work_off().returncode == 0
        assert [(one, status) for one, status, _ in there()] == [(number, "failed")]
        assert jobs.failed() == {NAME: 1}

    def test_who_works_off_the_queue_adds_nothing_to_it(self):
        assert work_off().returncode == 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_periodic_defers")
            assert cursor.fetchone() == (0,)

    def test_one_that_does_not_end_holds_no_worker_that_is_told_to_stop(self):
        number = put("todo")
        worker = start_with_stuck(NAME)
        try:
            while (number, "doing") not in {(one, status) for one, status, _ in there()}:
                assert worker.poll() is None
                time.sleep(0.05)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(30) == 1
        finally:
            worker.kill()
            worker.wait()


@pytest.mark.django_db(databases=["default", "keys"])
class TestSoon:
    def test_one_by_the_clock_waits_once(self):
        for _ in range(2):
            jobs.soon(sweep_holds)
        assert [(status, attempts) for _, status, attempts in there()] == [("todo", 0)]

    def test_it_never_runs_twice_at_a_time(self):
        jobs.soon(sweep_holds)
        with connection.cursor() as cursor:
            cursor.execute("SELECT lock, queueing_lock FROM procrastinate_jobs WHERE task_name = %s", [NAME])
            assert cursor.fetchall() == [(NAME, NAME)]


@pytest.mark.django_db(databases=["default", "keys"])
class TestGivenUp:
    def test_a_job_by_the_clock_keeps_its_last_failure_alone(self):
        put("failed")
        put("failed")
        app.tasks[NAME].func(timestamp=2)
        assert there() == []

    @pytest.mark.parametrize(("status", "days", "kept"), [
        ("failed", jobs.FAILED_DAYS - 1, 1), ("failed", jobs.FAILED_DAYS + 1, 0), ("doing", jobs.FAILED_DAYS + 1, 1),
        ("todo", jobs.FAILED_DAYS + 1, 1), ("cancelled", jobs.FAILED_DAYS + 1, 0),
    ])  # fmt: skip
    def test_others_stay_for_two_weeks(self, status, days, kept):
        put(status, days=days)
        jobs.forget_failed()
        assert len(there()) == kept

    def test_the_waits_grow_and_end(self):
        waits = [jobs.wait_after(tries) for tries in range(jobs.MOST_TRIES)]
        assert waits[:3] == [3, 9, 27] and waits == sorted(waits) and max(waits) == 6 * 3600
        assert 3 * 86_400 < sum(waits) < 5 * 86_400
