"""What can be found, kept apart from the catalogue and made from it. All of it can be thrown away and made again."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Indexed(models.Model):
    """Up to which generation of the catalogue the one row of this table says the cards have followed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    generation = models.PositiveBigIntegerField(default=0)


class Card(models.Model):
    """A product as JSON: `entry` is what the index in each process is made from, `tile` how lists show it.

    Both are empty for what is not shown. `generation` is that of the catalogue when the card was made: whoever follows
    asks for those made since.
    """

    product = models.OneToOneField("catalogue.Product", models.CASCADE, primary_key=True, related_name="+")
    generation = models.PositiveBigIntegerField(db_index=True)
    entry = models.TextField(blank=True)
    tile = models.TextField(blank=True)


class Synonyms(models.Model):
    """Words and short phrases that mean the same here: who asks for one finds the others as well."""

    words = ArrayField(models.CharField(max_length=80))
