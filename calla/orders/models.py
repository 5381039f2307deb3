from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.db import models

from calla.kernel import clock
from calla.kernel.money import Money
from calla.kernel.transitions import move
from calla.orders.states import FULFILMENT_MOVES, ORDER_MOVES, CancelReason, Event, FulfilmentState, OrderState
from calla.orders.types import AccountingDetails, NoteDetails, OrderDetails
from calla.privacy.sealed import AboutPerson, Sealed


class Order(AboutPerson):
    """One cart, ordered. Whatever is clicked twice, a cart has one order; the next only when something was put into it
    while the bank was asked, which is then another turn of it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.CharField(max_length=16, unique=True, null=True)
    token_digest = models.BinaryField(max_length=32, unique=True)
    cart_digest = models.BinaryField(max_length=32)
    cart_turn = models.PositiveSmallIntegerField(default=0, db_default=0)
    email_index = models.BinaryField(max_length=32, db_index=True)
    key = models.UUIDField()
    details = Sealed(OrderDetails)
    state = models.CharField(max_length=12, choices=OrderState.choices, default=OrderState.DRAFT)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    subtotal_minor = models.BigIntegerField()
    shipping_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    shipping_method = models.CharField(max_length=80)
    days_min = models.PositiveSmallIntegerField()
    days_max = models.PositiveSmallIntegerField()
    drafted_at = models.DateTimeField(default=clock.now)
    held_until = models.DateTimeField()
    placed_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-placed_at"]), models.Index(fields=["-placed_at"])]
        constraints = [
            models.UniqueConstraint(fields=["cart_digest", "cart_turn"], name="one_order_a_turn_of_a_cart"),
            models.CheckConstraint(
                name="total_adds_up",
                condition=models.Q(total_minor=models.F("subtotal_minor") + models.F("shipping_minor")),
            ),
            models.CheckConstraint(
                name="placed_has_number",
                condition=models.Q(state="draft") | models.Q(number__isnull=False, placed_at__isnull=False),
            ),
        ]

    def move_to(self, new: OrderState) -> None:
        self.state = move("order", ORDER_MOVES, OrderState(self.state), new)

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)

    @property
    def total(self) -> Money:
        return self.money(self.total_minor)

    def life(self) -> dict[str, date]:
        happened = {"order.placed": (self.placed_at or self.drafted_at).date()}
        return happened | ({"order.ended": self.ended_on} if self.ended_on else {})


class Accounting(AboutPerson):
    """What the tax law makes a shop keep of an order, under a key of its own: the rest can go without it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    order = models.OneToOneField(Order, models.CASCADE, related_name="accounting")
    key = models.UUIDField()
    details = Sealed(AccountingDetails)

    def life(self) -> dict[str, date]:
        return self.order.life()


class OrderLine(AboutPerson):
    """What was bought, as it was called and priced then."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    variant = models.ForeignKey("catalogue.Variant", models.SET_NULL, null=True)
    position = models.PositiveSmallIntegerField()
    product_title = models.CharField(max_length=255)
    product_handle = models.CharField(max_length=255)
    variant_title = models.CharField(max_length=255, blank=True)
    sku = models.CharField(max_length=100, blank=True)
    quantity = models.PositiveIntegerField()
    price_minor = models.BigIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="one_line_a_position"),
            models.CheckConstraint(name="something_bought", condition=models.Q(quantity__gte=1, price_minor__gte=0)),
        ]


class Fulfilment(AboutPerson):
    """One parcel of an order."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="fulfilments")
    state = models.CharField(max_length=12, choices=FulfilmentState.choices, default=FulfilmentState.PENDING)
    carrier = models.CharField(max_length=60, blank=True)
    tracking_number = models.CharField(max_length=60, blank=True)
    packed_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    def move_to(self, new: FulfilmentState) -> None:
        self.state = move("parcel", FULFILMENT_MOVES, FulfilmentState(self.state), new)


class FulfilmentLine(models.Model):
    fulfilment = models.ForeignKey(Fulfilment, models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, models.CASCADE)
    quantity = models.PositiveIntegerField()


class OrderEvent(models.Model):
    """The order's timeline: who did what, when. Only ever added to."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=30, choices=Event.choices)
    at = models.DateTimeField(default=clock.now)
    actor = models.CharField(max_length=20)
    actor_subject = models.UUIDField(null=True)

    class Meta:
        ordering = ["at", "pk"]


class Recall(models.Model):
    """Something the shop sold is called back: one text, to everybody who bought it until then."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    product_handle = models.CharField(max_length=255)
    product_title = models.CharField(max_length=255)
    text = models.TextField()
    people = models.PositiveIntegerField()
    begun_at = models.DateTimeField(default=clock.now)
    begun_by = models.UUIDField()


class Note(AboutPerson):
    """A necessary letter about one order. Words for this person alone are sealed; a recall has one text for all."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    order = models.ForeignKey(Order, models.SET_NULL, null=True, related_name="notes")
    recall = models.ForeignKey(Recall, models.PROTECT, null=True, related_name="notes")
    key = models.UUIDField(null=True)
    details = Sealed(NoteDetails, default=b"")
    reason = models.CharField(max_length=30)
    written_on = models.DateField(default=clock.today)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recall", "order"], name="one_note_a_recall_and_order")]

    def life(self) -> dict[str, date]:
        return {"letter.sent": self.written_on}


class Cancellation(models.Model):
    order = models.OneToOneField(Order, models.CASCADE, related_name="cancellation")
    reason = models.CharField(max_length=20, choices=CancelReason.choices)
    actor = models.CharField(max_length=20)
    actor_subject = models.UUIDField(null=True)
    at = models.DateTimeField(default=clock.now)
