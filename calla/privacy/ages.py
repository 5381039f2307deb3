"""The age that somebody declares before they send a form: one tick, of which nothing is kept.

It is a declaration and no proof. A birthday or a document would be far more data than what they protect.
"""

from __future__ import annotations

from typing import Any

from calla.policy import Rules

UNTICKED = "Your age: please tick this if it is so. We take nothing from anybody younger."


def undeclared(rules: Rules, moment: str, *, declared: bool) -> dict[str, str]:
    """What stands in the way of this form: nothing where no sentence in force names an age for it."""
    return {"age": UNTICKED} if f"age.{moment}" in rules.terms and not declared else {}


def field(rules: Rules, moment: str, *, ticked: bool, error: str) -> list[dict[str, Any]]:
    """The one tick as plain values for the page, or none."""
    age = rules.get(f"age.{moment}")
    label = f"I am {age} years old or older"
    return [] if age is None else [{"name": "age", "label": label, "ticked": ticked, "error": error}]
