"""What the program can do with personal data, in words that a policy may use.

The words belong to the program, not to the file. Each app says its own in `words.py`, by calls on this module; a policy
then grants some of what the apps offer, and can grant nothing else.

`needs` is what a feature cannot do without, `can` what it could use if a policy allowed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, Literal

from calla.policy.terms import Force, Scope, Stricter, Term
from calla.policy.words import WORDS

Phrases = Mapping[str, str]
UNSAID: Phrases = MappingProxyType({})  # the name itself will do


@dataclass(frozen=True, slots=True)
class Word:
    """A name with its phrase in each language; a phrase is what a slot prints."""

    name: str
    phrases: Phrases

    def phrase(self, language: str = "en") -> str:
        return self.phrases.get(language) or self.phrases.get("en") or self.name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Category(Word):
    fides: str


@dataclass(frozen=True, slots=True)
class Moment(Word):
    """When something is asked of a person: one form, or the mere visit."""

    needs: frozenset[str]
    can: frozenset[str]
    purpose: str


@dataclass(frozen=True, slots=True)
class Purpose(Word):
    """`ends` is the event with which the work owed to a person is done: a request for erasure waits for it.

    A `right` is what a person may ask for themselves: it reads all that is held, and binds from its posting on, also
    towards those who have not used the shop since. Its steps are there only where the policy grants them.
    """

    steps: Mapping[str, frozenset[str]]
    needs: frozenset[str]
    can: frozenset[str]
    needed: bool
    ends: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class Event(Word):
    """Phrased as a noun, “the end of the order”.

    A `certain` event always comes; `within` tells how long it may hide in the program before it does, and is read out
    beside the sentence. `after` names events that must have come before.
    """

    certain: bool
    within: str
    after: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cookie(Word):
    """One that `answers` holds what somebody said about the others: where none may be declined, it is not missed."""

    kind: Literal["session", "persistent"]
    need: Literal["required", "choice"]
    script_readable: bool
    answers: bool
    contents: Phrases


@dataclass(frozen=True, slots=True)
class Letter(Word):
    purpose: str


@dataclass(frozen=True, slots=True)
class Host(Word):
    """Something outside that the program talks to; `step` is the processor's step that must allow it."""

    step: str


@dataclass(frozen=True, slots=True)
class Feature(Word):
    """A job or a menu entry that is there only with its purpose."""

    purpose: str
    kind: Literal["job", "menu"]


@dataclass(frozen=True, slots=True)
class Surface(Word):
    """Where somebody else than the person and the shop's own people may see something of what a purpose reads."""

    purpose: str
    can: frozenset[str]


@dataclass(frozen=True)
class Program:
    categories: Mapping[str, Category] = field(default_factory=dict)
    moments: Mapping[str, Moment] = field(default_factory=dict)
    purposes: Mapping[str, Purpose] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    claims: Mapping[str, Word] = field(default_factory=dict)
    places: Mapping[str, Word] = field(default_factory=dict)
    cookies: Mapping[str, Cookie] = field(default_factory=dict)
    letters: Mapping[str, Letter] = field(default_factory=dict)
    hosts: Mapping[str, Host] = field(default_factory=dict)
    features: Mapping[str, Feature] = field(default_factory=dict)
    surfaces: Mapping[str, Surface] = field(default_factory=dict)
    live: Mapping[str, Word] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)
    lists: Mapping[str, Mapping[str, Word]] = field(default_factory=dict)
    precedes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    looked_up: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)  # by schema.look_up alone

    def words_of(self, name: str) -> Mapping[str, Word]:
        """A closed list of words: one of the lists, or the names of purposes, events or steps."""
        match name:
            case "purpose":
                return self.purposes
            case "event":
                return self.events
            case "step":
                return self._steps()
        return self.lists.get(name, {})

    def _steps(self) -> dict[str, Word]:
        """What a processor can be taken on for: a step of a purpose, or a service to the shop as a whole."""
        steps = {f"{p.name}.{step}": Word(step, {}) for p in self.purposes.values() for step in p.steps}
        return steps | dict(self.lists.get("service", {}))


class Registry:
    """Collects what apps declare. The shop has one, below; a test can have its own."""

    def __init__(self) -> None:
        lists = {name: {word: Word(word, said) for word, said in words.items()} for name, words in WORDS.items()}
        self._said: dict[str, dict[str, Any]] = {"lists": lists}

    def _say(self, family: str, name: str, thing: Any) -> None:
        if self._said.setdefault(family, {}).setdefault(name, thing) != thing:
            raise ValueError(f"“{name}” is declared twice among the {family}, and differently")

    def category(self, name: str, phrases: Phrases = UNSAID, *, fides: str) -> None:
        self._say("categories", name, Category(name, phrases, fides))

    def moment(
        self,
        name: str,
        phrases: Phrases = UNSAID,
        *,
        needs: Iterable[str] = (),
        can: Iterable[str] = (),
        purpose: str = "",
    ) -> None:
        self._say("moments", name, Moment(name, phrases, frozenset(needs), frozenset(can), purpose))

    def purpose(
        self,
        name: str,
        phrases: Phrases = UNSAID,
        *,
        needs: Iterable[str] = (),
        can: Iterable[str] = (),
        steps: Mapping[str, Iterable[str]] | None = None,
        needed: bool = False,
        ends: str = "",
        right: bool = False,
    ) -> None:
        """`steps` maps each part of the work to what it needs. Without a `needed` purpose no shop runs."""
        parts = {step: frozenset(fields) for step, fields in (steps or {}).items()}
        both = frozenset(needs), frozenset(can)
        self._say("purposes", name, Purpose(name, phrases, parts, *both, needed, ends, right))

    def event(
        self, name: str, phrases: Phrases = UNSAID, *, certain: bool = True, within: str = "", after: Iterable[str] = ()
    ) -> None:
        self._say("events", name, Event(name, phrases, certain, within, frozenset(after)))

    def claim(self, name: str, phrases: Phrases = UNSAID) -> None:
        self._say("claims", name, Word(name, phrases))

    def place(self, name: str, phrases: Phrases = UNSAID) -> None:
        self._say("places", name, Word(name, phrases))

    def cookie(
        self,
        name: str,
        phrases: Phrases = UNSAID,
        *,
        kind: Literal["session", "persistent"],
        need: Literal["required", "choice"],
        contents: Phrases,
        script_readable: bool = False,
        answers: bool = False,
    ) -> None:
        self._say("cookies", name, Cookie(name, phrases, kind, need, script_readable, answers, contents))

    def letter(self, name: str, phrases: Phrases = UNSAID, *, purpose: str) -> None:
        self._say("letters", name, Letter(name, phrases, purpose))

    def host(self, name: str, phrases: Phrases = UNSAID, *, step: str) -> None:
        self._say("hosts", name, Host(name, phrases, step))

    def job(self, name: str, phrases: Phrases = UNSAID, *, purpose: str) -> None:
        self._say("features", name, Feature(name, phrases, purpose, "job"))

    def menu(self, name: str, phrases: Phrases = UNSAID, *, purpose: str) -> None:
        self._say("features", name, Feature(name, phrases, purpose, "menu"))

    def surface(self, name: str, phrases: Phrases = UNSAID, *, can: Iterable[str], purpose: str) -> None:
        self._say("surfaces", name, Surface(name, phrases, purpose, frozenset(can)))

    def live(self, name: str, phrases: Phrases = UNSAID) -> None:
        """A value the running shop computes; a sentence prints it as `{live.name}`."""
        self._say("live", name, Word(name, phrases))

    def word(self, list_name: str, name: str, phrases: Phrases = UNSAID) -> None:
        """One word of a closed list. The order of saying counts: where words are ranked, the strictest comes first."""
        words = self._said["lists"].setdefault(list_name, {})
        if words.setdefault(name, Word(name, phrases)) != Word(name, phrases):
            raise ValueError(f"“{name}” is declared twice in the list {list_name}, and differently")

    def reason(self, name: str, phrases: Phrases = UNSAID) -> None:
        self.word("reason", name, phrases)

    def term(
        self,
        path: str,
        kind: str,
        *,
        force: Force = "duty",
        stricter: Stricter = "unsaid",
        scope: Scope = "person",
        purpose: str = "",
        words: str = "",
        printed: bool = True,
        gloss: str = "",
    ) -> None:
        self._say("terms", path, Term(path, kind, force, stricter, scope, purpose, words, printed, gloss))

    def freeze(self) -> Program:
        self._must_hang_together()
        families = {family: dict(things) for family, things in self._said.items()}
        families["lists"] = {name: dict(words) for name, words in families["lists"].items()}
        return Program(**families, precedes=_precedes(families.get("events", {})))

    def _must_hang_together(self) -> None:
        """A slip in one of our own words must not wait for a policy that happens to touch it."""
        known = {family: self._said.get(family, {}).keys() for family in ("events", "purposes", "categories")}
        for family, things in self._said.items():
            for name, thing in things.items() if family != "lists" else ():
                missing = {getattr(thing, "ends", ""), *getattr(thing, "after", ())} - known["events"]
                missing |= {getattr(thing, "purpose", "")} - known["purposes"]
                missing |= {*getattr(thing, "needs", ()), *getattr(thing, "can", ())} - known["categories"]
                if missing := missing - {""}:
                    raise ValueError(f"“{name}” among the {family} speaks of {sorted(missing)}, which nobody declares")


def _precedes(events: Mapping[str, Event]) -> dict[str, frozenset[str]]:
    """For each event, all those that must have come before it, however far back."""

    def before(name: str) -> frozenset[str]:
        nearer = events[name].after if name in events else frozenset()
        return nearer.union(*(before(other) for other in nearer))

    return {name: before(name) for name in events}


shared = Registry()
category, moment, purpose, event = shared.category, shared.moment, shared.purpose, shared.event
claim, place, cookie, letter, host = shared.claim, shared.place, shared.cookie, shared.letter, shared.host
job, menu, live, word, reason, term = shared.job, shared.menu, shared.live, shared.word, shared.reason, shared.term
surface = shared.surface


def load_words(apps: Iterable[str]) -> Program:
    """The words of these apps. An app that has nothing to say has no module `words`."""
    for app in apps:
        if find_spec(f"{app}.words"):
            import_module(f"{app}.words")
    return shared.freeze()
