"""Paying happens on the payment service's own page: no card number ever comes here."""

from calla.policy import program

program.category("card_number", {"en": "card numbers", "de": "Kartennummern"}, fides="user.financial.credit_card")
program.letter(
    "payment_problem",
    {"en": "word of a payment that failed", "de": "Meldung einer gescheiterten Zahlung"},
    purpose="orders",
)
program.letter(
    "payment_possible", {"en": "word that you can pay", "de": "Meldung, dass du zahlen kannst"}, purpose="orders"
)
program.host("payment", {"en": "the payment service", "de": "der Zahlungsdienst"}, step="orders.payment")
program.event("dispute.opened", {"en": "the opening of the dispute", "de": "dem Beginn des Streits"}, certain=False)
program.event(
    "dispute.closed", {"en": "the end of the dispute", "de": "dem Ende des Streits"}, after={"dispute.opened"}
)
program.claim("card_numbers_refused", {"en": "a card number typed into any form is refused and kept nowhere"})
