"""The terms in force for one country, laid out as tables, so that deciding is looking up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from calla.policy import spans
from calla.policy.actions import Allowed, Ids, Read
from calla.policy.program import Program
from calla.policy.schema import WHOLE, look_up
from calla.policy.terms import Term, no_looser, strictest
from calla.policy.words import REGIONS


@dataclass(frozen=True, slots=True)
class Said:
    """A value, and the ids of the sentences that give it."""

    value: Any
    by: Ids


def tightest(term: Term, said: Sequence[Said], program: Program) -> Said:
    """The strictest of several, by the sentences that make it so and no others."""
    value = strictest(term, [one.value for one in said], program)
    matters = [one for one in said if no_looser(term, one.value, value, program)] or list(said)
    return Said(value, ids(*matters))


def ids(*said: Said | None) -> Ids:
    return tuple(dict.fromkeys(sentence for one in said if one for sentence in one.by))


@dataclass(frozen=True, slots=True)
class PurposeRule:
    name: str
    basis: str
    reads: frozenset[str]
    steps: Mapping[str, frozenset[str]]
    keep: spans.Keep
    because: Ids


@dataclass(frozen=True, slots=True)
class CookieRule:
    kind: str
    life: spans.Span | None
    need: str
    sentence: str

    @property
    def max_age(self) -> int | None:
        """Seconds, as `Set-Cookie` wants them; a month counts as the shortest there is. None ends with the session."""
        return self.life.longest_and_shortest()[1] * 3600 if self.life else None


@dataclass(frozen=True, slots=True)
class Hold:
    """Fields the law keeps once their purpose has ended; with `since`, only where that event came in time."""

    name: str
    of: str
    law: str
    reads: frozenset[str]
    keep: spans.Keep
    since: str | None
    because: Ids


@dataclass(frozen=True)
class Rules:
    program: Program
    terms: Mapping[str, Said]
    claims: Mapping[str, Ids]

    def rules(self, country: str | None = None) -> Rules:
        """Already made for one country: so that a binding and a policy are asked alike."""
        return self

    def has(self, purpose: str) -> bool:
        return purpose in self.purposes

    def has_claim(self, claim: str) -> bool:
        return claim in self.claims

    def get(self, path: str, default: Any = None) -> Any:
        said = self.terms.get(path)
        return default if said is None else said.value

    def value(self, path: str) -> Any:
        """Like `get`, for a term the caller cannot do without."""
        return self.terms[path].value

    def because(self, *paths: str) -> Ids:
        return ids(*(self.terms.get(path) for path in paths))

    def reads(self, purpose: str, *, step: str | None = None) -> frozenset[str]:
        """What may be opened for a purpose, or for one step of it. Empty where no sentence says so."""
        rule = self.purposes.get(purpose)
        if rule is None:
            return frozenset()
        return rule.reads if step is None else rule.steps.get(step, frozenset())

    def collects(self, moment: str) -> Mapping[str, bool]:
        """Category to whether it must be given."""
        asked: dict[str, bool] = self.get(f"collect.{moment}", {})
        return {name: required for name, required in asked.items() if name not in self.never_stored}

    @cached_property
    def never_stored(self) -> frozenset[str]:
        return frozenset(name for name in self.program.categories if self.get(f"limit.{name}.keep") == spans.Keep(()))

    @cached_property
    def with_time_of_their_own(self) -> frozenset[str]:
        """Categories that a limit lets go sooner than the purpose they serve."""
        return frozenset(name for name in self.program.categories if f"limit.{name}.keep" in self.terms)

    @cached_property
    def purposes(self) -> Mapping[str, PurposeRule]:
        return {name: self._purpose(name) for name in self.program.purposes if self._whole("purpose", name)}

    def _whole(self, family: str, name: str) -> bool:
        """Half a grant is none: of an old version a part may have been lost."""
        return all(f"{family}.{name}.{part}" in self.terms for part in WHOLE[family])

    def _purpose(self, name: str) -> PurposeRule:
        path = f"purpose.{name}"
        limits = [limit for limit in (self.terms.get(f"limit.{scope}.reads") for scope in ("all", name)) if limit]
        reads = frozenset.intersection(self.get(f"{path}.reads", frozenset()), *(limit.value for limit in limits))
        reads -= self.never_stored
        steps = {step: self.terms.get(f"{path}.steps.{step}") for step in self.program.purposes[name].steps}
        return PurposeRule(
            name,
            self.value(f"{path}.basis"),
            reads,
            {step: said.value & reads for step, said in steps.items() if said},
            self.keep(name),
            ids(self.terms.get(f"{path}.reads"), *limits),
        )

    def keep(self, purpose: str, category: str | None = None) -> spans.Keep:
        """How long a purpose's data is kept, under every limit that covers it; or one category of it."""
        found = self._kept.get((purpose, category))
        if found is None:
            found = self._kept[purpose, category] = self._keep(purpose, category)
        return found

    @cached_property
    def _kept(self) -> dict[tuple[str, str | None], spans.Keep]:
        return {}

    def _keep(self, purpose: str, category: str | None) -> spans.Keep:
        scopes = ["all", purpose, *([category] if category else [])]
        said = [self.get(f"purpose.{purpose}.keep"), *(self.get(f"limit.{scope}.keep") for scope in scopes)]
        return spans.strictest((keep for keep in said if keep is not None), self.program.precedes)

    @cached_property
    def readings(self) -> Mapping[Read, tuple[Allowed, bool]]:
        """Every reading that is granted, and whether it is so whatever the person has said."""
        table = {}
        for name, rule in self.purposes.items():
            unconditional = rule.basis in {"contract", "legal_obligation"}
            table[Read(name)] = Allowed(rule.reads, rule.because), unconditional
            for step, fields in rule.steps.items():
                because = dict.fromkeys(self.because(f"purpose.{name}.steps.{step}") + rule.because)
                table[Read(name, step)] = Allowed(fields, tuple(because)), unconditional
        return table

    @cached_property
    def cookies(self) -> Mapping[str, CookieRule]:
        return {name: self._cookie(name) for name in self.program.cookies if self._whole("cookie", name)}

    def _cookie(self, name: str) -> CookieRule:
        path = f"cookie.{name}"
        sentence = self.terms[f"{path}.kind"].by[0]
        return CookieRule(self.value(f"{path}.kind"), self.get(f"{path}.life"), self.value(f"{path}.need"), sentence)

    @cached_property
    def processors(self) -> Mapping[str, Mapping[str, Any]]:
        """Name to its terms by their last words: `name`, `step`, `country`, `agreement.until` and so on."""
        return {name: said for name, said in self._named("processor").items() if self._whole("processor", name)}

    @cached_property
    def recipients(self) -> Mapping[str, Mapping[str, Any]]:
        return {name: said for name, said in self._named("recipient").items() if self._whole("recipient", name)}

    @cached_property
    def sources(self) -> Mapping[str, Mapping[str, Any]]:
        """Who else than the person tells the shop something of them."""
        return {name: said for name, said in self._named("source").items() if self._whole("source", name)}

    @cached_property
    def holds(self) -> Mapping[str, Hold]:
        return {name: self._hold(name, said) for name, said in self._named("hold").items() if self._whole("hold", name)}

    def _hold(self, name: str, said: Mapping[str, Any]) -> Hold:
        because = self.because(f"hold.{name}.keep", f"hold.{name}.reads")
        return Hold(name, said["of"], said["law"], said["reads"], said["keep"], said.get("since"), because)

    def _named(self, family: str) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for path, said in self.terms.items():
            head, _, rest = path.partition(".")
            if head == family:
                name, _, last = rest.partition(".")
                found.setdefault(name, {})[last] = said.value
        return found


def in_country(terms: Mapping[str, Said], country: str | None, program: Program) -> dict[str, Said]:
    """The terms as they stand for a person there.

    A country beats a group, and several groups give the strictest. Where the country is unknown, so does everything
    that is said for any place; and what is granted in some place only is not granted.
    """
    placed: dict[str, dict[str, Said]] = {}
    for text, said in terms.items():
        path = look_up(text, program)
        placed.setdefault(path.plain, {})[path.place] = said
    chosen = {
        plain: _choose(look_up(plain, program).term, by_place, country, program) for plain, by_place in placed.items()
    }
    return {plain: said for plain, said in chosen.items() if said}


def _choose(term: Term, by_place: Mapping[str, Said], country: str | None, program: Program) -> Said | None:
    if country is None:
        granted_here_only = term.force == "grant" and "" not in by_place
        return None if granted_here_only else tightest(term, list(by_place.values()), program)
    if country in by_place:
        return by_place[country]
    groups = [said for place, said in by_place.items() if country in REGIONS.get(place, ())]
    return tightest(term, groups, program) if groups else by_place.get("")


def places_named(paths: Iterable[str]) -> frozenset[str]:
    """The countries that any of the paths tells apart; all others are alike."""
    named = {path.split(".", 2)[1] for path in paths if path.startswith("in.")}
    return frozenset(named).union(*(REGIONS.get(place, frozenset()) for place in named))
