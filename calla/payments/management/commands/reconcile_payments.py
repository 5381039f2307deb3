from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calla.payments import services
from calla.payments.errors import NotStray, ProviderDown, ProviderRefused

SAID = {
    "payments_without_order": "Taken at the payment service, but no order here knows it",
    "orders_without_payment": "Placed here, but not paid at the payment service",
    "amounts_differ": "The amounts differ between here and the payment service",
}


class Command(BaseCommand):
    help = "Settle what the payment service knows and we missed, then compare the books. Exits with 1 if they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="report as JSON")
        parser.add_argument(
            "--pay-back", metavar="REFERENCE", help="give back what was taken under this reference for no order here"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["pay_back"]:
                self._pay_back(options["pay_back"])
                return
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

    def _pay_back(self, reference: str) -> None:
        try:
            gone = services.pay_back(reference)
        except NotStray as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{gone.format()} went back for {reference}.")

    def _tell(self, found: dict[str, tuple[str, ...]]) -> None:
        for name, items in found.items():
            for item in items:
                self.stdout.write(f"{SAID[name]}: {item}")
        if found["payments_without_order"]:
            self.stdout.write("Look for the order of each, and restore it. Of none: --pay-back gives the money back.")
        if not any(found.values()):
            self.stdout.write("The books and the payment service agree.")
