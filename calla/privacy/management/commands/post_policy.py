from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from calla.policy import PolicyErrors
from calla.privacy import conformity, versions


class Command(BaseCommand):
    help = "Post the shop's policy file as the next version. What is in force stays, should the file not pass."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="the policy file (default: policy.toml in the home)")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"] or Path(settings.CALLA_HOME) / "policy.toml"
        try:
            source = file.read_text(encoding="utf-8")
            conformity.refuse_what_does_not_fit(source, name=str(file))
            version = versions.post(source, name=str(file))
        except OSError as error:
            told = f"{file}: {error.strerror}. Name the policy file, or run this in the shop's home."
            raise CommandError(told) from None
        except UnicodeDecodeError:
            raise CommandError(f"{file}: the policy is not UTF-8 text: save it as UTF-8.") from None
        except PolicyErrors as errors:
            raise CommandError(f"{errors}\nNothing was posted; the version in force stays in force.") from None
        except versions.Unchanged as unchanged:
            self.stdout.write(str(unchanged))
            return
        self._report(version, as_json=options["json"])

    def _report(self, version: Any, *, as_json: bool) -> None:
        said = {"version": version.number, "effective_at": version.effective_at.isoformat(), "changes": version.changes}
        if as_json:
            self.stdout.write(json.dumps(said))
            return
        self.stdout.write(f"Version {version.number} is posted, in force from {said['effective_at']}.")
        for change in version.changes:
            self.stdout.write(f"  {change['kind']:<10} {change['sentence']:<5} {change['gloss'] or change['path']}")
