from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calla.kernel.errors import ShopError
from calla.privacy import conformity, ledger, proof, versions


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at, and what was seen where it does not hold."""

    name: str
    ok: bool
    said: str = ""


class Command(BaseCommand):
    help = "Hold the policy in force against the program, make every probe, and follow the chain of the ledger."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lines = list(_lines())
        except ShopError as refused:
            raise CommandError(str(refused)) from None
        broken = [line for line in lines if not line.ok]
        if options["json"]:
            checks = [{"name": line.name, "ok": line.ok, "said": line.said} for line in lines]
            self.stdout.write(json.dumps({"ok": not broken, "checks": checks}))
        else:
            for line in lines:
                self.stdout.write(f"{'kept  ' if line.ok else 'BROKEN'}  {line.name}  {line.said}".rstrip())
        if broken:
            raise CommandError(f"{len(broken)} of {len(lines)} checks found something broken.")
        if not options["json"]:
            self.stdout.write(f"All {len(lines)} checks found the promises kept.")


def _lines() -> Iterator[Line]:
    wrong = [str(problem) for problem in conformity.findings(versions.current()) if not problem.warning]
    yield Line("the policy fits the program", not wrong, "; ".join(wrong))
    for found in proof.run_all():
        yield Line(found.probe.name, found.ok, found.said)
    while ledger.chain():
        pass
    broken_at = ledger.broken_at()
    yield Line("the ledger is whole", broken_at is None, f"line {broken_at} does not follow" if broken_at else "")
