"""A visit as a customer makes it: a piece into the bag, to the checkout, and away again.

Whoever it is types values that are found nowhere else in the world, and an e-mail address that is none, so that no
checkout can take the form for an order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from secrets import randbelow, token_hex

from calla.audit.asking import Answer, Browser, Fields, NoAnswer
from calla.audit.html import Element

CARD = "4242 4242 4242 4242"
TYPED = {"name": "name", "address-line1": "street", "address-line2": "extra", "address-level2": "city", "tel": "phone"}


@dataclass(frozen=True)
class Canary:
    """Somebody who does not exist."""

    mark: str = field(default_factory=lambda: token_hex(5))

    @property
    def values(self) -> dict[str, str]:
        return {
            "name": f"Wren {self.mark}", "street": f"Nest {self.mark}", "extra": f"Branch {self.mark}",
            "city": f"Birdham {self.mark}", "email": f"wren-{self.mark}@nest.example",
            "phone": f"+49 421 {randbelow(10**9):09}",
        }  # fmt: skip


@dataclass
class Visit:
    browser: Browser
    products: Sequence[Answer]
    canary: Canary = field(default_factory=Canary)
    pages: list[Answer] = field(default_factory=list)

    @cached_property
    def bag(self) -> Answer:
        """The bag with one piece in it."""
        for product in self.products:
            found = form_with(product, "variant")
            if found is None or not (fields := _chosen(found)):
                continue
            answer = self._note(self.browser.post(found.own.get("action", "/cart/lines"), fields))
            if answer.status == 200 and _way_to_checkout(answer):
                return answer
        raise NoAnswer("no product of this shop could be put into a bag")

    @cached_property
    def checkout(self) -> Answer:
        answer = self._note(self.browser.get(_way_to_checkout(self.bag)))
        if answer.status != 200 or order_form(answer) is None:
            raise NoAnswer(f"{answer.path} is no checkout (status {answer.status})")
        return answer

    @cached_property
    def refused(self) -> Answer:
        """The checkout after a form that cannot be an order: its e-mail address is none."""
        return self.send(email="nobody at nowhere")

    def go_as_far_as_possible(self) -> None:
        _ = self.refused

    def send(self, more: Fields = (), /, **typed: str) -> Answer:
        """Fill in the order form and press its last button. Unless told, an e-mail address that is none."""
        values = {**self.canary.values, "email": "nobody at nowhere", **typed}
        form = order_form(self.checkout)
        assert form is not None
        fields = [*filled(form, values), *more]
        return self._note(self.browser.post(pressed(form), fields))

    def _note(self, answer: Answer) -> Answer:
        self.pages.append(answer)
        return answer


def form_with(answer: Answer, name: str) -> Element | None:
    forms = [form for form in answer.page.all("form") if form.own.get("method", "").lower() == "post"]
    return next((form for form in forms if any(one.own["name"] == name for one in form.controls())), None)


def order_form(answer: Answer) -> Element | None:
    forms = answer.page.all("form")
    return next((form for form in forms if any(_token(one) == "email" for one in form.controls())), None)


def pressed(form: Element) -> str:
    """Where its last button sends a form."""
    buttons = [one for one in form.all("button", "input") if one.own.get("type", "submit") == "submit"]
    sends = [one for one in buttons if one.tag == "button" or one.own.get("type") == "submit"]
    return (sends[-1].own.get("formaction") if sends else "") or form.own.get("action", "")


def filled(form: Element, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the form sends with these values in the fields that ask for them by their `autocomplete`."""
    tokens = {one.own["name"]: _token(one) for one in form.controls()}
    typed = {name: values.get(token) or values.get(TYPED.get(token, "")) for name, token in tokens.items()}
    return [(name, typed.get(name) or value) for name, value in form.sent()]


def _token(one: Element) -> str:
    return (one.own.get("autocomplete", "").split() or [""])[-1]


def _chosen(form: Element) -> list[tuple[str, str]]:
    """The form with the first piece that can be had."""
    fields = [pair for pair in form.sent() if pair[0] != "variant"]
    pieces = [one.own.get("value", "") for one in form.controls() if one.own["name"] == "variant"]
    return [*fields, ("variant", pieces[0])] if pieces and pieces[0] else []


def _way_to_checkout(bag: Answer) -> str:
    links = [link.own.get("href", "") for link in bag.page.all("a")]
    return next((link for link in links if "/checkout/" in link), "")
