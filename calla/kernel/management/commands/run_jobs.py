from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from asgiref.sync import sync_to_async
from django.core.management.base import BaseCommand
from django.db import connections
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.periodic import PeriodicRegistry
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from calla.kernel.jobs import MOST_TRIES
from calla.kernel.processes import GRACE_SECONDS

HEARTBEAT_SECONDS = 5
DEAD_SECONDS = 20  # without a heartbeat a worker counts as killed, and others take over what it was at
log = logging.getLogger("calla.worker")
AGAIN_SECONDS = 2
LAST_SECONDS = GRACE_SECONDS - 5  # for the jobs at hand once it is told to stop
CALL_SECONDS = 3  # for a connection; a worker that is told to stop while the database is gone waits no longer
GONE = (ConnectorException, OperationalError, PoolTimeout)


class Command(BaseCommand):
    help = "Work off the job queue and run the periodic jobs, until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at the same time (default 4)")
        parser.add_argument("--once", action="store_true", help="stop when the queue is empty")

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(self._until_told_to_stop(options["concurrency"], wait=not options["once"]))

    async def _until_told_to_stop(self, concurrency: int, *, wait: bool) -> None:
        """A database that goes away is waited for; one that was never there ends the command."""
        task, met, told = asyncio.current_task(), False, asyncio.Event()

        def stop() -> None:
            told.set()  # a worker that stops while the database goes as well ends with that error instead
            if task:
                task.cancel()
            _end_in_any_case()

        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop)
        try:
            while not told.is_set():
                worker_app = app.with_connector(PsycopgConnector(kwargs=connector_params(), timeout=CALL_SECONDS))
                if not wait:  # what goes by the clock is for a worker that stays
                    worker_app.periodic_registry = PeriodicRegistry()  # type: ignore[no-untyped-call]
                try:
                    await worker_app.open_async()
                    met = True
                    await self._work(worker_app, concurrency, wait=wait)
                except GONE:
                    if not (met and wait) and not told.is_set():
                        raise
                finally:  # also when it was never opened: what tries to connect lets nobody end this process
                    await worker_app.close_async()
                if not wait or told.is_set():
                    return
                log.error("the database is gone; looking for it again in %s s", AGAIN_SECONDS)
                await sync_to_async(connections.close_all)()  # in the thread from which periodic jobs are enqueued
                await asyncio.sleep(AGAIN_SECONDS)
        except asyncio.CancelledError:
            return

    async def _work(self, worker_app: Any, concurrency: int, *, wait: bool) -> None:
        """Returns when the queue is empty and nobody waits for more, or when the database has gone."""
        await _take_over(worker_app.job_manager)
        watching = asyncio.create_task(_keep_taking_over(worker_app.job_manager))
        try:
            await worker_app.run_worker_async(
                concurrency=concurrency, wait=wait, fetch_job_polling_interval=5.0, install_signal_handlers=False,
                delete_jobs="successful", shutdown_graceful_timeout=LAST_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS, stalled_worker_timeout=DEAD_SECONDS,
            )  # fmt: skip
        finally:
            watching.cancel()


def _end_in_any_case() -> None:
    """A job stops for nobody, and whoever would kill us may be dead. The next worker does it again."""
    ending = threading.Timer(GRACE_SECONDS, os._exit, [1])
    ending.daemon = True
    ending.start()


async def _keep_taking_over(manager: JobManager) -> None:
    with suppress(*GONE):  # the worker beside notices as well, and it says so
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            await _take_over(manager)


async def _take_over(manager: JobManager) -> None:
    """Give what killed workers were at back to the queue. A job may run twice without harm, and one that kills whoever
    takes it is given up in the end."""
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_SECONDS):
        log.warning("the worker at job %s was killed, after %s tries; it is done again", job.id, job.attempts)
        if job.attempts >= MOST_TRIES:
            await manager.finish_job(job, Status.FAILED, delete_job=False)
            continue
        try:
            await manager.retry_job(job)
        except UniqueViolation:  # one by the clock, and the next is in the queue already
            await manager.finish_job(job, Status.FAILED, delete_job=True)
