from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calla.payments import services
from calla.payments.errors import ProviderDown, ProviderRefused

SAID = {
    "payments_without_order": "Taken at the payment service, but no order here knows it",
    "orders_without_payment": "Placed here, but not paid at the payment service",
    "amounts_differ": "The amounts differ between here and the payment service",
}


class Command(BaseCommand):
    help = "Settle what the payment service knows and we missed, then compare the books. Exits with 1 if they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = services.reconcile()
        except ProviderDown:
            raise CommandError("The payment service does not answer. Nothing is lost; run this again later.") from None
        except ProviderRefused as refused:
            raise CommandError(f"{refused} ({refused.reason})") from None
        if options["json"]:
            self.stdout.write(json.dumps({"agree": bool(found), **asdict(found)}))
        else:
            self._tell(asdict(found))
        if not found:
            sys.exit(1)

    def _tell(self, found: dict[str, tuple[str, ...]]) -> None:
        for name, items in found.items():
            for item in items:
                self.stdout.write(f"{SAID[name]}: {item}")
        if not any(found.values()):
            self.stdout.write("The books and the payment service agree.")
