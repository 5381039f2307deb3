"""What asking the policy costs, beside a plain dict look-up: `python -m bench.decide`.

Pure Python: no database and no framework.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import calla
from bench import report
from calla.policy import (
    ANYBODY,
    Collect,
    Keep,
    Person,
    Policy,
    Process,
    Read,
    SetCookie,
    Versions,
    Write,
    decide,
    load_words,
    loads,
)

HOUSE = Path(calla.__file__).parent
BUYER = Person(used=1, country="DE")
TODAY = date(2026, 11, 23)
NOTE = """\
fold: what binds a person who has not used the shop since the first of so many versions, before it is remembered.
load: reading, parsing and checking Calladream's file, and stating its rules."""


def main() -> None:
    words = sorted(f"calla.{file.parent.name}" for file in HOUSE.glob("*/words.py") if file.parent.name != "policy")
    program = load_words(words)
    text = (HOUSE / "demo" / "policy.toml").read_text(encoding="utf-8")
    policy = loads(text, program)
    asked = Read("orders")
    plain = {asked: frozenset({"name"})}
    reference = report.best_of(lambda: plain[asked], times=50_000)
    rows: list[tuple[object, ...]] = [("a dict look-up by the same key", reference, 1.0)]
    rows += _costs(reference, _decisions(policy))
    versions = Versions([policy] * 2)
    rows += _costs(reference, {"what binds a person, remembered": lambda: versions.binding(BUYER)})
    for count in (2, 10):
        rows.append(_row(f"fold of {count} versions", _once(_folding([policy] * count)), reference))
    rows.append(_row("load of a policy", _once(lambda: loads(text, program).rules()), reference))
    report.table("Asking the policy", ["what", "µs", "× a dict look-up"], rows, note=NOTE)


def _decisions(policy: Policy) -> dict[str, Callable[[], object]]:
    ended = {"order.placed": TODAY, "order.ended": TODAY}
    asked = {
        "may it read": Read("orders"),
        "may it read for a step": Read("orders", "carrier"),
        "may it read, not granted": Read("newsletter"),
        "may it ask for a field": Collect("order", "email"),
        "may it set a cookie": SetCookie("cart"),
        "may it write a letter": Write("order_confirmation"),
        "may a helper be used today": Process("orders.payment", TODAY),
        "is it still to be kept": Keep("orders", ended, TODAY),
    }
    return {name: lambda action=action: decide(policy, ANYBODY, action) for name, action in asked.items()}


def _costs(reference: float, work: dict[str, Callable[[], object]]) -> list[tuple[object, ...]]:
    return [_row(name, report.best_of(ask, times=5000), reference) for name, ask in work.items()]


def _folding(policies: list[Policy]) -> Callable[[], object]:
    return lambda: Versions(policies).binding(BUYER)


def _once(work: Callable[[], object], rounds: int = 9) -> float:
    """Microseconds of the best of some single runs."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        found.append((time.perf_counter() - began) * 1e6)
    return min(found)


def _row(name: str, cost: float, reference: float) -> tuple[object, ...]:
    return name, cost, cost / reference


if __name__ == "__main__":
    main()
