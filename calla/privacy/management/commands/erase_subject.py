from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from calla.kernel.errors import ShopError
from calla.privacy import erasure, services
from calla.privacy.erasure import Erasure, Plan
from calla.privacy.types import SYSTEM


class Command(BaseCommand):
    help = "Erase a person, as far as nothing is owed to them and no law holds it. With --plan only say what would go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("who", metavar="ID|EMAIL")
        parser.add_argument("--plan", action="store_true", help="say what would be erased, and change nothing")
        parser.add_argument("--yes", action="store_true", help="do not ask whether it is meant")
        parser.add_argument("--json", action="store_true", help="report as JSON; of an erasure, its signed receipt")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            subjects = _subjects(options["who"])
            planned = erasure.plan(subjects)
            if not planned:
                raise CommandError("Nothing is held about anybody of that address or id.")
            if options["plan"]:
                self._tell(json.dumps(erasure.as_data(planned), indent=2) if options["json"] else _in_words(planned))
                return
            self._refuse_what_is_not_meant(planned, yes=options["yes"])
            done = erasure.erase(subjects, by=SYSTEM)
            self._tell(json.dumps(erasure.receipt_of(done), indent=2) if options["json"] else _done(done))
        except ShopError as refused:
            raise CommandError(str(refused)) from None

    def _tell(self, text: str) -> None:
        self.stdout.write(text)

    def _refuse_what_is_not_meant(self, planned: Plan, *, yes: bool) -> None:
        if yes:
            return
        if not sys.stdin.isatty():
            raise CommandError("Nothing was erased. It cannot be undone: say --yes if it is meant.")
        self._tell(_in_words(planned))
        if input("Erase this? It cannot be undone. Type yes: ").strip() != "yes":
            raise CommandError("Nothing was erased.")


def _subjects(who: str) -> tuple[UUID, ...]:
    with suppress(ValueError):
        return (UUID(who),)
    return services.people_at(who)


def _in_words(planned: Plan) -> str:
    lines = ["Goes now"]
    lines += [f"  {part.count} × {part.what}{_listed(part.fields)}" for part in planned.gone] or ["  nothing"]
    lines += ["Held by law"] + ([] if planned.kept else ["  nothing"])
    for one in planned.kept:
        lines.append(f"  {one.count} × {one.what}{_listed(one.fields)}, until {one.until}: {one.law}")
    lines += ["Stays, and is nobody's", *(f"  {what}" for what in planned.anonymous)]
    if planned.first:
        lines += ["Served first, and gone when it has ended"]
        lines += [f"  {part.count} × {part.what}" for part in planned.first]
    return "\n".join(lines)


def _listed(fields: tuple[str, ...]) -> str:
    return f" ({', '.join(fields)})" if fields else ""


def _done(done: Erasure) -> str:
    lines = [_in_words(done.plan), "", f"{done.keys} keys destroyed, {done.people} people forgotten whole"]
    return "\n".join([*lines, *(f"found in {one.where}: {one.count}, {one.became}" for one in done.found)])
