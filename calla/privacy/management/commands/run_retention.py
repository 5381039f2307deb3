from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calla.kernel.errors import ShopError
from calla.privacy import retention
from calla.privacy.retention import Report


class Command(BaseCommand):
    help = (
        "End what has had its time by the policy: rows go, and their keys are destroyed. A worker does it each night."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", type=_day, help="as on this day, such as 2027-12-31 (default: today)")
        parser.add_argument("--dry-run", action="store_true", help="say what would end, and change nothing")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        tell = self._progress if self.stderr.isatty() else lambda report: None
        try:
            report = retention.run(options["at"], change=not options["dry_run"], tell=tell)
        except ShopError as refused:
            raise CommandError(str(refused)) from None
        if options["json"]:
            self.stdout.write(json.dumps(report.as_data() | {"changed": not options["dry_run"]}))
        else:
            self.stdout.writelines(_lines(report, changed=not options["dry_run"]))

    def _progress(self, report: Report) -> None:
        self.stderr.write(f"\r{sum(report.over.values()) + sum(report.held.values())} ended", ending="")


def _lines(report: Report, *, changed: bool) -> list[str]:
    verb = "ended" if changed else "would end"
    told = (
        (report.over, verb),
        (report.held, f"{verb} but for what the law holds"),
        (report.unsaid, "left, since no sentence in force grants their purpose"),
    )
    said = [f"{count} {label}: {what}" for rows, what in told for label, count in sorted(rows.items())]
    sums = [f"{report.keys} keys destroyed, {report.people} people forgotten whole"] if changed else []
    return [f"{line}\n" for line in (*(said or ["Nothing has had its time."]), *sums)]


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise ArgumentTypeError(f"{word} is not a day: write it like 2027-12-31") from None
