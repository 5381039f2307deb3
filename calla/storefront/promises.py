"""A few sentences of the policy in force, as the front page shows them: the very words, or nothing."""

from __future__ import annotations

import re

from calla.policy import Policy, view
from calla.privacy import versions

FEW = 3
LETTERS = 150
WANTED = ("visits_leave_no_trace", "no_way_out_but_one", "unsent_forms_leave_nothing", "sealed_per_person")
"""The claims whose sentences speak to somebody who only looks, the dearest first."""
_known: dict[str, list[dict[str, str]]] = {}


def on_the_front_page() -> list[dict[str, str]]:
    policy = versions.current()
    if policy.digest not in _known:
        _known.clear()
        _known[policy.digest] = _said(policy)
    return _known[policy.digest]


def _said(policy: Policy) -> list[dict[str, str]]:
    by_claim = {
        claim: {"id": line.id, "text": _beginning(line.text), "state": line.state}
        for section in view(policy)
        for line in section.lines
        if not policy.sentences[line.id].planned
        for claim, _ in line.claims
    }
    return [by_claim[claim] for claim in WANTED if claim in by_claim][:FEW]


def _beginning(text: str) -> str:
    """As many whole sentences as are quickly read, one at least; the link beside it leads to the rest."""
    said = ""
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        if said and len(said) + len(sentence) > LETTERS:
            break
        said = f"{said} {sentence}".strip()
    return said
