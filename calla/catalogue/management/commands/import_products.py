from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table

from calla.catalogue import importing
from calla.catalogue.importing.cells import Progress as Tell

MOST_LINES = 50


class Command(BaseCommand):
    help = "Import products from a file. What is wrong is told line by line; the same file again makes no doubles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a product file, as CSV in UTF-8")
        parser.add_argument(
            "--format", choices=["auto", *importing.FORMATS], default="auto", help="what wrote the file"
        )
        parser.add_argument("--media", type=Path, help="the folder of its photos; without it “media” beside the file")
        parser.add_argument("--dry-run", action="store_true", help="tell what would be done, and change nothing")
        parser.add_argument("--strict", action="store_true", help="import all or nothing: stop at the first error")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print the report as JSON")

    def handle(
        self, *, file: Path, format: str, media: Path | None, dry_run: bool, strict: bool, as_json: bool, **options: Any
    ) -> None:
        if media and not media.is_dir():
            raise CommandError(f"{media} is no folder. Name the one that holds the photos.")
        try:
            with _progress(file) as tell:
                report = importing.run(file, format=format, media=media, dry_run=dry_run, strict=strict, progress=tell)
        except importing.FileRefused as refusal:
            raise CommandError(str(refusal)) from None
        _print(report, as_json=as_json, console=Console(width=None if sys.stdout.isatty() else 120))
        if not report.ok:
            sys.exit(1)


@contextmanager
def _progress(file: Path) -> Iterator[Tell]:
    """A bar on a terminal, and nothing in a log or a pipe."""
    console = Console(stderr=True)
    columns = TextColumn("Importing"), BarColumn(), DownloadColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=file.stat().st_size if file.is_file() else None)
        yield lambda done: bar.update(task, completed=done)


def _print(report: importing.Report, *, as_json: bool, console: Console) -> None:
    if as_json:
        console.out(json.dumps(report.as_data(), ensure_ascii=False, indent=2), highlight=False)
        return
    done = "would be" if report.dry_run else "was"
    table = Table(title=f"{report.file}: what {done} imported", title_justify="left")
    table.add_column("")
    table.add_column("number", justify="right")
    for label, number in (
        ("products created", report.created),
        ("products changed", report.changed),
        ("products as they were", report.unchanged),
        ("products left out because of errors", report.failed),
        ("variants new", report.new_variants),
        ("variants no longer offered", report.withdrawn_variants),
        ("collections with new products", report.collections),
        ("photos, which the worker makes fit for pages", report.photos),
        ("photos that were not there", report.photos_missing),
    ):
        table.add_row(label, str(number))
    console.print(table)
    _print_problems(report, console)


def _print_problems(report: importing.Report, console: Console) -> None:
    shown = sorted(report.problems, key=lambda problem: (not problem.is_error, problem.line))
    for problem in shown[:MOST_LINES]:
        kind = "error" if problem.is_error else "note"
        console.print(
            f"line {problem.line}, {problem.handle or '?'}: {kind}: {problem.message}", markup=False, highlight=False
        )
    if len(shown) > MOST_LINES:
        console.print(f"… and {len(shown) - MOST_LINES} more; --json tells all.", markup=False, highlight=False)
    if report.photos_missing:
        told = f"Photos were looked for in {report.media}. Put the missing ones there and import the file again."
        console.print(told, markup=False, highlight=False, soft_wrap=True)
    if report.stopped:
        console.print(report.stopped, markup=False, highlight=False)
