"""Card numbers belong to the bank's page alone. One that is typed here is recognised, refused and never shown again."""

from __future__ import annotations

import re
from collections.abc import Iterator

from calla.privacy.known_limits import known

RUN = re.compile(r"\d(?:[\s./_·‐-―−-]{0,3}\d){12,}")
known(
    "A card number that is spelt out in words is not recognised.",
    reviewed="2026-11-26",
)

LENGTHS = {"2": (16,), "3": (15, 14, 16), "4": (16, 13, 19), "5": (16,), "6": (16, 19, 18, 17)}  # by first digit


def holds_card_number(text: str) -> bool:
    return masked(text) != _plain(text)


def masked(text: str) -> str:
    """The text without its card numbers: whatever stands beside one in the same row of digits goes as well."""
    return RUN.sub(lambda run: _masked_run(run[0]), _plain(text))


def _masked_run(run: str) -> str:
    digits = re.sub(r"\D", "", run)
    card = next((number for number in _candidates(digits) if _is_card(number)), None)
    return f"•••• {card[-4:]}" if card else run


def _candidates(digits: str) -> Iterator[str]:
    """The row as a whole, then every part of it that begins and is as long as a card number."""
    if len(digits) <= 19:
        yield digits
    for start, first in enumerate(digits):
        for length in LENGTHS.get(first, ()):
            if start + length <= len(digits):
                yield digits[start : start + length]


def _plain(text: str) -> str:
    """Digits of every script as 0 to 9; other letters stay."""
    return "".join(str(int(letter)) if letter.isdecimal() else letter for letter in text)


def _is_card(number: str) -> bool:
    """The check digit by Luhn's rule; a row of one digit is nobody's card."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return len(set(digits)) > 1 and (sum(digits[0::2]) + sum(doubled)) % 10 == 0
