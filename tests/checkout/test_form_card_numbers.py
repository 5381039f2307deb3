"""No card number gets past a form, however it is written."""

from __future__ import annotations

import pytest

from calla.privacy.card_numbers import holds_card_number, masked

CARDS = [
    "4242424242424242",
    "4242 4242 4242 4242",
    "4242-4242-4242-4242",
    "my card: 4000 0000 0000 0002, thanks",
    "4242424242424242 12/28 123",
    "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢",
    "４２４２４２４２４２４２４２４２",
    "378282246310005",
    "30569309025904",
    "5555\t5555 5555\n4444",
    "6011111111111117",
]


@pytest.mark.parametrize("text", CARDS)
def test_a_card_number_is_recognised_and_comes_back_masked(text: str) -> None:
    assert holds_card_number(text)
    assert sum(letter.isdigit() for letter in masked(text)) == 4


@pytest.mark.parametrize(
    "text",
    ["", "Main Street 1", "+49 30 1234567", "4242424242424241", "0000000000000000", "12345", "2026-11-23 10:00", "١٢٣"],
)
def test_other_numbers_pass(text: str) -> None:
    assert not holds_card_number(text)


def test_the_security_code_beside_it_goes_as_well() -> None:
    assert masked("4242424242424242 12/28 987") == "•••• 4242"
