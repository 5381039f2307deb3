"""One judge for all scenarios: whatever happened, this must hold once everything has come to rest.

    assert findings(till, stock={variant.pk: 10}, thanked=[order.id]) == []

Each finding names the rule it breaks: charges, keys, stock, letters, promises, books, stuck, words.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Sum

from calla.catalogue.models import Stock, StockHold, StockMovement
from calla.kernel import clock
from calla.orders.models import Order, OrderEvent, OrderLine
from calla.payments.models import Payment, Refund
from calla.payments.services.reconciling import compare
from calla.privacy.models import Letter, Subject
from tests.support.jobs import queued
from tests.support.paying import Till

STANDING = ("placed", "on_hold", "completed")


def findings(
    till: Till, *, stock: Mapping[int, int] = {}, thanked: Iterable[UUID] = (), turned_away: Iterable[UUID] = ()
) -> list[str]:
    """`stock` is what was on the shelf at the start; `thanked` were told that they have an order, `turned_away` that
    they have none and that nothing is charged."""
    there = till.there()
    return [
        *_charges(there), *_keys(till, there), *_stock(stock), *_letters(), *_promises(set(thanked)), *_books(till),
        *_stuck(there), *_words(there, set(turned_away)),
    ]


def _charges(there: list[dict[str, Any]]) -> Iterator[str]:
    """What the provider took and kept is what the standing orders cost, one payment for each, to the cent."""
    kept = {p["reference"]: p["captured_minor"] - p["refunded_minor"] for p in there}
    for order in Order.objects.all():
        mine = [amount for p in order.payments.all() if (amount := kept.pop(str(p.id), 0))]
        refunds = Refund.objects.filter(payment__order=order, state="succeeded")
        back = sum(refunds.values_list("amount_minor", flat=True))
        due = order.total_minor - back if order.state in STANDING else 0
        if sum(mine) != due or len(mine) > 1:
            yield f"charges: {order.state} order {order.number} should have brought {due} and brought {mine}"
    for reference, amount in kept.items():
        if amount:
            yield f"charges: {amount} was taken under {reference}, which is no order"


def _keys(till: Till, there: list[dict[str, Any]]) -> Iterator[str]:
    """The provider's own journal: each key acted once, and no payment was taken twice."""
    ours, used, taken = {p["id"] for p in there}, Counter[str](), Counter[str]()
    last: dict[str, int] = {}
    for line in (till.provider.data / "journal.jsonl").read_text().splitlines():
        record = json.loads(line)
        if record.get("payment", {}).get("id") not in ours:
            continue
        payment = record["payment"]
        used[record.get("claim", {}).get("key", "")] += 1
        taken[payment["id"]] += payment["captured_minor"] > last.get(payment["id"], 0)
        last[payment["id"]] = payment["captured_minor"]
    yield from (f"keys: {key} acted {n} times" for key, n in used.items() if key and n > 1)
    yield from (f"keys: {payment} was taken {n} times" for payment, n in taken.items() if n > 1)


def _stock(at_start: Mapping[int, int]) -> Iterator[str]:
    moved = dict(StockMovement.objects.values_list("variant").annotate(Sum("on_hand")).order_by())
    promised = Counter[int]()
    for line in OrderLine.objects.filter(order__state__in=STANDING).exclude(order__fulfilments__state="shipped"):
        promised[line.variant_id or 0] += line.quantity
    held = dict(StockHold.objects.values_list("variant").annotate(Sum("quantity")).order_by())
    for row in Stock.objects.all():
        variant = row.variant_id
        if variant in at_start and row.on_hand != at_start[variant] + moved.get(variant, 0):
            yield f"stock: {row.on_hand} of {variant} on the shelf, not {at_start[variant]} and {moved.get(variant, 0)}"
        if row.allocated != promised[variant]:
            yield f"stock: {row.allocated} of {variant} allocated, {promised[variant]} ordered"
        if row.held != held.get(variant, 0):
            yield f"stock: {row.held} of {variant} held, by {held.get(variant, 0)} holds"
        if row.on_hand < row.allocated + row.held:
            yield f"stock: {variant} is oversold"


def _letters() -> Iterator[str]:
    """Each order was confirmed once; each letter that was owed was sent."""
    confirmed = Counter(Letter.objects.filter(kind="order_confirmation").values_list("about", flat=True))
    for order in Order.objects.exclude(state="draft"):
        if confirmed.pop(order.id, 0) != 1 or OrderEvent.objects.filter(order=order, kind="order:place").count() != 1:
            yield f"letters: order {order.number} was not confirmed exactly once"
    if confirmed:
        yield f"letters: {len(confirmed)} confirmations of no order"
    if waiting := Letter.objects.exclude(state="sent").count():
        yield f"letters: {waiting} not sent"


def _promises(thanked: set[UUID]) -> Iterator[str]:
    kept = set(Order.objects.filter(state__in=STANDING).values_list("id", flat=True))
    yield from (f"promises: {order} was thanked for and is no order" for order in thanked - kept)


def _books(till: Till) -> Iterator[str]:
    found = compare(till.began)
    if not found:
        yield f"books: {found}"


def _stuck(there: list[dict[str, Any]]) -> Iterator[str]:
    if jobs := queued():
        yield f"stuck: {len(jobs)} jobs, {jobs[0][0]}"
    over = [p["id"] for p in there if p["status"] in {"authorised", "open"}]
    if over:
        yield f"stuck: {over} wait at the provider"
    for payment in Payment.objects.filter(state__in=["requested", "open", "authorised"]):
        yield f"stuck: attempt {payment.attempt} is {payment.state}"
    if pending := Refund.objects.filter(state="pending").count():
        yield f"stuck: {pending} refunds"
    if late := Order.objects.filter(state="draft", held_until__lt=clock.now()).count():
        yield f"stuck: {late} drafts after their time"
    if nobody := Subject.objects.filter(order__isnull=True).count():
        yield f"stuck: {nobody} people without an order"


def _words(there: list[dict[str, Any]], turned_away: set[UUID]) -> Iterator[str]:
    """Whoever was told that nothing is charged has nothing charged."""
    kept = {p["reference"] for p in there if p["captured_minor"] > p["refunded_minor"]}
    for payment in Payment.objects.filter(order_id__in=turned_away):
        if str(payment.id) in kept:
            yield f"words: {payment.order_id} was turned away and charged"
