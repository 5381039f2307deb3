"""Which version binds whom.

Stricter terms bind everybody at once. Looser ones bind a person from their next use of the shop; until then what binds
is the stricter of every version since their last use, folded. (The accepted version together with the current one is
not enough: a version between the two may have been stricter than both.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from calla.policy.actions import Ids, Person
from calla.policy.model import ELSEWHERE, Policy
from calla.policy.program import Program
from calla.policy.rules import Rules, Said, places_named, tightest
from calla.policy.schema import look_up
from calla.policy.terms import Term

# What counts as using the shop, and what does not: nobody accepts a looser policy by looking or by objecting.
USES = frozenset({"sign_in", "order", "send_form"})
NO_USES = frozenset({"look", "open_mail", "staff_act", "withdraw", "exercise_right"})

Consents = tuple[tuple[str, int], ...]


class Versions:
    """All versions ever posted, the first one numbered 1."""

    def __init__(self, policies: Sequence[Policy], *, remembered: int = 1024) -> None:
        self.policies = tuple(policies)
        self._places = frozenset[str]().union(*(places_named(policy.said) for policy in policies))
        self._remembered = lru_cache(remembered)(self._fold)

    @property
    def current(self) -> Policy:
        return self.policies[-1]

    def binding(self, person: Person) -> Rules:
        """What binds the shop towards this person. A stranger meets the current version alone."""
        newest = len(self.policies)  # somebody may have used a version that this process has not switched to yet
        used = min(person.used or newest, newest)
        country = person.country if person.country is None or person.country in self._places else ELSEWHERE
        return self._remembered(used, self._agreed(person.consents) if person.consents else (), country)

    def _agreed(self, consents: Mapping[str, int]) -> Consents:
        return tuple(sorted((purpose, min(version, len(self.policies))) for purpose, version in consents.items()))

    def after(self, person: Person, act: str) -> Person:
        """The person after doing something: only a use moves them to the current version."""
        if act not in USES | NO_USES:
            raise ValueError(f"“{act}” is neither a use of the shop nor known not to be one")
        return replace(person, used=len(self.policies)) if act in USES else person

    def _fold(self, used: int, consents: Consents, country: str | None) -> Rules:
        since = [policy.rules(country) for policy in self.policies]
        program = self.current.program
        by_use = fold(since[used - 1 :], program)
        agreed = {p: fold(since[version - 1 :], program) for p, version in consents if _on_consent(by_use, p)}
        terms = {path: said for path, said in by_use.items() if look_up(path, program).term.purpose not in agreed}
        for purpose, folded in agreed.items():
            terms |= {path: said for path, said in folded.items() if look_up(path, program).term.purpose == purpose}
        return Rules(program, terms, _claims(since[used - 1 :]))


def _on_consent(terms: Mapping[str, Said], purpose: str) -> bool:
    basis = terms.get(f"purpose.{purpose}.basis")
    return basis is not None and basis.value == "consent"


def fold(versions: Sequence[Rules], program: Program) -> dict[str, Said]:
    """The stricter of each term over all these versions; what concerns the shop as a whole follows the last."""
    folded = {}
    for path in dict.fromkeys(path for rules in versions for path in rules.terms):
        term = look_up(path, program).term
        if said := _stricter(term, [rules.terms.get(path) for rules in versions], program):
            folded[path] = said
    return folded


def _stricter(term: Term, by_version: Sequence[Said | None], program: Program) -> Said | None:
    if term.scope == "shop":
        return by_version[-1]
    said = [one for one in by_version if one is not None]
    if term.force == "grant":
        changed_unordered = term.stricter == "unsaid" and any(one.value != said[0].value for one in said)
        if len(said) < len(by_version) or changed_unordered:
            return None
    return tightest(term, said, program)


def _claims(versions: Iterable[Rules]) -> dict[str, Ids]:
    return {claim: by for rules in versions for claim, by in rules.claims.items()}
