"""What can be found, kept apart from the catalogue and made from it. All of it can be thrown away and made again."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Indexed(models.Model):
    """Up to which generation of the catalogue the one row of this table says the index has followed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    generation = models.PositiveBigIntegerField(default=0)


class Entry(models.Model):
    """A product. `title` and `skus` are folded; `price_minor` is that of its cheapest variant."""

    product = models.OneToOneField("catalogue.Product", models.CASCADE, primary_key=True, related_name="+")
    handle = models.CharField(max_length=255)
    shown_title = models.CharField(max_length=255)
    title = models.CharField(max_length=600, db_index=True)
    skus = ArrayField(models.CharField(max_length=200), default=list)
    categories = ArrayField(models.CharField(max_length=120), default=list)
    price_minor = models.PositiveBigIntegerField()
    published_at = models.DateTimeField()
    created_at = models.DateTimeField()


class Place(models.Model):
    """Where the merchant put a product in a collection."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="places")
    collection = models.CharField(max_length=120)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["collection", "entry"], name="search_place_once")]


class Choice(models.Model):
    """A variant; `facets` are its values as `name=value`, and those of its product, for filters to overlap with."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="choices")
    variant = models.OneToOneField("catalogue.Variant", models.CASCADE, primary_key=True, related_name="+")
    price_minor = models.PositiveBigIntegerField()
    facets = ArrayField(models.CharField(max_length=400), default=list)


class Facet(models.Model):
    """One value that one variant can be filtered by."""

    choice = models.ForeignKey(Choice, models.CASCADE, related_name="values")
    name = models.CharField(max_length=60)
    value = models.CharField(max_length=300)
    label = models.CharField(max_length=120)
    title = models.CharField(max_length=120)
    swatch = models.CharField(max_length=7, blank=True)
    position = models.PositiveSmallIntegerField(default=0)


class Word(models.Model):
    """Every word once, folded, so that a mistyped one has something to be compared with."""

    text = models.CharField(max_length=64, unique=True)
    length = models.PositiveSmallIntegerField(db_index=True)


class Posting(models.Model):
    """A word stands in a product; the weight says how much that matters."""

    word = models.ForeignKey(Word, models.CASCADE, related_name="postings")
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="postings")
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "entry"], name="search_word_once")]
