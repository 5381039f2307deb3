"""The form of a question. What it asks for is what the policy collects for one; every other key is dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from calla.customers import services as customers
from calla.customers.addressing import clean
from calla.customers.errors import BadEmail
from calla.customers.reaching import UNLIKE, looks
from calla.enquiries.prose import tidy
from calla.enquiries.types import Asked
from calla.kernel import tokens
from calla.policy import Rules, enforces
from calla.privacy import ages, elsewhere
from calla.privacy.card_numbers import holds_card_number, masked
from calla.privacy.fields import asks

MOST_LETTERS = 10_000
MOST_OF_A_LINE = 254
NO_CARDS = "This looks like a card number. We need none for any question; we took it out."
TOO_LONG = f"Your message: please keep it under {MOST_LETTERS:,} characters, or send it as a letter."
LINES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("message", "Your question", {"lines": 7, "autocomplete": "off"}),
    ("email", "E-mail address", {"type": "email", "autocomplete": "email", "inputmode": "email", **looks("email")}),
    ("name", "Name", {"autocomplete": "name"}),
    ("order_number", "Order number", {"autocomplete": "off", "hint": "If it is about an order. Such as C1001."}),
)


@dataclass(frozen=True, repr=False)
class Filled:
    """What somebody typed, and what is wrong with it by field."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, key: str) -> str:
        return self.values.get(key, "")

    @property
    def asked(self) -> Asked:
        return Asked(**{name: self[name] for name in ("email", "message", "name", "order_number", "once")})

    @property
    def errors(self) -> list[dict[str, str]]:
        """In the order of the fields."""
        names = [*(name for name, _, _ in LINES), "age"]
        return [{"name": name, "message": self.problems[name]} for name in names if name in self.problems]


def blank(rules: Rules, order_number: str = "") -> Filled:
    """The empty form; it keeps the number of the order from whose page somebody comes."""
    known = "order_number" in rules.collects("enquiry")
    return Filled({"order_number": clean(order_number)[:20] if known else "", "once": tokens.new_token()})


def fields(rules: Rules) -> dict[str, str]:
    """The fields that this form has under these rules, each with its category."""
    return {name: name for name in rules.collects("enquiry")}


@asks(
    "enquiry", {"email": "email", "message": "message", "name": "name", "order_number": "order_number"},
    optional={"name", "order_number"},
)  # fmt: skip
@enforces("collect.enquiry", "card_numbers_refused", "limit.card_number.keep", "age.enquiry")
def read(post: Mapping[str, str], rules: Rules) -> Filled:
    """What was sent, cut down to what is asked, and all that stands in the way of sending it, found at once."""
    collected = rules.collects("enquiry")
    typed = {name: _typed(name, str(post[name])) for name in collected if name in post}
    cards = {name for name, text in typed.items() if holds_card_number(text)}
    once = str(post.get("once", ""))
    values = typed | {name: masked(typed[name]) for name in cards}
    values["once"] = once if tokens.TOKEN.fullmatch(once) else tokens.new_token()
    missing = {name: MISSING[name] for name, needed in collected.items() if needed and not values.get(name)}
    missing |= ages.undeclared(rules, "enquiry", declared="age" in post)
    values |= {"age": "on"} if "age" in post else {}
    return Filled(values, _wrong(values) | missing | dict.fromkeys(cards, NO_CARDS))


def read_reply(post: Mapping[str, str]) -> Filled:
    """One more message to a case that is there."""
    text = _typed("message", str(post.get("message", "")))
    problems = _wrong({"message": text}) | ({} if text else {"message": MISSING["message"]})
    if holds_card_number(text):
        text, problems = masked(text), problems | {"message": NO_CARDS}
    return Filled({"message": text}, problems)


def after(post: Mapping[str, str]) -> int:
    """How many messages stood on the page that was answered."""
    said = str(post.get("after", ""))
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 6 else 0


def shown(filled: Filled, rules: Rules) -> list[dict[str, Any]]:
    """The fields as plain values for the page, as far as the policy asks for them."""
    collected = rules.collects("enquiry")
    return [_field(filled, *line, optional=not collected[line[0]]) for line in LINES if line[0] in collected]


def age_field(filled: Filled, rules: Rules) -> list[dict[str, Any]]:
    return ages.field(rules, "enquiry", ticked=bool(filled["age"]), error=filled.problems.get("age", ""))


def shown_reply(filled: Filled) -> dict[str, Any]:
    return _field(filled, "message", "Write again", {"lines": 5, "autocomplete": "off"})


def _field(filled: Filled, name: str, label: str, kind: Mapping[str, Any], *, optional: bool = False) -> dict[str, Any]:
    said = {"name": name, "label": label, "value": filled[name], "error": filled.problems.get(name, "")}
    return {"type": "text", "inputmode": "", "choices": [], "optional": optional, **kind, **said}


def _typed(name: str, text: str) -> str:
    return tidy(text[: MOST_LETTERS + 1]) if name == "message" else clean(text[:MOST_OF_A_LINE])


MISSING = {
    "email": "E-mail address: please fill this in, so that we can answer.",
    "message": "Your question: please write it here.",
    "name": "Name: please fill this in.",
    "order_number": "Order number: please fill this in.",
}


def _wrong(values: Mapping[str, str]) -> dict[str, str]:
    problems = {"message": TOO_LONG} if len(values.get("message", "")) > MOST_LETTERS else {}
    try:
        if values.get("email"):
            customers.check_email(values["email"])
    except BadEmail:
        problems["email"] = UNLIKE["email"]
    if message := elsewhere.line_problem("Name", values.get("name", "")):
        problems["name"] = message
    return problems
