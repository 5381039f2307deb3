"""What the typed card comes to. Real cards are turned away: nobody should ever give one to a test page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

PAYS = "4242424242424242"
DECLINED = "4000000000000002"
ASKS_AGAIN = "4000000000003220"
DISPUTED = "4000000000000259"
MEANING = {
    PAYS: "is paid",
    DECLINED: "is declined",
    ASKS_AGAIN: "asks for a second step",
    DISPUTED: "is paid, and disputed later",
}
_EXPIRY = re.compile(r"(0?[1-9]|1[0-2])\s*[/.-]\s*(?:20)?([0-9]{2})|(0[1-9]|1[0-2])([0-9]{2})")


@dataclass(frozen=True)
class Card:
    """Lives only while one request is answered."""

    number: str = field(repr=False)

    @property
    def last4(self) -> str:
        return self.number[-4:]


class CardRefused(Exception):
    """The form cannot be used as typed; one sentence for each field in `errors`."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


def read(form: Mapping[str, str], *, now: datetime) -> Card:
    number = re.sub(r"[\s-]", "", form.get("number", ""))
    found = {
        "number": _number_problem(number),
        "expiry": _expiry_problem(form.get("expiry", "").strip(), now),
        "csc": _csc_problem(form.get("csc", "").strip()),
    }
    if errors := {name: problem for name, problem in found.items() if problem}:
        raise CardRefused(errors)
    return Card(number)


def passes_luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _number_problem(number: str) -> str:
    if not number:
        return "Enter the card number."
    if not re.fullmatch(r"[0-9]{12,19}", number):
        return "A card number has 12 to 19 digits and nothing else."
    if not passes_luhn(number):
        return "This card number has a slip in it: check its digits."
    if number not in MEANING:
        return "This page takes test cards only. Never type a real card here; the test cards are listed below."
    return ""


def _expiry_problem(text: str, now: datetime) -> str:
    if not text:
        return "Enter the date until which the card is valid."
    match = _EXPIRY.fullmatch(text)
    if not match:
        return "Write month and year as on the card, such as 04/30."
    month, year = int(match[1] or match[3]), 2000 + int(match[2] or match[4])
    if (year, month) < (now.year, now.month):
        return "This card is no longer valid."
    return ""


def _csc_problem(text: str) -> str:
    if not text:
        return "Enter the security code on the back of the card."
    if not re.fullmatch(r"[0-9]{3,4}", text):
        return "The security code has three or four digits."
    return ""
