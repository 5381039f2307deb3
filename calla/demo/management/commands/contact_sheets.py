from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from calla.demo import sheets


class Command(BaseCommand):
    help = "Draw the demo's garments into a folder, with contact sheets as HTML, and as PNG where there is a Chromium."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="the folder, made when missing")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["to"]
        folder.mkdir(parents=True, exist_ok=True)
        for written in sheets.write(folder):
            self.stdout.write(str(written))
