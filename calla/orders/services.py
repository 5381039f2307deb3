"""The verbs of an order. Each locks the order, moves it along its table, and leaves its event and letters with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from calla.catalogue import services as stock
from calla.kernel import clock
from calla.orders import drafting
from calla.orders.errors import NoSuchOrder, NotCancellable, NotDelivered, NotOnHold
from calla.orders.models import Cancellation, Fulfilment, FulfilmentLine, Order, OrderEvent, OrderLine
from calla.orders.opening import PURPOSE
from calla.orders.states import CancelReason, Event, FulfilmentState, OrderState
from calla.orders.types import DraftRequest, Placed
from calla.orders.writing import recall as recall
from calla.orders.writing import write as write
from calla.privacy import egress, mail
from calla.privacy import services as privacy
from calla.privacy.errors import LetterRefused, StopRefused
from calla.privacy.types import PROVIDER, SYSTEM, Actor

# Called inside the placing transaction; higher apps add theirs at start.
AFTER_PLACING: list[Callable[[Placed], None]] = []
GONE_OUT = {FulfilmentState.SHIPPED, FulfilmentState.DELIVERED}


def draft(request: DraftRequest) -> Order:
    """The order of this cart, waiting for its payment, its items held until `request.held_until`.

    A cart has one order: pressed again the same draft comes back, with what the buyer changed; one that was placed
    comes back as it is. Raises OutOfStock and AnotherBuyers, and then nothing is kept.
    """
    keys = privacy.new_keys(2)
    try:
        with transaction.atomic():
            _one_at_a_time(request.cart_digest)
            found = _of_cart(request.cart_digest, request.cart_turn)
            order = drafting.changed(found, request) if found else drafting.new(request, *keys)
            if order.state == OrderState.DRAFT:
                wanted = {line.variant_id: line.quantity for line in request.lines}
                stock.hold(order.id, wanted, request.held_until)
    except BaseException:
        privacy.discard_keys(keys)
        raise
    if order.key != keys[0]:
        privacy.discard_keys(keys)
    return order


def pieces_of_draft(order_id: UUID) -> tuple[Order, dict[int, int]]:
    """A draft, locked in the caller's transaction, and what is held for it. Raises NoSuchOrder once it is placed."""
    order = lock(order_id)
    if order.state != OrderState.DRAFT:
        raise NoSuchOrder
    return order, _pieces(order)


def keep(draft: Order, until: datetime) -> None:
    """Keep this draft, locked by the caller, and what is held for it, until then; a longer time stands."""
    draft.held_until = max(draft.held_until, until)
    draft.save(update_fields=["held_until"])
    stock.hold(draft.id, _pieces(draft), draft.held_until)


def belong_to(draft: Order, cart_digest: bytes) -> None:
    """From now on this draft, locked by the caller, is the order of another cart."""
    draft.cart_digest, draft.cart_turn = cart_digest, 0
    draft.save(update_fields=["cart_digest", "cart_turn"])


def place(order_id: UUID, *, by: Actor = PROVIDER) -> Order:
    """The money is promised: take the items, give the order its number, and write that it was ordered.

    Repeated, it is the same placed order. Raises OutOfStock when hold and stock are gone: the caller voids the payment.
    """
    with transaction.atomic():
        return place_locked(lock(order_id), by=by)


def place_locked(order: Order, *, by: Actor = PROVIDER) -> Order:
    """Like `place`, for a caller whose transaction has locked this order already."""
    with transaction.atomic():
        if order.state != OrderState.DRAFT:
            return order
        lines = list(order.lines.all())
        pieces = _sum(lines)
        stock.allocate(order.id, pieces)
        order.number, order.placed_at = _next_number(), clock.now()
        _move(order, OrderState.PLACED, Event.ORDER_PLACE, by)
        parcel = Fulfilment.objects.create(order=order, subject_id=order.subject_id)
        FulfilmentLine.objects.bulk_create(
            FulfilmentLine(fulfilment=parcel, line=line, quantity=line.quantity) for line in lines
        )
        privacy.used_the_shop(order.subject_id)
        placed = Placed(order.id, bytes(order.cart_digest), order.cart_turn, pieces)
        for follow in AFTER_PLACING:
            follow(placed)
        mail.send("order_confirmation", subject=order.subject_id, about=order.id)
    return order


def hold_back(order_id: UUID, *, by: Actor) -> Order:
    with transaction.atomic():
        return _move(lock(order_id), OrderState.ON_HOLD, Event.ORDER_HOLD, by)


def release(order_id: UUID, *, by: Actor) -> Order:
    with transaction.atomic():
        return _move(lock(order_id), OrderState.PLACED, Event.ORDER_RELEASE, by)


def follow_pause(subjects: Sequence[UUID], purpose: str, paused: bool) -> None:
    """Nobody can read where a paused order goes: it is held back in the open, and goes on when its buyer lets it.

    A parcel that has left needs nothing read any more, and arrives. Raises StopRefused while a payment may come in.
    """
    if purpose != PURPOSE:
        return
    of_theirs = Order.objects.select_for_update(of=("self",)).filter(subject_id__in=subjects).order_by("pk")
    for order in of_theirs.prefetch_related("fulfilments", "events"):
        if paused and order.state == OrderState.DRAFT:
            raise StopRefused("An order of yours is just being paid. Please try again when that is done, or over.")
        by = Actor("customer", order.subject_id)
        if paused and order.state == OrderState.PLACED and _all_here(order):
            _move(order, OrderState.ON_HOLD, Event.ORDER_HOLD, by)
        elif not paused and order.state == OrderState.ON_HOLD and _held_by_its_buyer(order):
            _move(order, OrderState.PLACED, Event.ORDER_RELEASE, by)


def _all_here(order: Order) -> bool:
    return not any(parcel.state in GONE_OUT for parcel in order.fulfilments.all())


def _held_by_its_buyer(order: Order) -> bool:
    holds = [event for event in order.events.all() if event.kind == Event.ORDER_HOLD]
    return bool(holds) and holds[-1].actor == "customer"


def pack(order_id: UUID, *, by: Actor) -> Order:
    """The parcel stands packed; from here the customer can no longer change or cancel by themselves."""
    with transaction.atomic():
        order = lock(order_id)
        parcel = _parcel_to(order, FulfilmentState.PACKED)
        parcel.packed_at = clock.now()
        parcel.save()
        _note(order, Event.FULFILMENT_PACK, by)
    return order


def ship(order_id: UUID, *, carrier: str, tracking_number: str, by: Actor) -> Order:
    """The parcel left with `carrier`: its items leave the stock, and the customer is told."""
    with transaction.atomic():
        order = lock(order_id)
        parcel = _parcel_to(order, FulfilmentState.SHIPPED)
        parcel.carrier, parcel.tracking_number, parcel.shipped_at = carrier, tracking_number, clock.now()
        parcel.save()
        stock.ship(order.id, _pieces(order), by=by)
        egress.disclose("orders.carrier", subject=order.subject_id, to=carrier, by=by)
        _note(order, Event.FULFILMENT_SHIP, by)
        mail.send("order_shipped", subject=order.subject_id, about=parcel.id)
    return order


def deliver(order_id: UUID, *, by: Actor) -> Order:
    with transaction.atomic():
        order = lock(order_id)
        parcel = _parcel_to(order, FulfilmentState.DELIVERED)
        parcel.delivered_at = clock.now()
        parcel.save()
        _note(order, Event.FULFILMENT_DELIVER, by)
    return order


def come_back(order_id: UUID, *, by: Actor) -> Order:
    """The carrier brought the parcel back: its pieces are on the shelf again, still kept for this order, which is then
    packed and sent once more or cancelled. Raises OutOfStock where more is kept back of a piece than lies there."""
    with transaction.atomic():
        order = lock(order_id)
        _parcel_to(order, FulfilmentState.FAILED).save()
        pieces = _pieces(order)
        stock.restock(order.id, pieces, by=by)
        stock.allocate(order.id, pieces, by=by)
        _note(order, Event.FULFILMENT_FAIL, by)
    return order


def complete(order_id: UUID, *, by: Actor = SYSTEM) -> Order:
    """Delivered, and the time to send back is over: from today the retention of the order runs."""
    with transaction.atomic():
        order = lock(order_id)
        if order.fulfilments.exclude(state=FulfilmentState.DELIVERED).exists():
            raise NotDelivered
        order.ended_on = clock.today()
        return _move(order, OrderState.COMPLETED, Event.ORDER_COMPLETE, by)


def cancel(order_id: UUID, reason: CancelReason, *, by: Actor) -> Order:
    """Call a placed order off and give its items back to stock. Money is the caller's: payments refunds or voids.

    Repeated, it is the same cancelled order. Raises NotCancellable while a parcel is out or has arrived; a customer's
    own wish comes too late once it is packed.
    """
    with transaction.atomic():
        order = lock(order_id)
        if order.state == OrderState.CANCELLED:
            return order
        parcels = list(order.fulfilments.select_for_update())
        too_late = GONE_OUT | ({FulfilmentState.PACKED, FulfilmentState.FAILED} if by.kind == "customer" else set())
        if any(parcel.state in too_late for parcel in parcels):
            raise NotCancellable
        order.move_to(OrderState.CANCELLED)
        for parcel in parcels:
            parcel.move_to(FulfilmentState.CANCELLED)
            parcel.save()
        stock.unallocate(order.id, _pieces(order), "cancelled", by=by)
        Cancellation.objects.create(order=order, reason=reason, actor=by.kind, actor_subject=by.subject)
        order.ended_on = clock.today()
        order.save()
        _note(order, Event.ORDER_CANCEL, by)
        with suppress(LetterRefused):  # whoever has paused the use is written nothing, and may still be refunded
            mail.send("order_cancelled", subject=order.subject_id, about=order.id)
    return order


def forget_draft(order_id: UUID) -> bool:
    """Erase an order that was never paid: rows, person, letters and keys; True when there was one.

    Payments clear theirs first.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id, state=OrderState.DRAFT).first()
        if order is None:
            return False
        stock.release(order.id)
        doomed, subject = (order.key, order.accounting.key), order.subject
        order.delete()
        mail.forget(subject.id)
        subject.delete()
        privacy.doom(*doomed, subject=subject.id, what="unpaid draft")
    return True


def _of_cart(cart_digest: bytes, turn: int) -> Order | None:
    """Locked: the payment that comes in at this moment must place what the buyer sees, and not be written over."""
    orders = Order.objects.select_for_update(of=("self",)).select_related("subject", "accounting")
    return orders.filter(cart_digest=cart_digest, cart_turn=turn).first()


def lock(order_id: UUID) -> Order:
    order = Order.objects.select_for_update(of=("self",)).select_related("subject").filter(pk=order_id).first()
    if order is None:
        raise NoSuchOrder
    return order


def _one_at_a_time(cart_digest: bytes) -> None:
    """Twenty tabs of one cart queue up here; the unique key behind it would refuse them one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(cart_digest[:8], "big", signed=True)])


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('orders_number')")
        return f"C{cursor.fetchone()[0]}"


def _pieces(order: Order) -> dict[int, int]:
    return _sum(order.lines.all())


def _sum(lines: Iterable[OrderLine]) -> dict[int, int]:
    """Variant -> quantity. A variant that left the catalogue meanwhile has no stock to move."""
    pieces: dict[int, int] = {}
    for line in lines:
        if line.variant_id is not None:
            pieces[line.variant_id] = pieces.get(line.variant_id, 0) + line.quantity
    return pieces


def _parcel_to(order: Order, state: FulfilmentState) -> Fulfilment:
    if order.state == OrderState.ON_HOLD:
        raise NotOnHold
    if order.state == OrderState.DRAFT:
        raise NoSuchOrder
    parcel = order.fulfilments.select_for_update().get()
    parcel.move_to(state)
    return parcel


def _move(order: Order, state: OrderState, event: Event, by: Actor) -> Order:
    order.move_to(state)
    order.save()
    _note(order, event, by)
    return order


def _note(order: Order, event: Event, by: Actor) -> None:
    OrderEvent.objects.create(order=order, kind=event, actor=by.kind, actor_subject=by.subject)
