"""Sending back, exchanging, and withdrawing from a purchase."""

from calla.policy import program

program.category(
    "returns",
    {"en": "what you send back or exchange", "de": "was du zurückschickst oder tauschst"},
    fides="user.behavior.purchase_history",
)
program.moment(
    "return",
    {"en": "sending something back", "de": "beim Zurückschicken"},
    needs={"returns", "purchases"},
    purpose="returns",
)
program.moment(
    "withdrawal",
    {"en": "withdrawing from a purchase", "de": "beim Widerruf"},
    needs={"name", "email", "purchases"},
    purpose="returns",
)
program.purpose(
    "returns", {"en": "returns and exchanges", "de": "Rückgabe und Tausch"},
    needs={"name", "email", "purchases", "returns"}, can={"billing_address", "delivery_address"}, ends="return.closed",
)  # fmt: skip
program.event("return.closed", {"en": "the end of the return", "de": "dem Ende der Rückgabe"}, after={"order.placed"})
program.letter(
    "return_received", {"en": "word that a return came in", "de": "Eingang einer Rückgabe"}, purpose="returns"
)
program.menu("withdraw", {"en": "Withdraw from a purchase", "de": "Kauf widerrufen"}, purpose="returns")
program.term("withdrawal.period", "span", stricter="more", gloss="a withdrawal is taken for {value}")
program.claim(
    "withdrawal_in_two_steps", {"en": "a purchase is undone by a declaration and a confirmation, without signing in"}
)
