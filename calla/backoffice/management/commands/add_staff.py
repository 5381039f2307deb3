from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calla.backoffice.services import add_staff
from calla.customers.types import Role
from calla.kernel.errors import ShopError


class Command(BaseCommand):
    help = "Take somebody on as staff. Their first sign-in asks them to set up a second factor."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role if role is not Role.CUSTOMER])
        parser.add_argument("--name", default="", help="How they are called in the office.")
        parser.add_argument("--password-file", type=Path, help="Holds the first password. Without it one is made.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            login = add_staff(options["email"], options["role"], name=options["name"], password=_password(options))
        except ShopError as refused:
            raise CommandError(str(refused)) from None
        if not login.fresh:
            raise CommandError("There is an account for this e-mail address already. Nothing was changed.")
        self.stdout.write("Added. They sign in at /office and set up their second factor there.")
        if options["password_file"] is None:
            self.stdout.write(f"First password, shown only now: {login.password}")


def _password(options: dict[str, Any]) -> str | None:
    file: Path | None = options["password_file"]
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"Cannot read {file}: {error}") from None
