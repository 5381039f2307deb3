from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from calla.privacy import erasure
from calla.privacy.erasure import Searched


class Command(BaseCommand):
    help = "What the search after an erasure has found: by the number of its receipt, or all that left something over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=UUID, nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["number"] is None:
            found = list(erasure.with_something_left())
            self.stdout.write("\n".join(map(_told, found)) or "No search has found anything that should not be there.")
            return
        one = erasure.searched(options["number"])
        if one is None:
            raise CommandError("No search of that number was owed.")
        self.stdout.write(_told(one))


def _told(one: Searched) -> str:
    if one.done_at is None:
        return f"{one.number}: still to be made, by the worker"
    lines = [f"{one.number}: made on {one.done_at:%Y-%m-%d %H:%M} UTC"]
    return "\n".join([*lines, *(f"  {each.where}: {each.count}, {each.became}" for each in one.found or ())])
