"""What the merchant sets for delivery and tax."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class ShippingMethod(models.Model):
    """`countries` empty: everywhere. `free_from_minor`: orders of that much are sent free. Days are working days."""

    name = models.CharField(max_length=80)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    price_minor = models.PositiveBigIntegerField()
    free_from_minor = models.PositiveBigIntegerField(null=True)
    days_min = models.PositiveSmallIntegerField(default=1)
    days_max = models.PositiveSmallIntegerField(default=3)
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(days_max__gte=F("days_min")), name="delivery_days_are_in_order"),
        ]


class TaxRate(models.Model):
    """The sales tax contained in the price of an order that goes there; 0.19 is 19 %. No row, no tax."""

    country = models.CharField(max_length=2, unique=True)
    rate = models.DecimalField(max_digits=5, decimal_places=4)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(rate__gte=0) & Q(rate__lt=1), name="tax_rate_is_a_share")]
