from calla.orders import correcting
from calla.orders.models import (
    Accounting,
    Cancellation,
    Fulfilment,
    FulfilmentLine,
    Note,
    Order,
    OrderEvent,
    OrderLine,
    Recall,
)
from calla.privacy import mail
from calla.privacy.registry import NOT_PERSONAL, Ending, Indexed, Pseudonymous, declare, nothing_personal

GOES_WITH_THE_ORDER = "says what was bought, names nobody, and is deleted with the order"


def _amount(column: str, label: str) -> Pseudonymous:
    def told(order: Order) -> str:
        return order.money(getattr(order, column)).format()

    return Pseudonymous("purchases", GOES_WITH_THE_ORDER, label=label, told=told)


def _price(line: OrderLine) -> str:
    return line.order.money(line.price_minor).format()


def _order(order: Order) -> str:
    return f"Order {order.number}" if order.number else "An order not paid yet"


declare(Order, {
    "number": NOT_PERSONAL,
    "token_digest": NOT_PERSONAL,
    "cart_digest": NOT_PERSONAL,
    "cart_turn": NOT_PERSONAL,
    "email_index": Indexed(
        "email", "an HMAC under a key outside the database, for the look-up of orders", "order",
        label="A code for your address",
    ),
    "details": {"name", "email", "delivery_address", "phone"},
    "state": NOT_PERSONAL,
    "country": Pseudonymous("delivery_address", "the country alone, for tax and delivery", label="Country of delivery"),
    "currency": NOT_PERSONAL,
    "subtotal_minor": _amount("subtotal_minor", "The pieces"),
    "shipping_minor": _amount("shipping_minor", "Delivery"),
    "tax_minor": _amount("tax_minor", "Tax in it"),
    "total_minor": _amount("total_minor", "In all"),
    "shipping_method": NOT_PERSONAL,
    "days_min": NOT_PERSONAL,
    "days_max": NOT_PERSONAL,
    "drafted_at": NOT_PERSONAL,
    "held_until": NOT_PERSONAL,
    "placed_at": Pseudonymous("purchases", GOES_WITH_THE_ORDER, label="Ordered on"),
    "ended_on": NOT_PERSONAL,
}, purpose="orders", ends=Ending(blanks={"details": b"", "email_index": b"", "country": ""}), called=_order,
    corrected=correcting.CORRECTIONS, by="drafted_at")

declare(Accounting, {
    "order_id": NOT_PERSONAL,
    "details": {"name", "billing_address", "purchases"},
}, purpose="orders", ends=Ending(part_of="order", held=True), called=lambda books: "For the books")

declare(OrderLine, {
    "order_id": NOT_PERSONAL,
    "variant_id": Pseudonymous("purchases", GOES_WITH_THE_ORDER, label="Its number in our catalogue"),
    "position": NOT_PERSONAL,
    "product_title": Pseudonymous("purchases", GOES_WITH_THE_ORDER, label="Piece"),
    "product_handle": Pseudonymous("purchases", GOES_WITH_THE_ORDER, label="Its page here"),
    "variant_title": Pseudonymous("purchases", GOES_WITH_THE_ORDER, label="In which kind"),
    "sku": Pseudonymous("purchases", GOES_WITH_THE_ORDER, label="Article"),
    "quantity": Pseudonymous("purchases", GOES_WITH_THE_ORDER, label="How many"),
    "price_minor": Pseudonymous("purchases", GOES_WITH_THE_ORDER, label="Price of one", told=_price),
}, purpose="orders", ends=Ending(part_of="order", held=True), called=lambda line: "A piece", by="position")

declare(Fulfilment, {
    "order_id": NOT_PERSONAL,
    "state": NOT_PERSONAL,
    "carrier": NOT_PERSONAL,
    "tracking_number": Pseudonymous("purchases", "the carrier's number of the parcel, deleted with the order",
                                    label="Number of the parcel"),
    "packed_at": NOT_PERSONAL,
    "shipped_at": NOT_PERSONAL,
    "delivered_at": NOT_PERSONAL,
}, purpose="orders", ends=Ending(part_of="order", blanks={"tracking_number": ""}), called=lambda parcel: "A parcel")

declare(Note, {
    "order_id": NOT_PERSONAL,
    "recall_id": Pseudonymous("letter_text", "one text to everybody who bought it", label="What we wrote",
                              told=lambda note: note.recall.text),
    "details": {"letter_text"},
    "reason": NOT_PERSONAL,
    "written_on": NOT_PERSONAL,
}, purpose="contact", ends=Ending(), by="written_on", called=lambda note: f"A letter about {mail.named(note.reason)}")

nothing_personal(FulfilmentLine, OrderEvent, Cancellation, Recall)
