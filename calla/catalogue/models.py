"""What is sold. The seller is always the shop itself, so there is no seller column; `made_by` is on the label."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from calla.kernel import clock


class ShopRow(models.Model):
    """The one row of the shop's own settings: what money and language its catalogue is kept in."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    country = models.CharField(max_length=2)
    locale = models.CharField(max_length=12, default="en")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="there_is_one_shop")]


class Generation(models.Model):
    """Counts the changes of the catalogue. Its one row stays locked until a change is committed, so that numbers become
    visible in their order and whoever follows them by number misses none. `epoch` tells one database from another."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
    epoch = models.UUIDField(default=uuid4)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="there_is_one_generation")]


class Category(models.Model):
    """What kind of thing it is; each product has at most one. Categories make a tree."""

    handle = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    position = models.PositiveIntegerField(default=0)
    size_guide = models.JSONField(default=dict, blank=True)


class Collection(models.Model):
    """A choice of products shown together, in the merchant's order. `cover` is the picture it is announced with."""

    handle = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)
    published = models.BooleanField(default=True)
    cover = models.JSONField(default=dict, blank=True)


class Product(models.Model):
    """`published_at` empty or ahead: a draft that nobody sees. `revision` is the generation of its last change.

    `facts` are pairs of a `types.Fact` and its text, in the order in which they are shown.
    """

    handle = models.CharField(max_length=255, unique=True)
    title = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    made_by = models.CharField(max_length=120, blank=True)
    category = models.ForeignKey(Category, models.SET_NULL, null=True, related_name="products")
    tags = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    facts = models.JSONField(default=list, blank=True)
    seo_title = models.CharField(max_length=255, blank=True)
    seo_description = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)
    revision = models.PositiveBigIntegerField(default=0, db_index=True)


class CollectionItem(models.Model):
    collection = models.ForeignKey(Collection, models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, models.CASCADE, related_name="collection_items")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["collection", "product"], name="once_in_a_collection")]
        indexes = [models.Index(fields=["collection", "position"], name="items_in_their_order")]


class Option(models.Model):
    product = models.ForeignKey(Product, models.CASCADE, related_name="options")
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "name"], name="option_named_once")]


class OptionValue(models.Model):
    """`swatch` is the colour to show beside the name, as #rrggbb, or empty."""

    option = models.ForeignKey(Option, models.CASCADE, related_name="values")
    value = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    swatch = models.CharField(max_length=7, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["option", "value"], name="value_named_once")]


class Picture(models.Model):
    """`file` lies under the media folder; without one it is not shown. `source` says where an import had it from: an
    address that the shop never fetches, or a name in the media folder of the shop before.

    A photo is kept as `original`, which is never served. While it is `waiting`, the worker has still to make its
    `renditions`: the stem of their names and their widths. `file` is then one of them, for whoever can take no choice.
    `refused` tells why there are none.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="pictures")
    file = models.CharField(max_length=255, blank=True)
    original = models.CharField(max_length=80, blank=True)
    waiting = models.BooleanField(default=False)
    renditions = models.JSONField(default=dict, blank=True)
    refused = models.CharField(max_length=255, blank=True)
    source = models.TextField(blank=True)
    alt = models.CharField(max_length=512, blank=True)
    position = models.PositiveIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(file="") | ~Q(source="") | ~Q(original=""), name="picture_comes_from_somewhere"
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(waiting=True), name="pictures_waiting")]


class Variant(models.Model):
    """What is bought: one choice of every option. `title` joins the values and tells variants of a product apart.

    One that is no longer `offered` stays for the orders that name it.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="variants")
    title = models.CharField(max_length=400, blank=True)
    sku = models.CharField(max_length=80, blank=True)
    barcode = models.CharField(max_length=80, blank=True)
    price_minor = models.PositiveBigIntegerField()
    compare_at_minor = models.PositiveBigIntegerField(null=True)
    weight_grams = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    offered = models.BooleanField(default=True)
    picture = models.ForeignKey(Picture, models.SET_NULL, null=True, related_name="variants")
    values = models.ManyToManyField(OptionValue, through="VariantValue", related_name="variants")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "title"], name="variant_titled_once"),
            models.UniqueConstraint(fields=["sku"], condition=~Q(sku=""), name="sku_used_once"),
            models.CheckConstraint(
                condition=Q(compare_at_minor=None) | Q(compare_at_minor__gt=F("price_minor")),
                name="reduced_price_is_lower",
            ),
        ]


class VariantValue(models.Model):
    """The option stands beside its value, so that the database allows one value of each option."""

    variant = models.ForeignKey(Variant, models.CASCADE, related_name="chosen")
    option = models.ForeignKey(Option, models.CASCADE, related_name="+")
    value = models.ForeignKey(OptionValue, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["variant", "option"], name="one_value_of_each_option")]


class PriceChange(models.Model):
    """Every price a variant ever had, only added to: whoever shows a reduction must show the lowest price before it."""

    variant = models.ForeignKey(Variant, models.CASCADE, related_name="price_changes")
    price_minor = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["variant", "at"], name="price_changes_in_time")]


class Stock(models.Model):
    """How many there are. Free to sell = on_hand - allocated - held - safety.

    `held` counts all holds not swept yet, run out or not: it may be too high for a moment, never too low.
    """

    variant = models.OneToOneField(Variant, models.PROTECT, primary_key=True, related_name="stock")
    on_hand = models.IntegerField(default=0)
    allocated = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    safety = models.PositiveIntegerField(default=0)
    backorder = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="on_hand_is_not_below_zero"),
            models.CheckConstraint(condition=Q(allocated__gte=0), name="allocated_is_not_below_zero"),
            models.CheckConstraint(condition=Q(held__gte=0), name="held_is_not_below_zero"),
            models.CheckConstraint(
                condition=Q(backorder=True) | Q(on_hand__gte=F("allocated") + F("held") + F("safety")),
                name="nothing_is_oversold",
            ),
        ]


class StockTurn(models.Model):
    """A variant's stock came to mean something else: none, one, two, three, more, or made to order. Only added to, by a
    trigger, and deleted after an hour.

    `xid` is the transaction that did it. Transactions end in any order, so whoever follows asks for all from the oldest
    that was open at the last look, and meets some twice. `held` counts here, as it does for the shelf.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    variant = models.ForeignKey(Variant, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    xid = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(db_index=True)


class StockHold(models.Model):
    """Set aside while an order is being paid. Orders are higher up: their id is a plain value here."""

    order_id = models.UUIDField()
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="holds")
    quantity = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_id", "variant"], name="one_hold_of_a_variant"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="hold_holds_something"),
        ]


class StockMovement(models.Model):
    """Every change of on_hand or allocated, only added to: the sums over a variant are its numbers."""

    class Reason(models.TextChoices):
        ALLOCATED = "allocated"
        CANCELLED = "cancelled"
        CORRECTED = "corrected"
        DAMAGED = "damaged"
        FOUND = "found"
        IMPORT = "import"
        LOST = "lost"
        RECEIVED = "received"
        RETURNED = "returned"
        SHIPPED = "shipped"
        STOCKTAKE = "stocktake"

    variant = models.ForeignKey(Variant, models.PROTECT, related_name="movements")
    on_hand = models.IntegerField(default=0)
    allocated = models.IntegerField(default=0)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    actor = models.CharField(max_length=20)
    actor_subject = models.UUIDField(null=True)
    order_id = models.UUIDField(null=True, db_index=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(on_hand=0) | ~Q(allocated=0), name="movement_moves_something"),
        ]
