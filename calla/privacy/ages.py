"""The age that somebody declares before they send a form: one tick, of which nothing is kept.

It is a declaration and no proof. A birthday or a document would be far more data than what they protect.
"""

from __future__ import annotations

from typing import Any

from calla.kernel import links
from calla.policy import Rules

UNTICKED = "Your age: please tick this if it is so. We take nothing from anybody younger."


def undeclared(rules: Rules, moment: str, *, declared: bool) -> dict[str, str]:
    """What stands in the way of this form: nothing where no sentence in force names an age for it."""
    return {"age": UNTICKED} if f"age.{moment}" in rules.terms and not declared else {}


def field(rules: Rules, moment: str, *, ticked: bool, error: str) -> list[dict[str, Any]]:
    """The one tick as plain values for the page, with the sentence that wants it; or none."""
    path = f"age.{moment}"
    if path not in rules.terms:
        return []
    label, why = f"I am {rules.value(path)} years old or older", f"{links.path('policy')}#{rules.because(path)[0]}"
    return [{"name": "age", "label": label, "ticked": ticked, "error": error, "why": why}]
