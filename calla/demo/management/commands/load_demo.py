from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from calla.demo import loading


class Command(BaseCommand):
    help = "Fill a fresh shop with the demo's catalogue, staff and policy. Done twice, it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        loading.load(lambda line: self.stdout.write(line) if options["verbosity"] else None)
