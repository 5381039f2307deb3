"""Where an order and its parcels can stand, and where they can go from there."""

from __future__ import annotations

from django.db.models import TextChoices


class OrderState(TextChoices):
    """`draft` waits for its payment and is forgotten without one; `completed` is delivered, and the time to send it
    back is over."""

    DRAFT = "draft"
    PLACED = "placed"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class FulfilmentState(TextChoices):
    """`failed` came back undelivered: its pieces are kept for the order, to be packed again or called off."""

    PENDING = "pending"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


class CancelReason(TextChoices):
    CUSTOMER = "customer", "The customer asked for it"
    OUT_OF_STOCK = "out_of_stock", "An item is no longer there"
    PAYMENT = "payment", "The payment could not be taken"
    FRAUD = "fraud", "The order looks forged"
    OTHER = "other", "Another reason"


ORDER_MOVES = {
    OrderState.DRAFT: {OrderState.PLACED},
    OrderState.PLACED: {OrderState.ON_HOLD, OrderState.COMPLETED, OrderState.CANCELLED},
    OrderState.ON_HOLD: {OrderState.PLACED, OrderState.CANCELLED},
    OrderState.COMPLETED: set[OrderState](),
    OrderState.CANCELLED: set[OrderState](),
}

FULFILMENT_MOVES = {
    FulfilmentState.PENDING: {FulfilmentState.PACKED, FulfilmentState.CANCELLED},
    FulfilmentState.PACKED: {FulfilmentState.SHIPPED, FulfilmentState.CANCELLED},
    FulfilmentState.SHIPPED: {FulfilmentState.DELIVERED, FulfilmentState.FAILED},
    FulfilmentState.DELIVERED: set[FulfilmentState](),
    FulfilmentState.FAILED: {FulfilmentState.PACKED, FulfilmentState.CANCELLED},
    FulfilmentState.CANCELLED: set[FulfilmentState](),
}


class Event(TextChoices):
    """What can stand in an order's timeline: subject:verb."""

    FULFILMENT_DELIVER = "fulfilment:deliver", "Delivered"
    FULFILMENT_FAIL = "fulfilment:fail", "Came back"
    FULFILMENT_PACK = "fulfilment:pack", "Packed"
    FULFILMENT_SHIP = "fulfilment:ship", "Sent"
    ORDER_CANCEL = "order:cancel", "Cancelled"
    ORDER_COMPLETE = "order:complete", "Completed"
    ORDER_CORRECT = "order:correct", "Corrected"
    ORDER_HOLD = "order:hold", "Held back"
    ORDER_PLACE = "order:place", "Ordered"
    ORDER_RELEASE = "order:release", "Released"
