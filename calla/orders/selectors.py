"""What may be read of orders, and by whom. Every way to personal data asks for a reason."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from calla.kernel import clock, tokens
from calla.orders import opening
from calla.orders.errors import NoLongerKept, NoSuchOrder
from calla.orders.models import Fulfilment, Note, Order, OrderLine, Recall
from calla.orders.opening import working_days_after as working_days_after
from calla.orders.rows import ROWS as ROWS
from calla.orders.rows import find as find
from calla.orders.rows import plain
from calla.orders.rows import queue as queue
from calla.orders.rows import summary as summary
from calla.orders.rows import waiting as waiting
from calla.orders.states import FulfilmentState, OrderState
from calla.orders.types import NoteView, OrderPart, OrderView, RecallView, Standing
from calla.policy import Rules
from calla.privacy import index, mail
from calla.privacy import services as privacy
from calla.privacy.errors import HadItsTime
from calla.privacy.types import Actor


def by_token(token: str, *, ask: Callable[[UUID], bool] | None = None) -> OrderView:
    """The order at this secret address. `ask` is called for a draft and says whether it moved. Raises NoSuchOrder."""
    order = _one(token_digest=tokens.digest(token))
    if ask and order.state == OrderState.DRAFT and ask(order.id):
        order = _one(pk=order.id)
    try:
        return opening.view(order)
    except HadItsTime:
        raise NoLongerKept from None


def by_number_and_email(number: str, email: str) -> str:
    """The secret token of the order that fits both. A wrong pair costs and says the same as no order at all."""
    return _token_for(email, number=plain(number))


def id_of_number(number: str) -> UUID:
    """Opens nothing. Raises NoSuchOrder."""
    found = Order.objects.filter(number=plain(number)).values_list("pk", flat=True).first()
    if found is None:
        raise NoSuchOrder
    return found


def by_id_and_email(order_id: UUID, email: str) -> str:
    """The secret token of this order, be it a draft, for whoever knows its e-mail address."""
    return _token_for(email, pk=order_id)


def _token_for(email: str, **of_order: object) -> str:
    wanted = index.of_email("order", email)
    key, known = Order.objects.filter(**of_order).values_list("key", "email_index").first() or (None, bytes(32))
    if not hmac.compare_digest(bytes(known), wanted) or key is None:
        raise NoSuchOrder
    return privacy.secret_link(key, "order")


def standing(order_id: UUID) -> Standing:
    """Opens nothing. Raises NoSuchOrder."""
    columns = Order.objects.filter(pk=order_id).values_list("number", "state", "held_until", "cart_digest").first()
    if columns is None:
        raise NoSuchOrder
    number, state, held_until, cart_digest = columns
    return Standing(order_id, number or "", state, held_until, bytes(cart_digest))


def detail(order_id: UUID, *, by: Actor) -> OrderView:
    """One order opened by a member of staff: an entry in the ledger that the customer can read."""
    return opening.view(_one(pk=order_id), by=by)


def for_letter(order_id: UUID, *shown: str) -> OrderPart:
    """Its e-mail address, and of its details those categories that the letter shows."""
    return opening.letter(_one(pk=order_id), *shown)


def for_parcel_letter(fulfilment_id: UUID) -> OrderPart:
    return opening.letter(_one(fulfilments__pk=fulfilment_id))


def for_parcel(order_id: UUID, *, by: Actor) -> OrderPart:
    """For what lies in it: no more than the carrier may see, and an entry in the ledger."""
    return opening.parcel(_one(pk=order_id), by=by)


def _one(**by: object) -> Order:
    related = Order.objects.select_related("subject", "accounting", "accounting__subject", "cancellation")
    order = related.filter(**by).first()
    if order is None:
        raise NoSuchOrder
    return order


def may_cancel(order: OrderView) -> bool:
    """Whether its buyer may still call it off: no parcel of it has been packed."""
    parcels = {parcel.state for parcel in order.parcels}
    return order.state in {OrderState.PLACED, OrderState.ON_HOLD} and parcels <= {FulfilmentState.PENDING}


def id_of(token: str) -> UUID:
    """Of the order at this secret address; opens nothing. Raises NoSuchOrder."""
    found = Order.objects.filter(token_digest=tokens.digest(token)).values_list("pk", flat=True).first()
    if found is None:
        raise NoSuchOrder
    return found


def token_of(order_id: UUID) -> str:
    """The secret token of an order that the caller already knows."""
    key = Order.objects.filter(pk=order_id).values_list("key", flat=True).first()
    if key is None:
        raise NoSuchOrder
    return privacy.secret_link(key, "order")


def placed_of_cart(cart_digest: bytes, turn: int, email: str) -> str | None:
    """The token of the order this turn of a cart became, once it is more than a draft; for its buyer alone.

    The address of a cart may be passed on, and must open nobody's order.
    """
    of_cart = Order.objects.filter(cart_digest=cart_digest, cart_turn=turn).exclude(state=OrderState.DRAFT)
    placed = of_cart.filter(email_index=index.of_email("order", email))
    found = placed.values_list("key", flat=True).first()
    return privacy.secret_link(found, "order") if found else None


def drafts_held_until(before: datetime) -> list[UUID]:
    """Drafts whose time to pay ran out before then."""
    return list(Order.objects.filter(state=OrderState.DRAFT, held_until__lt=before).values_list("id", flat=True))


def placed_without(paid: set[UUID], since: datetime) -> tuple[str, ...]:
    """Numbers of the orders placed since then that are in nobody's list of paid ones; those that were cancelled or cost
    nothing left out."""
    stands = [OrderState.PLACED, OrderState.ON_HOLD, OrderState.COMPLETED]
    placed = Order.objects.filter(state__in=stands, placed_at__gte=since, total_minor__gt=0)
    return tuple(str(number) for number in placed.exclude(pk__in=paid).order_by("pk").values_list("number", flat=True))


def bound_by(order_id: UUID) -> Rules:
    """What binds the shop towards whoever ordered."""
    return privacy.bound_by(Order.objects.select_related("subject").get(pk=order_id))


def delivered() -> list[tuple[UUID, date]]:
    """Placed orders whose parcels have all arrived, with the day of the last one."""
    arrived = Fulfilment.objects.filter(order__state=OrderState.PLACED, state=FulfilmentState.DELIVERED)
    still_going = Fulfilment.objects.exclude(state__in=[FulfilmentState.DELIVERED, FulfilmentState.CANCELLED])
    orders = arrived.exclude(order__in=still_going.values("order")).values_list("order_id").order_by("order_id")
    return [(order, last.date()) for order, last in orders.annotate(last=Max("delivered_at")) if last]


def buyers(product_handle: str, *, until: datetime | None = None) -> QuerySet[Order]:
    """One placed order of each person who bought this and was sent it, or will be; by e-mail address, unread."""
    bought = Order.objects.filter(lines__product_handle=product_handle, placed_at__lte=until or clock.now())
    bought = bought.exclude(state__in=[OrderState.DRAFT, OrderState.CANCELLED]).exclude(email_index=b"")
    firsts = bought.order_by("email_index", "pk").distinct("email_index").values("pk")
    return Order.objects.filter(pk__in=firsts)


def title_of_sold(product_handle: str) -> str:
    """As it was called when it was bought last; empty where nobody bought it."""
    lines = OrderLine.objects.filter(product_handle=product_handle).exclude(order__state=OrderState.DRAFT)
    return lines.order_by("-pk").values_list("product_title", flat=True).first() or ""


def buyers_count(product_handle: str) -> int:
    return buyers(product_handle).count()


def of_people(subjects: Iterable[UUID]) -> dict[UUID, UUID]:
    """The order of each of these, where they have one; the newest where they have several."""
    orders = Order.objects.filter(subject_id__in=list(subjects), number__isnull=False).order_by("placed_at")
    return dict(orders.values_list("subject_id", "pk"))


def recalls() -> list[RecallView]:
    """How far each is, the newest first."""
    counted = Recall.objects.annotate(done=Count("notes")).order_by("-begun_at")
    return [_recall(one) for one in counted]


def _recall(one: Recall) -> RecallView:
    sent = mail.counted("recall", one.notes.values_list("pk", flat=True))
    return RecallView(
        one.id, one.product_title, one.product_handle, one.text, one.people, one.begun_at, sent,
        getattr(one, "done", 0) - sent,
    )


def note_for_letter(note_id: UUID) -> NoteView | None:
    """A necessary letter, opened to be sent; none when it or its order is gone."""
    note = Note.objects.select_related("subject", "order__subject", "recall").filter(pk=note_id).first()
    if note is None or note.order is None:
        return None
    details = note.order.details.open("contact", only={"email"})
    own_words = note.details.open("contact").text if note.key else ""
    text = note.recall.text if note.recall else own_words
    product = note.recall.product_title if note.recall else ""
    token = privacy.secret_link(note.order.key, "order")
    return NoteView(details.email, note.order.number or "", token, text, product)
