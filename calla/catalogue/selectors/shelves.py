from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Case, F, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest

from calla.catalogue.models import Stock, StockHold, StockMovement
from calla.catalogue.types import ON_BACKORDER, MovementView
from calla.kernel import clock


def available(variants: Iterable[int]) -> dict[int, int]:
    """How many of each can be bought now. A variant without stock numbers is left out."""
    rows = Stock.objects.filter(variant_id__in=list(variants)).annotate(number=buyable("variant_id"))
    return dict(rows.values_list("variant_id", "number"))


def movements(variant_id: int, *, last: int = 50) -> tuple[MovementView, ...]:
    """What happened to one variant's stock, the latest first."""
    rows = StockMovement.objects.filter(variant_id=variant_id).order_by("-pk")[:last]
    return tuple(
        MovementView(
            row.at, row.on_hand, row.allocated, row.reason, row.actor, _plain(row.actor_subject), _plain(row.order_id)
        )
        for row in rows
    )


def buyable(variant: str, stock: str = "") -> Case:
    """The number as an expression; `variant` and `stock` say how to get from the queried table to those two."""
    free = F(f"{stock}on_hand") - F(f"{stock}allocated") - F(f"{stock}safety") - _live_holds(variant)
    return Case(
        When(Q(**{f"{stock}backorder": True}), then=Value(ON_BACKORDER)),
        default=Greatest(Coalesce(free, 0), 0),
        output_field=IntegerField(),
    )


def _live_holds(variant: str) -> Coalesce:
    """Only holds that have not run out: `Stock.held` may still count others, until they are swept."""
    live = StockHold.objects.filter(variant_id=OuterRef(variant), expires_at__gt=clock.now()).order_by()
    return Coalesce(Subquery(live.values("variant_id").annotate(total=Sum("quantity")).values("total")), 0)


def _plain(value: object) -> str:
    return "" if value is None else str(value)
