"""Sentences of the policy in force where they help: each place shows the very words, or none."""

from __future__ import annotations

from dataclasses import dataclass

from calla.policy import view
from calla.privacy import versions

_known: dict[str, dict[str, list[Said]]] = {}


@dataclass(frozen=True)
class Said:
    id: str
    text: str


def promises_at(place: str) -> list[Said]:
    """What the policy says to people at this place, in its own order."""
    policy = versions.current()
    if policy.digest not in _known:
        shown: dict[str, list[Said]] = {}
        for line in (line for section in view(policy) for line in section.lines):
            for name in () if policy.sentences[line.id].planned else line.shown:
                shown.setdefault(name, []).append(Said(line.id, line.text))
        _known.clear()
        _known[policy.digest] = shown
    return _known[policy.digest].get(place, [])
