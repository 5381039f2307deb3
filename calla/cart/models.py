"""A cart belongs to whoever knows its address. It names no person, and there is nothing in it to name one by."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from calla.cart.states import CartState
from calla.cart.types import MOST_PIECES
from calla.kernel import clock

LIFE = timedelta(days=30)


def end_of_life() -> datetime:
    return clock.now() + LIFE


class Cart(models.Model):
    """`held_until`: until then its pieces may be set aside for a payment under way, and look sold out to everybody.

    `turn` counts the orders that came of it while something else was put in: what was, waits for the next.
    """

    token_digest = models.BinaryField(max_length=32, unique=True)
    state = models.CharField(max_length=12, choices=CartState.choices, default=CartState.OPEN)
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(default=end_of_life, db_index=True)
    held_until = models.DateTimeField(null=True)
    turn = models.PositiveSmallIntegerField(default=0, db_default=0)


class CartLine(models.Model):
    """`price_seen_minor` is the price when the piece was put in, so that a change since can be told."""

    cart = models.ForeignKey(Cart, models.CASCADE, related_name="lines")
    variant = models.ForeignKey("catalogue.Variant", models.CASCADE, related_name="+")
    quantity = models.PositiveSmallIntegerField()
    price_seen_minor = models.PositiveBigIntegerField()
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cart", "variant"], name="one_line_of_a_variant"),
            models.CheckConstraint(condition=Q(quantity__range=(1, MOST_PIECES)), name="cart_line_holds_some_pieces"),
        ]
