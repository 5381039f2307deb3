from calla.orders.models import Accounting, Cancellation, Fulfilment, FulfilmentLine, Order, OrderEvent, OrderLine
from calla.privacy.registry import NOT_PERSONAL, Ending, Indexed, Pseudonymous, declare, nothing_personal

GOES_WITH_THE_ORDER = "says what was bought, names nobody, and is deleted with the order"

declare(Order, {
    "number": NOT_PERSONAL,
    "token_digest": NOT_PERSONAL,
    "cart_digest": NOT_PERSONAL,
    "cart_turn": NOT_PERSONAL,
    "email_index": Indexed("email", "an HMAC under a key outside the database, for the look-up of orders", "order"),
    "details": {"name", "email", "delivery_address", "phone"},
    "state": NOT_PERSONAL,
    "country": Pseudonymous("delivery_address", "the country alone, for tax and delivery"),
    "currency": NOT_PERSONAL,
    "subtotal_minor": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "shipping_minor": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "tax_minor": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "total_minor": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "shipping_method": NOT_PERSONAL,
    "days_min": NOT_PERSONAL,
    "days_max": NOT_PERSONAL,
    "drafted_at": NOT_PERSONAL,
    "held_until": NOT_PERSONAL,
    "placed_at": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "ended_on": NOT_PERSONAL,
}, purpose="orders", ends=Ending(blanks={"details": b"", "email_index": b"", "country": ""}))

declare(Accounting, {
    "order_id": NOT_PERSONAL,
    "details": {"name", "billing_address", "purchases"},
}, purpose="orders", ends=Ending(part_of="order", held=True))

declare(OrderLine, {
    "order_id": NOT_PERSONAL,
    "variant_id": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "position": NOT_PERSONAL,
    "product_title": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "product_handle": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "variant_title": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "sku": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "quantity": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
    "price_minor": Pseudonymous("purchases", GOES_WITH_THE_ORDER),
}, purpose="orders", ends=Ending(part_of="order", held=True))

declare(Fulfilment, {
    "order_id": NOT_PERSONAL,
    "state": NOT_PERSONAL,
    "carrier": NOT_PERSONAL,
    "tracking_number": Pseudonymous("purchases", "the carrier's number of the parcel, deleted with the order"),
    "packed_at": NOT_PERSONAL,
    "shipped_at": NOT_PERSONAL,
    "delivered_at": NOT_PERSONAL,
}, purpose="orders", ends=Ending(part_of="order", blanks={"tracking_number": ""}))

nothing_personal(FulfilmentLine, OrderEvent, Cancellation)
