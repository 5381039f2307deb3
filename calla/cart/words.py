"""The cart has no owner: a cookie only remembers which one is yours."""

from calla.policy import program

program.cookie(
    "cart", {"en": "the address of your bag", "de": "die Adresse deiner Tasche"},
    kind="persistent", need="choice", contents={"en": "a random address", "de": "eine Zufallsadresse"},
)  # fmt: skip
program.cookie(
    "bag", {"en": "the count in your bag", "de": "die Zahl in deiner Tasche"},
    kind="session", need="choice", script_readable=True, contents={"en": "a number", "de": "eine Zahl"},
)  # fmt: skip
