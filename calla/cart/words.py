"""The cart has no owner: a cookie only remembers which one is yours."""

from calla.policy import program

program.cookie(
    "cart", {"en": "which bag is yours", "de": "welche Tasche deine ist"},
    kind="persistent", need="choice", contents={"en": "the secret address of your bag", "de": "die geheime Adresse deiner Tasche"},
)  # fmt: skip
program.cookie(
    "bag", {"en": "how much lies in your bag", "de": "wie viel in deiner Tasche liegt"},
    kind="session", need="choice", script_readable=True, contents={"en": "a number", "de": "eine Zahl"},
)  # fmt: skip
