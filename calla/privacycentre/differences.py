"""What a version of the policy changed, in people's words: what held before, and what holds since."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from calla.policy import Change, Program, compare, view
from calla.policy.gloss import gloss, gloss_claim
from calla.privacy import versions
from calla.privacy.versions import Loaded

KINDS = {"tightened": "stricter", "loosened": "looser", "reworded": "put otherwise"}
REMEMBERED = 64  # pairs of versions whose difference is kept ready: it never changes again
_known: dict[tuple[str, str], list[tuple[str, list[dict[str, str]]]]] = {}


def history() -> list[dict[str, Any]]:
    """Every version, newest first, with what it changed: stricter, looser, put otherwise."""
    posted = [version for row in versions.all_posted() if (version := versions.posted(row.number))]
    before = dict(zip((one.number for one in posted), [*posted[1:], None], strict=True))
    return [
        {
            "number": one.number,
            "since": moment(one),
            "digest": one.policy.digest,
            "changes": between(old, one) if (old := before[one.number]) else [],
            "newest": posted[0].number,
        }
        for one in posted
    ]


def moment(version: Loaded) -> str:
    return f"{version.effective_at:%-d %B %Y, %H:%M} UTC"


def between(old: Loaded, new: Loaded) -> list[tuple[str, list[dict[str, str]]]]:
    """The changes from one version to another, which need not be neighbours, under what they did."""
    key = (old.policy.digest, new.policy.digest)
    if key not in _known:
        if len(_known) >= REMEMBERED:
            _known.clear()
        _known[key] = _by_kind(_told(old, new))
    return _known[key]


def _by_kind(changes: Iterable[dict[str, str]]) -> list[tuple[str, list[dict[str, str]]]]:
    changes = list(changes)
    grouped = [(label, [change for change in changes if change["kind"] == kind]) for kind, label in KINDS.items()]
    return [(label, these) for label, these in grouped if these]


def _told(old: Loaded, new: Loaded) -> Iterable[dict[str, str]]:
    """Before and after are empty where something was not there yet, or is no more."""
    wordings = {0: _wordings(old), 1: _wordings(new)}
    for change in compare(old.policy, new.policy):
        if change.kind == "reworded":
            before, after = (wordings[side].get(change.sentence, "") for side in (0, 1))
        else:
            before, after = (_meaning(change, value, new.policy.program) for value in (change.old, change.new))
        yield {"kind": change.kind, "sentence": change.sentence, "before": before, "after": after}


def _meaning(change: Change, value: Any, program: Program) -> str:
    if value is None:
        return ""
    return gloss(change.path, value, program) if "." in change.path else gloss_claim(change.path, program)


def _wordings(version: Loaded) -> dict[str, str]:
    return {line.id: line.text for section in view(version.policy) for line in section.lines}
