"""An order from “Pay” to its end: what it asks, whom it needs, what it writes."""

from calla.policy import program

program.category(
    "billing_address", {"en": "your billing address", "de": "deine Rechnungsadresse"}, fides="user.contact.address"
)
program.category(
    "delivery_address", {"en": "your delivery address", "de": "deine Lieferadresse"}, fides="user.contact.address"
)
program.category("purchases", {"en": "what you buy", "de": "was du kaufst"}, fides="user.behavior.purchase_history")
program.category("phone", {"en": "your phone number", "de": "deine Telefonnummer"}, fides="user.contact.phone_number")

ORDER = {"name", "email", "billing_address", "delivery_address", "purchases"}
program.moment("order", {"en": "ordering", "de": "beim Bestellen"}, needs=ORDER, can={"phone"}, purpose="orders")
program.moment("lookup", {"en": "looking up an order", "de": "bei der Suche nach einer Bestellung"}, needs={"email"})
program.purpose(
    "orders", {"en": "your order", "de": "deine Bestellung"},
    needs=ORDER, can={"phone", "returns"}, needed=True, ends="order.ended",
    steps={"carrier": {"name", "delivery_address"}, "payment": ()},
)  # fmt: skip

program.surface(
    "order_link",
    {"en": "at an order's secret address", "de": "unter der geheimen Adresse einer Bestellung"},
    can={"name", "email", "phone", "billing_address", "delivery_address", "purchases"},
    purpose="orders",
)

program.event("order.placed", {"en": "your order", "de": "deiner Bestellung"})
program.event("order.ended", {"en": "the order's end", "de": "dem Ende der Bestellung"}, after={"order.placed"})
program.event(
    "parcel.delivered",
    {"en": "the delivery of the parcel", "de": "der Zustellung des Pakets"},
    certain=False,
    after={"order.placed"},
)

program.letter(
    "order_confirmation", {"en": "confirmation of the order", "de": "Bestätigung der Bestellung"}, purpose="orders"
)
program.letter("order_shipped", {"en": "word that the parcel left", "de": "Meldung des Versands"}, purpose="orders")
program.letter(
    "order_cancelled", {"en": "word that the order was cancelled", "de": "Meldung der Stornierung"}, purpose="orders"
)
program.reason("order_problem", {"en": "a problem with your order", "de": "ein Problem mit deiner Bestellung"})
program.reason("recall", {"en": "the recall of something you bought", "de": "der Rückruf einer Ware"})
program.letter("order_note", {"en": "letter about an order", "de": "Schreiben zu einer Bestellung"}, purpose="contact")
program.reason(
    "order_changed", {"en": "a correction made to your order", "de": "eine Berichtigung deiner Bestellung"}
)
program.letter(
    "order_corrected", {"en": "word of a corrected address", "de": "Meldung einer neuen Lieferadresse"}, purpose="contact"
)
program.letter("recall", {"en": "recall of goods", "de": "Rückruf einer Ware"}, purpose="contact")
