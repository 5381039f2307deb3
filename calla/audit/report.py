"""What was found: as a table for people, as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import IO

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from calla.audit.checking import Finding, Result
from calla.audit.look import Look

COLOURS = {Result.KEPT: "green", Result.BROKEN: "bold red", Result.NOT_PROMISED: "dim", Result.UNCLEAR: "yellow"}


def tally(findings: Sequence[Finding]) -> dict[str, int]:
    return {result.value: sum(one.result is result for one in findings) for result in Result}


def unseen(look: Look, findings: Sequence[Finding]) -> list[str]:
    """The sentences in force that none of these checks is about."""
    seen = {name for one in findings for name in one.sentences}
    return [one.id for one in look.policy.sentences if one.binds and one.id not in seen]


def as_json(look: Look, findings: Sequence[Finding]) -> str:
    policy, counted = look.policy, tally(findings)
    said = {
        "format": 1,
        "shop": {"address": look.site.base, "name": policy.shop},
        "policy": {"version": policy.version, "since": policy.since, "digest": policy.digest},
        "ok": not counted[Result.BROKEN],
        "tally": counted,
        "checks": [_row(one) for one in findings],
        "unseen": unseen(look, findings),
        "questions": look.site.asked,
    }
    return json.dumps(said, indent=2, ensure_ascii=False)


def refusal_as_json(url: str, why: str) -> str:
    """Of an audit that could not be made: neither good nor bad is known."""
    said = {"format": 1, "shop": {"address": url}, "ok": None, "error": why, "checks": []}
    return json.dumps(said, indent=2, ensure_ascii=False)


def _row(one: Finding) -> dict[str, object]:
    return {
        "name": one.check.name, "says": one.check.says, "about": list(one.check.about),
        "standard": one.check.standard or None, "sentences": list(one.sentences), "result": one.result.value,
        "seen": one.seen,
    }  # fmt: skip


def show(look: Look, findings: Sequence[Finding], out: IO[str]) -> None:
    console, policy = Console(file=out, soft_wrap=False), look.policy
    console.print(f"{_plain(policy.shop)} at {look.site.base}, policy version {policy.version} since {policy.since}")
    table = Table(box=SIMPLE)
    table.add_column("Result", no_wrap=True)
    table.add_column("Check", ratio=3)
    table.add_column("Sentences", ratio=2)
    table.add_column("What was seen", ratio=5)
    for one in findings:
        about = " ".join(one.sentences) or one.check.standard
        result = f"[{COLOURS[one.result]}]{one.result}[/]"
        table.add_row(result, one.check.name.replace("_", " "), about, _plain(one.seen))
    console.print(table)
    console.print(", ".join(f"{count} {result}" for result, count in tally(findings).items() if count) + ".")
    if names := unseen(look, findings):
        console.print(f"In force, and not looked at from outside: {' '.join(names)}.")


def _plain(seen: str) -> str:
    """The shop's own words go to a terminal: no markup, no control characters."""
    return "".join(letter for letter in seen if letter.isprintable()).replace("[", r"\[")
