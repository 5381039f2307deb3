from __future__ import annotations

from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.management.base import BaseCommand

from calla.demo.loading import STAFF_TOTP


class Command(BaseCommand):
    help = "Print the code of the second step for the demo's own staff login, as an authenticator app would show it."

    def handle(self, *args: Any, **options: Any) -> None:
        counter = next(iter(yield_hotp_counters_from_time()))
        self.stdout.write(format_hotp_value(hotp_value(STAFF_TOTP, counter)))
