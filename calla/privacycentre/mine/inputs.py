"""How each kind of value is typed by whoever corrects it: with the fields and the checks of the form it came by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from calla.checkout import forms
from calla.checkout.forms import Filled, Findings
from calla.customers import addressing
from calla.customers.reaching import looks
from calla.enquiries import forms as questions
from calla.policy import enforces
from calla.privacy import elsewhere
from calla.privacy.card_numbers import holds_card_number, masked
from calla.privacy.fields import asks
from calla.privacy.types import Offer

ADDRESSES = {"delivery_address": "delivery", "billing_address": "billing"}
LINES: Mapping[str, Mapping[str, str]] = {
    "email": {"type": "email", "autocomplete": "email", "inputmode": "email", **looks("email")},
    "name": {"autocomplete": "name"},
    "order_number": {"autocomplete": "off"},
    "phone": {"type": "tel", "autocomplete": "tel", "inputmode": "tel", **looks("tel")},
}
MOST_LETTERS = 254
NO_CARDS = "This looks like a card number. We keep none; we took it out."


@dataclass(frozen=True, repr=False)
class Typed:
    """What somebody typed in the place of a value: what it comes to, what is wrong with it, and its fields as plain
    values for the page; those of an address come as a group."""

    value: Any
    problems: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[dict[str, Any], ...] = ()
    which: str = ""
    group: dict[str, Any] | None = None

    @property
    def errors(self) -> list[dict[str, str]]:
        """In the order in which the fields stand on the page."""
        country = [self.group["country"]] if self.group else []
        shown = [one["name"] for one in (*country, *(self.group["fields"] if self.group else ()), *self.fields)]
        rest = [name for name in self.problems if name not in shown]
        return [
            {"name": name if name in shown else "content", "message": self.problems[name]}
            for name in (*shown, *rest) if name in self.problems
        ]  # fmt: skip


def present(offer: Offer) -> Typed:
    """The form as it is given out: with the value that is there, or empty where one adds to it."""
    if which := ADDRESSES.get(offer.category):
        return _address(offer, which, forms.filled_with_address(which, offer.value), Findings())
    return _message({}) if offer.adds else _line(offer, offer.value, "")


def read(offer: Offer, post: Mapping[str, str], *, examined: bool = True) -> Typed:
    """What was sent; not `examined` where only the fields of another country are asked for."""
    if which := ADDRESSES.get(offer.category):
        filled = forms.read_address(which, post)
        if which == "delivery":
            filled = Filled(dict(filled.values) | {"delivery_country": offer.value.country}, filled.cards)
        return _address(offer, which, filled, forms.examine_address(which, filled) if examined else Findings())
    return _message(post) if offer.adds else read_line(offer, post)


def _address(offer: Offer, which: str, filled: Filled, findings: Findings) -> Typed:
    """A parcel stays in its country, which decided what it cost; a bill may go anywhere."""
    fixed = addressing.country_name(offer.value.country) if which == "delivery" else ""
    group = forms.address_group(which, filled, findings, addressing.countries(), fixed=fixed)
    return Typed(filled.address(which), findings.messages, which=which, group=group)


@asks(
    "rights", {"email": "email", "name": "name", "order_number": "order_number", "phone": "phone"}, optional=LINES
)  # fmt: skip
@enforces("card_numbers_refused", "limit.card_number.keep")
def read_line(offer: Offer, post: Mapping[str, str]) -> Typed:
    text = addressing.clean(str(post.get(offer.name, ""))[:MOST_LETTERS])
    if holds_card_number(text):
        return _line(offer, masked(text), NO_CARDS)
    if not text:
        return _line(offer, text, f"{offer.label}: please fill this in.")
    check = forms.CHECKS.get(offer.name)
    return _line(offer, text, check(text, True) if check else elsewhere.line_problem(offer.label, text))


def _line(offer: Offer, text: str, problem: str) -> Typed:
    problems = {offer.name: problem} if problem else {}
    filled, how = Filled({offer.name: text}), {"optional": False, **LINES[offer.name]}
    return Typed(text, problems, (forms.line_field(offer.name, offer.label, filled, Findings(problems), **how),))


@asks("rights", {"message": "message"}, optional=["message"])
def _message(post: Mapping[str, str]) -> Typed:
    filled = questions.read_reply(post) if post else questions.Filled()
    shown = {**questions.shown_reply(filled), "label": "Your correction"}
    return Typed(filled["message"], filled.problems, (shown,))
