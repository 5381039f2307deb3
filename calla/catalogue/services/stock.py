"""Stock: taken by guarded relative updates in the order of variant ids, inside the caller's transaction.

One order at a time passes an advisory lock first; then a variant's stock row comes before the holds on that variant. As
everybody keeps to this order, nobody waits in a circle. Nothing here talks to the network, and no caller should while
its transaction is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, Sum

from calla.catalogue.errors import NoSuchVariant, OutOfStock, StockRefused
from calla.catalogue.models import Stock, StockHold, StockMovement, StockTurn, Variant
from calla.catalogue.selectors.shelves import available
from calla.catalogue.types import STAFF_REASONS
from calla.kernel import clock, pagestore
from calla.privacy.types import SYSTEM, Actor

Lines = Mapping[int, int]
Reason = StockMovement.Reason
TURNS_KEPT = timedelta(hours=1)
MOST = 2**30  # of one variant; the column could hold twice that
FREE = F("on_hand") - F("allocated") - F("held") - F("safety")


@transaction.atomic
def hold(order_id: UUID, lines: Lines, until: datetime) -> None:
    """Set aside `{variant id: quantity}` for this order; called again, it replaces what the order held.

    Raises OutOfStock with all that is short, and changes nothing.
    """
    _check(lines)
    _one_at_a_time(order_id)
    _drop_holds(order_id, lines)
    short = [variant for variant, quantity in sorted(lines.items()) if not _take(variant, quantity, held=quantity)]
    if short:
        raise OutOfStock(_left(short))
    StockHold.objects.bulk_create(
        StockHold(order_id=order_id, variant_id=variant, quantity=quantity, expires_at=until)
        for variant, quantity in sorted(lines.items())
    )
    products = Variant.objects.filter(pk__in=lines).order_by().values_list("product_id", flat=True).distinct()
    pagestore.touched(*(f"stock:{product}" for product in products), at=until)  # when a hold runs out, nobody writes


@transaction.atomic
def release(order_id: UUID) -> None:
    """Give back what the order holds; nothing when it holds nothing."""
    _one_at_a_time(order_id)
    _drop_holds(order_id, {})


@transaction.atomic
def allocate(order_id: UUID, lines: Lines, *, by: Actor = SYSTEM) -> None:
    """Commit what the order needs in all: out of its hold, or out of free stock when the hold ran out meanwhile.

    What is allocated to it already counts, so that the same call again changes nothing. Raises OutOfStock with all that
    is short, and changes nothing; the hold stays.
    """
    _check(lines)
    _one_at_a_time(order_id)
    _drop_holds(order_id, lines)
    had = _allocated_to(order_id)
    missing = {variant: lines[variant] - had.get(variant, 0) for variant in sorted(lines)}
    missing = {variant: quantity for variant, quantity in missing.items() if quantity > 0}
    short = [variant for variant, quantity in missing.items() if not _take(variant, quantity, allocated=quantity)]
    if short:
        raise OutOfStock(_left(short))
    _record(order_id, missing, Reason.ALLOCATED, by, allocated=1)


@transaction.atomic
def unallocate(order_id: UUID, lines: Lines, reason: str, *, by: Actor) -> None:
    """Free what was allocated to this order; more than it has is refused, so that nobody else's is freed."""
    _take_back(order_id, lines)
    for variant, quantity in sorted(lines.items()):
        Stock.objects.filter(variant_id=variant).update(allocated=F("allocated") - quantity)
    _record(order_id, lines, _known(reason, frozenset(Reason)), by, allocated=-1)


@transaction.atomic
def ship(order_id: UUID, lines: Lines, *, by: Actor) -> None:
    """What was allocated to this order leaves the shelf."""
    _take_back(order_id, lines)
    for variant, quantity in sorted(lines.items()):
        on_the_shelf = Stock.objects.filter(variant_id=variant, on_hand__gte=quantity)
        if not on_the_shelf.update(on_hand=F("on_hand") - quantity, allocated=F("allocated") - quantity):
            raise StockRefused("Not all of this is on the shelf yet. Enter what has arrived first, then ship.")
    _record(order_id, lines, Reason.SHIPPED, by, on_hand=-1, allocated=-1)


@transaction.atomic
def restock(order_id: UUID, lines: Lines, *, by: Actor) -> None:
    """What came back from this order can be sold again."""
    _check(lines)
    for variant, quantity in sorted(lines.items()):
        if not Stock.objects.filter(variant_id=variant).update(on_hand=F("on_hand") + quantity):
            raise NoSuchVariant
    _record(order_id, lines, Reason.RETURNED, by, on_hand=1)


@transaction.atomic
def adjust(variant_id: int, delta: int, reason: str, *, by: Actor) -> None:
    """Change what is on the shelf by `delta`, for one of types.STAFF_REASONS. Promised pieces cannot be taken away."""
    if not delta or abs(delta) > MOST:
        raise StockRefused("Say by how many pieces the stock changes: a whole number such as 5 or -2.")
    moved = _known(reason, STAFF_REASONS)
    if not _take(variant_id, -delta, on_hand=delta):
        _refuse_adjustment(variant_id)
    _record(None, {variant_id: delta}, moved, by, on_hand=1)


def sweep_holds() -> int:
    """Delete the holds that have run out, each variant in a transaction of its own; returns how many."""
    due = StockHold.objects.filter(expires_at__lte=clock.now()).order_by("variant_id")
    return sum(_sweep(variant) for variant in due.values_list("variant_id", flat=True).distinct())


def forget_turns() -> int:
    """Delete the turns older than an hour; returns how many."""
    return StockTurn.objects.filter(at__lt=clock.now() - TURNS_KEPT).delete()[0]


def _check(lines: Lines) -> None:
    for quantity in lines.values():
        if not 0 < quantity <= MOST:
            raise StockRefused("A quantity is a whole number from 1 upwards.")


def _known(reason: str, allowed: Iterable[str]) -> Reason:
    if reason not in allowed:
        raise StockRefused(f"“{reason}” is no reason for this. Choose one of: {', '.join(sorted(allowed))}.")
    return Reason(reason)


def _one_at_a_time(order_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [order_id.int % 2**63])


def _drop_holds(order_id: UUID, lines: Iterable[int]) -> None:
    """The order's holds go, and their stock becomes free, with all rows of the whole step locked in order before."""
    held = StockHold.objects.filter(order_id=order_id)
    variants = set(held.values_list("variant_id", flat=True))
    if not variants:
        return
    _lock(variants | set(lines))
    for variant, quantity in held.order_by("variant_id").values_list("variant_id", "quantity"):
        Stock.objects.filter(variant_id=variant).update(held=F("held") - quantity)
    held.delete()


def _lock(variants: Iterable[int]) -> None:
    list(Stock.objects.filter(variant_id__in=variants).order_by("variant_id").select_for_update().values_list("pk"))


def _take(variant: int, quantity: int, **changes: int) -> bool:
    """Add `changes` to the stock if `quantity` is free; when it is not, without the holds that ran out, once more.

    Somebody else may have swept meanwhile: the second try, which has the row to itself, decides in any case.
    """
    stock = Stock.objects.alias(free=FREE).filter(variant_id=variant)
    if "on_hand" in changes:
        stock = stock.filter(on_hand__range=(-changes["on_hand"], MOST - changes["on_hand"]))
    enough = stock.filter(Q(backorder=True) | Q(free__gte=quantity))
    values = {column: F(column) + change for column, change in changes.items()}
    if enough.update(**values):
        return True
    _sweep(variant)
    return bool(enough.update(**values))


@transaction.atomic
def _sweep(variant: int) -> int:
    _lock([variant])
    gone = StockHold.objects.filter(variant_id=variant, expires_at__lte=clock.now())
    quantities = list(gone.values_list("pk", "quantity"))
    StockHold.objects.filter(pk__in=[pk for pk, _ in quantities]).delete()
    Stock.objects.filter(variant_id=variant).update(held=F("held") - sum(quantity for _, quantity in quantities))
    return len(quantities)


def _left(short: Iterable[int]) -> dict[int, int]:
    """How many of each this order could still have: its own hold is dropped by now, so it counts as free."""
    return dict.fromkeys(short, 0) | available(short)


def _allocated_to(order_id: UUID) -> dict[int, int]:
    moved = StockMovement.objects.filter(order_id=order_id).values_list("variant_id")
    return dict(moved.annotate(total=Sum("allocated")).order_by())


def _take_back(order_id: UUID, lines: Lines) -> None:
    _check(lines)
    _one_at_a_time(order_id)
    _lock(lines)
    had = _allocated_to(order_id)
    if any(quantity > had.get(variant, 0) for variant, quantity in lines.items()):
        raise StockRefused(
            "That is more than is allocated to this order. Load the order again; it may be done already."
        )


def _record(
    order_id: UUID | None, lines: Lines, reason: Reason, by: Actor, *, on_hand: int = 0, allocated: int = 0
) -> None:
    StockMovement.objects.bulk_create(
        StockMovement(
            variant_id=variant,
            on_hand=on_hand * quantity,
            allocated=allocated * quantity,
            reason=reason,
            order_id=order_id,
            actor=by.kind,
            actor_subject=by.subject,
        )
        for variant, quantity in sorted(lines.items())
    )


def _refuse_adjustment(variant_id: int) -> None:
    stock = Stock.objects.filter(variant_id=variant_id).first()
    if stock is None:
        raise NoSuchVariant
    raise StockRefused(
        f"Of {stock.on_hand} on the shelf, {stock.allocated} are allocated to orders, {stock.held} are being paid for "
        f"and {stock.safety} are kept back. Cancel an order first, or wait until a payment has ended."
    )
