from __future__ import annotations

from django.db.models import TextChoices


class CartState(TextChoices):
    """`checking_out` waits for the bank, with its pieces held aside; `converted` has become an order."""

    OPEN = "open"
    CHECKING_OUT = "checking_out"
    CONVERTED = "converted"


MOVES = {
    CartState.OPEN: {CartState.OPEN, CartState.CHECKING_OUT, CartState.CONVERTED},
    CartState.CHECKING_OUT: {CartState.OPEN, CartState.CHECKING_OUT, CartState.CONVERTED},
    CartState.CONVERTED: {CartState.CONVERTED},
}
