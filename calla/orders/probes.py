"""What is promised about orders and the data in them, tried on orders that do not outlast the probe."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from calla.customers.types import Address
from calla.kernel import clock, tokens
from calla.kernel.money import Money
from calla.orders import correcting, services, writing
from calla.orders.models import Accounting, Fulfilment, Order
from calla.orders.states import FulfilmentState, OrderState
from calla.orders.types import AccountingDetails, DraftRequest, OrderDetails
from calla.policy.spans import Keep
from calla.privacy import index, versions
from calla.privacy import services as privacy
from calla.privacy.errors import CorrectionRefused, LetterRefused, NotGranted, SealBroken
from calla.privacy.probing import counted, expect, probe, refused

NAME, EMAIL = "Calla Probe", "probe@calla.invalid"
HOME = Address(country="DE", name=NAME, lines=("Probenweg 1",), city="Bremen", postcode="28195")
LONG_AGO = timedelta(days=7 * 365)


def _an_order(ended: date | None = None) -> Order:
    order = Order(subject=privacy.new_subject("DE"), key=privacy.new_key(), country="DE", ended_on=ended)
    order.drafted_at = clock.now() - (LONG_AGO if ended else timedelta())
    order.details.seal(OrderDetails(name=NAME, email=EMAIL, delivery_address=HOME))
    return order


def _its_books(order: Order) -> Accounting:
    books = Accounting(subject=order.subject, key=privacy.new_key(), order=order)
    books.details.seal(AccountingDetails(name=NAME, billing_address=HOME, purchases=["1 × dress"]))
    return books


def _stored(row: Order | Accounting) -> bytes:
    """As the database would hold it."""
    return bytes(row.__dict__["details"])


@probe("sealed_per_person")
def what_is_stored_of_an_order_says_nothing_by_itself() -> None:
    """We seal an order, look for its values in what would be stored, and try to open it as somebody else's."""
    order, other = _an_order(), _an_order()
    expect(EMAIL.encode() not in _stored(order), "a stored order shows the e-mail address")
    other.__dict__["details"] = _stored(order)
    other.key = order.key
    with refused(SealBroken, otherwise="what was sealed for one person opened as another's"):
        other.details.open("orders")


@probe("no_read_without_purpose", "purpose.*")
def an_order_opens_for_its_purpose_alone() -> None:
    """We open an order for a use that no sentence names, and for each step, and look which fields come out."""
    order, policy = _an_order(), versions.current()
    with refused(NotGranted, otherwise="an order opened for a use that no sentence names"):
        order.details.open("curiosity")
    expect(order.details.open("orders").name == NAME, "an order did not open for its own purpose")
    for step, fields in policy.rules("DE").purposes["orders"].steps.items():
        if "email" in fields or not fields & OrderDetails.categories():
            continue
        opened = order.details.open(f"orders.{step}")
        with refused(NotGranted, otherwise=f"the step {step} was shown an e-mail address"):
            _ = opened.email


@probe("hold.*")
def what_the_law_holds_is_read_for_the_law_alone() -> None:
    """We take an order that ended long ago: its use is over, and only what the law names opens, for the law alone."""
    policy = versions.current()
    holds = [hold for hold in policy.rules("DE").holds.values() if hold.of == "orders"]
    ended = clock.today() - LONG_AGO
    order = _an_order(ended)
    books = _its_books(order)
    over = policy.rules("DE").keep("orders").due({"order.ended": ended, "order.placed": ended})
    if over is None or over > clock.today():
        return
    with refused(NotGranted, otherwise="an order whose time is over opened for orders"):
        books.details.open("orders")
    for hold in holds:
        until = hold.keep.due({"order.ended": ended, "order.placed": ended})
        if until is None or until < clock.today() or not hold.reads & AccountingDetails.categories():
            continue
        opened = books.details.open(hold.name)
        for category in AccountingDetails.categories():  # each is the name of a field, too
            as_said = (category in hold.reads) == _there(opened, category)
            expect(as_said, f"{hold.name} reads {category} against its sentence")
        if "email" not in hold.reads:
            expect(not _opens_email(order, hold.name), f"{hold.name} reads an e-mail address")


def _there(opened: AccountingDetails, name: str) -> bool:
    try:
        getattr(opened, name)
    except NotGranted:
        return False
    return True


def _opens_email(order: Order, purpose: str) -> bool:
    try:
        return bool(order.details.open(purpose).email)
    except NotGranted:
        return False


@probe("openings_counted")
def each_opening_is_counted_with_its_use() -> None:
    """We open an order twice, and look whether the count of its use has grown by two."""
    order = _an_order()
    before = counted()["orders", "orders.order"]
    order.details.open("orders")
    order.details.open("orders")
    expect(counted()["orders", "orders.order"] == before + 2, "an opening was not counted")


@probe("purpose.*.keep", "limit.*.keep")
def an_order_is_read_until_its_day_and_no_longer() -> None:
    """We take an order whose time is over today and one that ended a day later: only the second opens still."""
    ended = _day_that_is_over()
    if ended is None or ended >= clock.today():
        return
    with refused(NotGranted, otherwise="an order opened whose time was over"):
        _placed_and_ended(ended).details.open("orders.carrier")
    last = _placed_and_ended(ended + timedelta(days=1))
    expect(last.details.open("orders.carrier").name == NAME, "an order did not open on the last day of its time")


@probe("keys_end_in_time", "purpose.*.keep", "limit.*.keep")
def what_has_had_its_time_ends_in_the_next_run() -> None:
    """We draft two orders, let one be over its time, make the run of this night for both, and look for their keys."""
    ended = _day_that_is_over()
    if ended is None:
        return
    over, under_way = _a_draft(), _a_draft()
    Order.objects.filter(pk=over.pk).update(ended_on=ended, drafted_at=datetime.combine(ended, time.min, UTC))
    privacy.end_what_is_over(of=[over.subject_id, under_way.subject_id])
    left = privacy.fetch_keys([over.key, under_way.key])
    expect(over.key not in left, "the key of an order outlived its time")
    expect(under_way.key in left, "an order under way lost its key")


def _a_draft() -> Order:
    """As pressing “Pay” would make it, of nothing: no piece is held for it."""
    nothing = Money(0, "EUR")
    return services.draft(DraftRequest(
        cart_digest=tokens.digest(tokens.new_token()), name=NAME, email=EMAIL, delivery=HOME, billing=HOME, lines=(),
        shipping=nothing, tax=nothing, shipping_method="", days=(1, 1), held_until=clock.now() + timedelta(minutes=1),
    ))  # fmt: skip


def _day_that_is_over() -> date | None:
    """The last day on which an order can have ended whose time is over today; none where the policy keeps it longer."""
    keep, today = versions.current().rules("DE").keep("orders"), clock.today()
    days = (today - timedelta(days=ago) for ago in range(LONG_AGO.days * 2))
    return next((day for day in days if _is_over(keep, day, today)), None)


def _placed_and_ended(day: date) -> Order:
    order = _an_order(day)
    order.drafted_at = datetime.combine(day, time.min, UTC)
    return order


def _is_over(keep: Keep, ended: date, today: date) -> bool:
    due = keep.due({"order.ended": ended, "order.placed": ended})
    return due is not None and due <= today


@probe("letters.never_ask")
def nobody_here_can_write_for_a_secret() -> None:
    """We write to a buyer what we may, then ask for a password, and see that only that is refused."""
    expect(writing.fit_to_send("Your parcel is late.") == "Your parcel is late.", "a letter lost its words")
    with refused(LetterRefused, otherwise="a letter to a buyer could have asked for a password"):
        writing.fit_to_send("Please send us your password.")


@probe("no_foreign_links")
def nobody_here_can_link_to_anybody_else() -> None:
    """We write to a buyer where a foreign page is, and see that it is refused."""
    with refused(LetterRefused, otherwise="a letter to a buyer could have linked to somebody else"):
        writing.fit_to_send("Your parcel is late: see www.elsewhere.example.")


@probe("own_data_can_be_corrected", "sealed_per_person")
def an_address_is_corrected_until_its_parcel_is_packed() -> None:
    """We write a new address over that of an order, see it sealed and opened, pack the parcel, and try once more."""
    if not _can_be_corrected():
        return
    order, moved = _a_placed_order(), replace(HOME, lines=("Probenweg 2",))
    correcting.correct(order.id, "delivery_address", moved)
    order.refresh_from_db()
    expect(order.details.open("orders.carrier").delivery_address == moved, "a corrected address is not the one we use")
    expect(b"Probenweg" not in _stored(order), "a corrected address is stored for all to read")
    order.fulfilments.update(state=FulfilmentState.PACKED)
    with refused(CorrectionRefused, otherwise="an address was corrected after its parcel was packed"):
        correcting.correct(order.id, "delivery_address", HOME)


def _can_be_corrected() -> bool:
    reads = versions.current().rules().reads("rights", step="correction")
    return "delivery_address" in reads


def _a_placed_order() -> Order:
    """With its books and its parcel, as if it had been paid; it holds no pieces."""
    order = _an_order()
    order.number, order.placed_at, order.state = "PROBE", clock.now(), OrderState.PLACED
    blank = {"token_digest": b"probe", "cart_digest": b"probe", "email_index": index.of_email("order", EMAIL)}
    sums = dict.fromkeys(("subtotal_minor", "shipping_minor", "tax_minor", "total_minor", "days_min", "days_max"), 0)
    for name, value in {**blank, **sums, "currency": "EUR", "held_until": clock.now()}.items():
        setattr(order, name, value)
    order.save(force_insert=True)
    books = _its_books(order)
    books.subject = order.subject
    books.save(force_insert=True)
    Fulfilment.objects.create(order=order, subject=order.subject)
    return order
