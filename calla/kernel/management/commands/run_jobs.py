from __future__ import annotations

import asyncio
import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app


class Command(BaseCommand):
    help = "Work off the job queue and run the periodic jobs, until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at the same time (default 4)")
        parser.add_argument("--once", action="store_true", help="stop when the queue is empty")

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(self._work(options["concurrency"], wait=not options["once"]))

    async def _work(self, concurrency: int, *, wait: bool) -> None:
        worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with worker_app.open_async():
            task = asyncio.current_task()
            for name in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(name, lambda: task and task.cancel())
            try:
                await worker_app.run_worker_async(
                    concurrency=concurrency, wait=wait, fetch_job_polling_interval=5.0, install_signal_handlers=False,
                    delete_jobs="successful", shutdown_graceful_timeout=20,
                )
            except asyncio.CancelledError:
                return
