"""What posting a policy will do to the shop, part by part. Nothing is posted but through such a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

from calla.policy.compare import Change, compare
from calla.policy.model import Policy
from calla.policy.program import Program

PARTS = {
    "forms": ("collect.*", "age.*"),
    "pages": ("visible.*",),
    "cookies": ("cookie.*", "cookies.*"),
    "processors": ("processor.*", "recipient.*", "source.*"),
    "dates": ("*.keep",),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Each line begins with + for what comes, - for what goes, ~ for what changes."""

    forms: tuple[str, ...]
    pages: tuple[str, ...]
    cookies: tuple[str, ...]
    processors: tuple[str, ...]
    dates: tuple[str, ...]
    letters: tuple[str, ...]
    jobs: tuple[str, ...]
    menus: tuple[str, ...]

    def __bool__(self) -> bool:
        return any(lines for _, lines in self.parts())

    def parts(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for part in fields(self):
            yield part.name, getattr(self, part.name)


def plan(old: Policy, new: Policy, program: Program) -> Plan:
    changes = [change for change in compare(old, new) if change.kind != "reworded"]
    features = {kind: [f for f in program.features.values() if f.kind == kind] for kind in ("job", "menu")}
    return Plan(
        **{part: tuple(_lines(changes, families)) for part, families in PARTS.items()},
        letters=tuple(_switched(program.letters.values(), old, new)),
        jobs=tuple(_switched(features["job"], old, new)),
        menus=tuple(_switched(features["menu"], old, new)),
    )


def _lines(changes: Iterable[Change], families: tuple[str, ...]) -> Iterator[str]:
    for change in changes:
        if any(fnmatchcase(change.plain, family) for family in families):
            sign = "+" if change.old is None else "-" if change.new is None else "~"
            values = [written(value) for value in (change.old, change.new) if value is not None]
            yield f"{sign} {change.path}: {' → '.join(values)}"


def written(value: Any) -> str:
    """A value as the file has it."""
    if isinstance(value, dict):
        return ", ".join(name if required else f"{name}?" for name, required in value.items()) or "nothing"
    if isinstance(value, frozenset | tuple):
        return ", ".join(sorted(value) if isinstance(value, frozenset) else value) or "nothing"
    return str(value)


def _switched(things: Iterable[Any], old: Policy, new: Policy) -> Iterator[str]:
    for thing in things:
        if old.has(thing.purpose) != new.has(thing.purpose):
            yield f"{'+' if new.has(thing.purpose) else '-'} {thing.name}"
