from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from calla.kernel.errors import ShopError
from calla.privacy import selectors
from calla.privacy import services as privacy
from calla.privacy.types import OPERATOR
from calla.privacycentre.mine import copies
from calla.privacycentre.mine import report as reports
from calla.privacycentre.mine.pages import RIGHTS


class Command(BaseCommand):
    help = "Find a person by their address, or give out all that is held about them. Each is a line in their ledger."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        find = actions.add_parser("find", help="the ids of the people at an e-mail address")
        find.add_argument("who", metavar="EMAIL")
        export = actions.add_parser("export", help="all that is held about one person")
        export.add_argument("who", metavar="ID|EMAIL")
        export.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        subjects = _subjects(options["who"])
        if not subjects:
            raise CommandError("Nothing is held about anybody of that address or id.")
        try:
            ACTIONS[options["action"]](self, subjects, options)
        except ShopError as refused:
            raise CommandError(str(refused)) from None

    def find(self, subjects: tuple[UUID, ...], options: dict[str, Any]) -> None:
        """Nothing personal is printed: ids, and what kinds of things there are."""
        privacy.note_opening(subjects, by=OPERATOR, purpose=RIGHTS, what="looked up by the address")
        for subject, kinds in selectors.kinds(subjects).items():
            self.stdout.write(f"{subject}  {_counted(kinds)}")

    def export(self, subjects: tuple[UUID, ...], options: dict[str, Any]) -> None:
        privacy.note_opening(subjects, by=OPERATOR, purpose=RIGHTS, what="a copy of everything")
        report = reports.of(subjects)
        self.stdout.write(copies.as_json(report) if options["json"] else _as_text(report))


ACTIONS = {"find": Command.find, "export": Command.export}


def _subjects(who: str) -> tuple[UUID, ...]:
    with suppress(ValueError):
        return selectors.known([UUID(who)])
    return privacy.people_at(who)


def _counted(kinds: Counter[str]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "nothing"


def _as_text(report: dict[str, Any]) -> str:
    lines, last = [], ""
    for thing, part, value in reports.every_value(copies.shown(report)):
        if thing["id"] + part != last:
            last = thing["id"] + part
            lines += ["", part]
        lines.append(f"  {value['label']}: {value['text'].replace(chr(10), ', ') or value.get('why', '')}")
    return "\n".join(lines)
