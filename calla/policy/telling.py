"""What a new version would change, in lines for a terminal and as data for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from calla.policy.compare import Change
from calla.policy.plan import Plan, written

HEADS = {
    "loosened": "Loosened",
    "given_up": "No longer promised: what left the file. The shop may go on doing it, and nobody can count on it",
    "tightened": "Tightened",
    "reworded": "Reworded",
}


def told(
    changes: Iterable[Change], planned: Plan, note: Callable[[Change], Iterable[str]] = lambda change: ()
) -> Iterator[str]:
    """`note` may add lines of its own below a change, such as for how many people it is one."""
    by_head: dict[str, list[Change]] = {head: [] for head in HEADS}
    for change in changes:
        by_head["given_up" if change.gives_up else change.kind].append(change)
    for head, of_kind in by_head.items():
        yield from ("", HEADS[head]) if of_kind else ()
        for change in of_kind:
            yield f"  {_said(change)}"
            yield from (f"      {line}" for line in note(change))
    for part, lines in planned.parts():
        yield from ("", f"Posting changes {part}", *(f"  {line}" for line in lines)) if lines else ()
    if not any(by_head.values()):
        yield "no difference"


def _said(change: Change) -> str:
    if change.kind == "reworded":
        return f"[{change.sentence}] {change.old or 'new'} → {change.new or 'left out'}"
    values = [written(value) for value in (change.old, change.new) if value not in (None, True)]
    unclear = " (which is stricter depends on the case)" if change.unclear else ""
    return f"[{change.sentence}] {change.gloss}: {' → '.join(values)}".removesuffix(": ") + unclear


def as_data_of(change: Change) -> dict[str, Any]:
    values = {
        key: None if value is None else written(value) for key, value in (("old", change.old), ("new", change.new))
    }
    return asdict(change) | values
