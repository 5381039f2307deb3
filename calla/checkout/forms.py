"""The one form of the checkout. What it asks for is what the policy collects for an order; every other key is dropped.

Nothing here is stored: the form lives in the request alone until somebody presses “Pay”.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from calla.customers.addressing import check, clean, form_fields, is_country, tidy, value_of
from calla.customers.reaching import email_problem, looks, phone_problem
from calla.customers.types import Address
from calla.policy import Rules, enforces
from calla.privacy import ages
from calla.privacy.card_numbers import holds_card_number, masked
from calla.privacy.fields import asks

PARTS = ("name", "line1", "line2", "city", "region", "postcode", "district", "sorting")
ADDRESSES = ("delivery", "billing")
HOLDS = {f"{which}_{part}": f"{which}_address" for which in ADDRESSES for part in (*PARTS, "country")}
HOLDS |= {"delivery_name": "name", "billing_name": "name", "email": "email", "phone": "phone"}
SHOWN = frozenset({"shown_total", "shown_pieces", "shown_policy", "order"})  # what the page itself had written in it
MOST_LETTERS = 300
NO_CARDS = "This looks like a card number. Please type it on the payment page only; we took it out."


@dataclass(frozen=True, repr=False)
class Filled:
    """What somebody typed, by the keys the form knows. `cards` names the fields that held a card number."""

    values: Mapping[str, str] = field(default_factory=dict)
    cards: frozenset[str] = frozenset()

    def __getitem__(self, key: str) -> str:
        return self.values.get(key, "")

    def ticked(self, key: str) -> bool:
        return bool(self[key])

    def address(self, which: str) -> Address:
        """The delivery or the billing address in its country's spelling."""
        said = {part: self[f"{which}_{part}"] for part in PARTS}
        lines = tuple(said.pop(f"line{number}") for number in (1, 2))
        return tidy(Address(self[f"{which}_country"], lines=lines, **said))

    @property
    def delivery(self) -> Address:
        return self.address("delivery")

    @property
    def billing(self) -> Address:
        return self.delivery if self.ticked("billing_same") else self.address("billing")

    @property
    def method_id(self) -> int | None:
        return int(self["method"]) if self["method"].isascii() and self["method"].isdecimal() else None

    @property
    def shown_minor(self) -> int | None:
        """The total that stood at the button, as the page had written it into the form."""
        text = self["shown_total"]
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None

    def moved(self, which: str) -> bool:
        """Another country was chosen than the one whose fields the page showed."""
        return self[f"{which}_fields_for"] != self[f"{which}_country"]


@dataclass(frozen=True)
class Findings:
    """Field name to message. Warnings stop the order once; a tick at “as I wrote it” lets them pass."""

    problems: Mapping[str, str] = field(default_factory=dict)
    warnings: Mapping[str, str] = field(default_factory=dict)

    @property
    def messages(self) -> dict[str, str]:
        return {**self.warnings, **self.problems}


def keys(rules: Rules) -> frozenset[str]:
    """Every key that this form may be sent, by what the policy collects."""
    asked = rules.collects("order")
    contact = {name for name in CHECKS if name in asked}
    billing = {"billing_same", *_address_keys("billing")} if "billing_address" in asked else set[str]()
    declared = {"age"} if "age.order" in rules.terms else set[str]()
    return frozenset({"method"} | SHOWN | _address_keys("delivery") | contact | billing | declared)


def _address_keys(which: str) -> set[str]:
    return {f"{which}_{part}" for part in (*PARTS, "country", "fields_for", "as_written")}


@asks("order", HOLDS, optional={"phone"})
@enforces("card_numbers_refused", "limit.card_number.keep")
def read(post: Mapping[str, str], rules: Rules) -> Filled:
    """What was sent, cut down to the form's own keys; card numbers do not even get as far as the answer."""
    filled = _read(post, keys(rules))
    same = {} if "billing_address" in rules.collects("order") else {"billing_same": "on"}
    return replace(filled, values={**filled.values, **same})


@asks("rights", {key: held for key, held in HOLDS.items() if key not in {"email", "phone"}}, optional=HOLDS)
@enforces("card_numbers_refused", "limit.card_number.keep")
def read_address(which: str, post: Mapping[str, str]) -> Filled:
    """One address alone, for whoever corrects it later."""
    return _read(post, frozenset(_address_keys(which)))


def _read(post: Mapping[str, str], known: frozenset[str]) -> Filled:
    typed = {key: clean(str(post[key])[:MOST_LETTERS]) for key in post if key in known}
    cards = frozenset(key for key, text in typed.items() if key not in SHOWN and holds_card_number(text))
    return Filled(typed | {key: masked(typed[key]) for key in cards}, cards)


def fields(rules: Rules) -> dict[str, str]:
    """The personal fields that this form has under these rules, each with its category."""
    return {name: HOLDS[name] for name in keys(rules) & HOLDS.keys()}


def blank(country: str, *, order: str = "") -> Filled:
    return Filled({"delivery_country": country, "billing_country": country, "billing_same": "on", "order": order})


def shows(rules: Rules) -> frozenset[str]:
    """All that somebody could read in the form when it is filled in."""
    return frozenset(HOLDS.values()) & rules.collects("order").keys()


def filled_with_address(which: str, address: Address) -> Filled:
    """The fields of one address as it was written."""
    values = {f"{which}_{part}": value_of(address, part) for part in (*PARTS, "country")}
    return Filled(values | {f"{which}_fields_for": address.country})


def filled_with(delivery: Address, billing: Address | None, **other: str) -> Filled:
    """The form as it was when an order was drafted from it; no billing address means the same as delivery."""
    addresses = {"delivery": delivery, "billing": billing or Address(delivery.country)}
    filled = [filled_with_address(which, address).values for which, address in addresses.items()]
    values = {name: value for one in filled for name, value in one.items()}
    return Filled(values | other | ({} if billing else {"billing_same": "on"}))


@enforces("collect.order", "age.order")
def examine(filled: Filled, rules: Rules) -> Findings:
    """Everything that stands in the way of ordering, found at once."""
    found = [examine_address(which, filled) for which in _addresses_of(filled)]
    problems = {name: said for one in found for name, said in one.problems.items()}
    warnings = {name: said for one in found for name, said in one.warnings.items()}
    asked = rules.collects("order")
    contact = {key: check_text(filled[key], asked[key]) for key, check_text in CHECKS.items() if key in asked}
    problems |= {key: message for key, message in contact.items() if message}
    problems |= ages.undeclared(rules, "order", declared=filled.ticked("age"))
    problems |= dict.fromkeys(filled.cards, NO_CARDS)
    return Findings(problems, {key: said for key, said in warnings.items() if key not in problems})


def examine_address(which: str, filled: Filled) -> Findings:
    """What stands in the way of one address, also a card number typed into it."""
    found = check(filled.address(which))
    problems = {f"{which}_{name}": message for name, message in found.problems.items()}
    warnings = {f"{which}_{name}": message for name, message in found.warnings.items()}
    cards = dict.fromkeys((key for key in filled.cards if key.startswith(f"{which}_")), NO_CARDS)
    return Findings(problems | cards, {} if filled.ticked(f"{which}_as_written") else warnings)


def _addresses_of(filled: Filled) -> tuple[str, ...]:
    return ADDRESSES[:1] if filled.ticked("billing_same") else ADDRESSES


CHECKS = {"email": email_problem, "phone": phone_problem}


def contact_fields(filled: Filled, findings: Findings, rules: Rules) -> list[dict[str, Any]]:
    """The fields beside the address, as plain values for the page: e-mail, and phone where the policy collects it."""
    asked = rules.collects("order")
    return [
        line_field(
            key, label, filled, findings, optional=not asked[key], type=kind, autocomplete=kind, inputmode=kind,
            **looks(kind),
        )
        for key, label, kind in (("email", "E-mail address", "email"), ("phone", "Phone number", "tel"))
        if key in asked
    ]  # fmt: skip


def age_field(filled: Filled, findings: Findings, rules: Rules) -> list[dict[str, Any]]:
    """The tick at an age, where the policy sends nobody younger anything."""
    return ages.field(rules, "order", ticked=filled.ticked("age"), error=findings.messages.get("age", ""))


def address_fields(which: str, filled: Filled, findings: Findings) -> list[dict[str, Any]]:
    """The fields of one address in the order of its country, as plain values for the page."""
    country, section = filled[f"{which}_country"], "shipping" if which == "delivery" else "billing"
    parts = form_fields(country) if is_country(country) else ()
    return [
        line_field(
            f"{which}_{part.name}", part.label, filled, findings, optional=not (part.required or part.expected),
            autocomplete=part.autocomplete if part.autocomplete == "off" else f"{section} {part.autocomplete}",
            inputmode=part.inputmode, choices=_choices(filled[f"{which}_{part.name}"], part.choices),
        )
        for part in parts
    ]  # fmt: skip


def address_group(
    which: str, filled: Filled, findings: Findings, offered: tuple[tuple[str, str], ...], *, fixed: str = ""
) -> dict[str, Any]:
    """The whole of one address as plain values for the page, with the countries to choose from, or the one it is in."""
    chosen = filled[f"{which}_country"]
    doubts = [name for name in findings.warnings if name.startswith(f"{which}_")]
    return {
        "country": {
            "name": f"{which}_country",
            "error": findings.messages.get(f"{which}_country", ""),
            "fixed": fixed,
            "section": "shipping" if which == "delivery" else "billing",
            "choices": [{"code": code, "name": name, "chosen": code == chosen} for code, name in offered],
        },
        "fields": address_fields(which, filled, findings),
        "fields_for": chosen,
        "overrule": bool(doubts) or filled.ticked(f"{which}_as_written"),
        "as_written": filled.ticked(f"{which}_as_written"),
    }


def _choices(value: str, choices: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    """What was typed stays among the choices even when it is none of them."""
    own = ((value, value),) if choices and value and value not in dict(choices) else ()
    return [{"code": code, "name": name, "chosen": code == value} for code, name in (*own, *choices)]


def line_field(name: str, label: str, filled: Filled, findings: Findings, **shown: Any) -> dict[str, Any]:
    """One field as plain values for the page; `shown` says how it is typed."""
    said = {"name": name, "label": label, "value": filled[name], "error": findings.messages.get(name, "")}
    return {"type": "text", "inputmode": "", "choices": [], **shown, **said}
