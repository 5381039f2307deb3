"""A policy as read: its sentences, and the terms they bind the program to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

from calla.policy.actions import Ids
from calla.policy.program import Program
from calla.policy.rules import CookieRule, Rules, Said, ids, in_country, places_named, tightest
from calla.policy.schema import look_up
from calla.policy.source import Source

Kind = Literal["rule", "fact", "advice", "pledge", "reserve", "note"]
KINDS: tuple[Kind, ...] = ("rule", "fact", "advice", "pledge", "reserve", "note")
ELSEWHERE = "??"  # stands for every country that the policy does not tell apart


@dataclass(frozen=True, slots=True)
class Sentence:
    id: str
    kind: Kind
    text: str
    heading: str = ""
    under: str = ""
    planned: bool = False
    terms: Mapping[str, Any] = field(default_factory=dict)
    claims: Ids = ()
    shown: Ids = ()
    owner: str = ""
    review: Any = None
    lost: Mapping[str, Any] = field(default_factory=dict)  # terms of an old version that this release cannot read whole

    @property
    def binds(self) -> bool:
        """A reserve is a right not used and a note promises nothing: neither may open or owe anything."""
        return not self.planned and self.kind not in {"reserve", "note"}

    @property
    def wording(self) -> str:
        """Digest of what is said, with slots unfilled: a translation stays true while it stands."""
        return sha256(f"{self.heading}\n{self.text}".encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Policy:
    shop: str
    language: str
    sentences: Mapping[str, Sentence]
    program: Program
    source: Source

    @cached_property
    def digest(self) -> str:
        return sha256(self.source.text.encode()).hexdigest()

    @cached_property
    def said(self) -> Mapping[str, Said]:
        """Every binding term by its full path, `in.DE.…` included."""
        found: dict[str, list[Said]] = {}
        for sentence in self.sentences.values():
            if sentence.binds:
                for path, value in sentence.terms.items():
                    found.setdefault(path, []).append(Said(value, (sentence.id,)))
        return {path: tightest(look_up(path, self.program).term, said, self.program) for path, said in found.items()}

    @cached_property
    def stated(self) -> Mapping[str, Any]:
        """Every term that any sentence states, in force or planned: what a slot can print."""
        planned = {path: value for sentence in self.sentences.values() for path, value in sentence.terms.items()}
        return planned | {path: said.value for path, said in self.said.items()}

    @cached_property
    def lost(self) -> Mapping[str, Any]:
        return {path: raw for sentence in self.sentences.values() for path, raw in sentence.lost.items()}

    @cached_property
    def claims(self) -> Mapping[str, Ids]:
        binding = [sentence for sentence in self.sentences.values() if sentence.binds]
        names = dict.fromkeys(claim for sentence in binding for claim in sentence.claims)
        return {name: ids(*(Said(None, (s.id,)) for s in binding if name in s.claims)) for name in names}

    @cached_property
    def _rules(self) -> Mapping[str | None, Rules]:
        countries = (None, ELSEWHERE, *places_named(self.said))
        return {
            country: Rules(self.program, in_country(self.said, country, self.program), self.claims)
            for country in countries
        }

    def rules(self, country: str | None = None) -> Rules:
        """As they bind for a person there. None: the country is not known, and the strictest holds."""
        return self._rules.get(country) or self._rules[ELSEWHERE]

    def has(self, purpose: str) -> bool:
        """Is this use granted by a binding sentence? Without it the feature does not exist."""
        return self.rules().has(purpose)

    def has_claim(self, claim: str) -> bool:
        return claim in self.claims

    def value(self, path: str, *, country: str | None = None) -> Any:
        return self.rules(country).value(path)

    def get(self, path: str, default: Any = None, *, country: str | None = None) -> Any:
        return self.rules(country).get(path, default)

    def reads(self, purpose: str, *, step: str | None = None) -> frozenset[str]:
        return self.rules().reads(purpose, step=step)

    def collects(self, moment: str) -> Mapping[str, bool]:
        return self.rules().collects(moment)

    @property
    def cookies(self) -> Mapping[str, CookieRule]:
        return self.rules().cookies
