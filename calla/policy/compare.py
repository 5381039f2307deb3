"""What changes from one version to the next: tightened, loosened, or only said otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from calla.policy.gloss import gloss, gloss_claim
from calla.policy.model import ELSEWHERE, Policy
from calla.policy.program import Program
from calla.policy.rules import Said
from calla.policy.schema import look_up
from calla.policy.terms import Verdict, verdict
from calla.policy.words import REGIONS

ChangeKind = Literal["tightened", "loosened", "reworded"]


@dataclass(frozen=True, slots=True)
class Change:
    """`unclear`: neither value is the stricter in every case, which counts as loosened."""

    path: str
    sentence: str
    kind: ChangeKind
    old: Any = None
    new: Any = None
    gloss: str = ""
    unclear: bool = False

    @property
    def gives_up(self) -> bool:
        """A claim that left the file."""
        return self.old is True and self.new is None

    @property
    def plain(self) -> str:
        """The path without the country or region it is said for, which `place` names."""
        return self.path.removeprefix(f"in.{self.place}.")

    @property
    def place(self) -> str:
        return self.path.split(".", 2)[1] if self.path.startswith("in.") else ""


def compare(old: Policy, new: Policy) -> list[Change]:
    everywhere = list(_terms(old, new, ELSEWHERE))
    seen = {(change.path, change.kind, repr(change.old), repr(change.new)) for change in everywhere}
    there = [
        change
        for place in _places(old, new)
        for change in _terms(old, new, _somewhere_in(place, _places(old, new)), f"in.{place}.")
        if (change.path.removeprefix(f"in.{place}."), change.kind, repr(change.old), repr(change.new)) not in seen
    ]
    return [*everywhere, *there, *_claims(old, new), *_wording(old, new)]


def _places(*policies: Policy) -> list[str]:
    return sorted({path.split(".", 2)[1] for policy in policies for path in policy.said if path.startswith("in.")})


def _somewhere_in(place: str, named: list[str]) -> str:
    """A country for which this place decides: for a group, one that is not named itself nor in another group."""
    others = [REGIONS.get(other, frozenset({other})) for other in named if other != place]
    members = sorted(REGIONS.get(place, {place}))
    return min(members, key=lambda member: (member in named, sum(member in other for other in others)))


def _terms(old: Policy, new: Policy, country: str, prefix: str = "") -> Iterator[Change]:
    before, after = old.rules(country).terms, new.rules(country).terms
    for path in dict.fromkeys([*after, *before]):
        was, now = before.get(path), after.get(path)
        result = _verdict(path, was, now, new.program)
        if result != "same":
            kind: ChangeKind = "tightened" if result == "tightened" else "loosened"
            values = was.value if was else None, now.value if now else None
            said = next(said for said in (now, was) if said)
            text = gloss(path, said.value, new.program)
            yield Change(
                prefix + path, said.by[0], kind, *values, text if now else f"no longer: {text}", result == "unclear"
            )


def _verdict(path: str, was: Said | None, now: Said | None, program: Program) -> Verdict:
    term = look_up(path, program).term
    if was and now:
        return verdict(term, was.value, now.value, program)
    opens = (term.force == "grant") == (was is None)
    return "loosened" if opens else "tightened"


def _claims(old: Policy, new: Policy) -> Iterator[Change]:
    for claim in dict.fromkeys([*new.claims, *old.claims]):
        text = gloss_claim(claim, new.program)
        if claim not in old.claims:
            yield Change(claim, new.claims[claim][0], "tightened", None, True, text)
        elif claim not in new.claims:
            yield Change(claim, old.claims[claim][0], "loosened", True, None, f"no longer promised: {text}")


def _wording(old: Policy, new: Policy) -> Iterator[Change]:
    for name in dict.fromkeys([*new.sentences, *old.sentences]):
        was, now = old.sentences.get(name), new.sentences.get(name)
        if was is None or now is None or was.wording != now.wording or was.binds != now.binds:
            yield Change("", name, "reworded", was and was.text, now and now.text, "")
