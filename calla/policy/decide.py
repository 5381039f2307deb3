"""May the program do this, for this person? Whatever no sentence opens is refused.

Each answer names the sentences it rests on, so that a refusal can be shown as it stands on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple, NoReturn, Protocol, TypeAlias

from calla.policy.retention import readable_under
from calla.policy.rules import Ids, PurposeRule, Rules

NOTHING: frozenset[str] = frozenset()


class NotAllowed(Exception):  # noqa: N818 (it reads: raise NotAllowed)
    """The policy refuses; `because` names the sentences, `why` is fit for a log."""

    def __init__(self, why: str, because: Ids) -> None:
        self.why, self.because = why, because
        super().__init__(f"{why} {list(because)}" if because else why)


@dataclass(frozen=True, slots=True)
class Allowed:
    fields: frozenset[str]
    because: Ids

    def __bool__(self) -> Literal[True]:
        return True

    def or_refuse(self) -> Allowed:
        return self


@dataclass(frozen=True, slots=True)
class Refused:
    because: Ids
    why: str

    def __bool__(self) -> Literal[False]:
        return False

    def or_refuse(self) -> NoReturn:
        raise NotAllowed(self.why, self.because)


Decision: TypeAlias = Allowed | Refused


@dataclass(frozen=True, slots=True)
class Person:
    """What the policy needs to know of somebody, and no more.

    `used`: the version they last used the shop under, None for a stranger. `consents`: purpose to the version said yes
    to. `objections` and `paused`: purposes. `cookies`: those said yes to. `gpc`: the browser sends the privacy signal.
    """

    used: int | None = None
    consents: Mapping[str, int] = field(default_factory=dict)
    objections: frozenset[str] = NOTHING
    paused: frozenset[str] = NOTHING
    cookies: frozenset[str] = NOTHING
    country: str | None = None
    gpc: bool = False


ANYBODY = Person()


class Read(NamedTuple):
    purpose: str
    step: str | None = None


class Collect(NamedTuple):
    moment: str
    category: str | None = None


class SetCookie(NamedTuple):
    name: str


class Write(NamedTuple):
    """Send a letter. Letters of the purpose `contact` need a reason, and some reasons bear a crowd."""

    letter: str
    reason: str | None = None
    people: int = 1


class Process(NamedTuple):
    """Hand a step (`orders.carrier`) or a service (`hosting`) to whoever has an agreement for it on that day."""

    step: str
    today: date


class Transfer(NamedTuple):
    purpose: str
    recipient: str
    today: date
    noticed: date | None = None
    objected: bool = False


class Release(NamedTuple):
    purpose: str
    ground: str
    signatures: int


class Sell(NamedTuple):
    purpose: str


class Keep(NamedTuple):
    """Is what belongs to these events still to be kept for the purpose, or for a hold's name?"""

    purpose: str
    events: Mapping[str, date]
    today: date


Action: TypeAlias = Read | Collect | SetCookie | Write | Process | Transfer | Release | Sell | Keep


class Decider(Protocol):
    """A policy, or what is already bound to one person."""

    def rules(self, country: str | None = None) -> Rules: ...


def decide(policy: Decider, person: Person, action: Action) -> Decision:
    return DECIDE[type(action)](policy.rules(person.country), person, action)


def _read(rules: Rules, person: Person, action: Read) -> Decision:
    found = _READS.get(rules, action)
    if found is None:
        wanted = f"{action.purpose}.{action.step}" if action.step else action.purpose
        return Refused(_stating(rules, action.purpose), f"no sentence in force lets the program read for “{wanted}”")
    allowed, free = found
    if free and not person.paused and not person.objections:
        return allowed
    return barred(rules, person, rules.purposes[action.purpose]) or allowed


class _Reads:
    """Allowed readings of a set of rules, made at first sight and then only looked up."""

    def get(self, rules: Rules, action: Read) -> tuple[Allowed, bool] | None:
        table = rules.__dict__.get("_readings")
        if table is None:
            table = rules.__dict__["_readings"] = _readings(rules)
        found: tuple[Allowed, bool] | None = table.get(action)
        return found


_READS = _Reads()


def _readings(rules: Rules) -> dict[Read, tuple[Allowed, bool]]:
    table = {}
    for name, rule in rules.purposes.items():
        free = rule.basis in {"contract", "legal_obligation"}
        table[Read(name)] = Allowed(rule.reads, rule.because), free
        for step, fields in rule.steps.items():
            because = rules.because(f"purpose.{name}.steps.{step}") + rule.because
            table[Read(name, step)] = Allowed(fields, tuple(dict.fromkeys(because))), free
    return table


def _stating(rules: Rules, purpose: str) -> Ids:
    return rules.because(f"purpose.{purpose}.basis")


def barred(rules: Rules, person: Person, rule: PurposeRule) -> Refused | None:
    """What the person themselves has said or left unsaid against a purpose."""
    because = _stating(rules, rule.name)
    if rule.name in person.paused:
        return Refused(because, f"the use “{rule.name}” is paused for this person")
    if rule.basis == "consent" and rule.name not in person.consents:
        return Refused(because, f"the use “{rule.name}” needs this person's consent")
    may_object = rule.basis == "opt_out" or rule.name in rules.get("rights.objection", ())
    if may_object and rule.name in person.objections:
        return Refused(because, f"this person has objected to “{rule.name}”")
    if person.gpc and rule.basis == "opt_out":
        return Refused(because, f"this person's browser has answered no to “{rule.name}”")
    return None


def _collect(rules: Rules, _: Person, action: Collect) -> Decision:
    path = f"collect.{action.moment}"
    asked = rules.collects(action.moment)
    if path not in rules.terms or (action.category is not None and action.category not in asked):
        return Refused(rules.because(path), f"no sentence in force asks for “{action.category or path}” at “{action.moment}”")
    return Allowed(frozenset(asked if action.category is None else [action.category]), rules.because(path))


def _set_cookie(rules: Rules, person: Person, action: SetCookie) -> Decision:
    rule = rules.cookies.get(action.name)
    if rule is None:
        return Refused((), f"no sentence in force names the cookie “{action.name}”")
    if rule.need == "choice" and action.name not in person.cookies:
        return Refused((rule.sentence,), f"this person has not said yes to the cookie “{action.name}”")
    return Allowed(NOTHING, (rule.sentence,))


def _write(rules: Rules, person: Person, action: Write) -> Decision:
    letter = rules.program.letters.get(action.letter)
    rule = rules.purposes.get(letter.purpose) if letter else None
    if rule is None:
        return Refused((), f"no sentence in force covers the letter “{action.letter}”")
    if rule.name == "contact" and (refused := _without_reason(rules, action)):
        return refused
    return barred(rules, person, rule) or Allowed(rule.reads, rule.because)


def _without_reason(rules: Rules, action: Write) -> Refused | None:
    if action.reason not in rules.get("contact.reasons", ()):
        return Refused(rules.because("contact.reasons"), f"“{action.reason}” is no reason to write to anybody")
    crowd = action.people > rules.get("contact.bulk_at_most", 1)
    if crowd and action.reason not in rules.get("contact.bulk_reasons", ()):
        why = f"“{action.reason}” is no reason to write to {action.people} people at once"
        return Refused(rules.because("contact.bulk_at_most", "contact.bulk_reasons"), why)
    return None


def _process(rules: Rules, _: Person, action: Process) -> Decision:
    purpose, _, step = action.step.partition(".")
    for name, processor in rules.processors.items():
        if processor["step"] == action.step:
            agreement = [f"processor.{name}.agreement.from", f"processor.{name}.agreement.until"]
            if not processor["agreement.from"] <= action.today <= processor["agreement.until"]:
                return Refused(rules.because(*agreement), f"the agreement with {processor['name']} is not in force")
            because = rules.because(f"purpose.{purpose}.steps.{step}", *agreement)
            return Allowed(rules.reads(purpose, step=step) if step else NOTHING, because)
    return Refused((), f"no processor has an agreement for “{action.step}”")


def _transfer(rules: Rules, person: Person, action: Transfer) -> Decision:
    limits = {scope: rules.get(f"limit.{scope}.transfer") for scope in ("all", action.purpose)}
    limiting = rules.because(*(f"limit.{scope}.transfer" for scope in limits))
    if "never" in limits.values():
        return Refused(limiting, f"what is kept for “{action.purpose}” is passed to nobody")
    recipient = rules.recipients.get(action.recipient)
    rule = rules.purposes.get(action.purpose)
    if rule is None or recipient is None or recipient["purpose"] != action.purpose:
        return Refused(limiting, f"no sentence in force passes “{action.purpose}” to “{action.recipient}”")
    notice = rules.get("transfer.notice")
    told = action.noticed is not None and (notice is None or notice.after(action.noticed) <= action.today)
    if action.objected or not told:
        why = "this person has said no" if action.objected else "this person's notice has not run"
        return Refused(limiting + rules.because("transfer.notice"), why)
    because = rules.because(f"recipient.{action.recipient}.reads") + limiting
    return barred(rules, person, rule) or Allowed(recipient["reads"] & rule.reads, because)


def _release(rules: Rules, _: Person, action: Release) -> Decision:
    paths = ["release.grounds", "limit.all.release", f"limit.{action.purpose}.release"]
    because = rules.because(*paths)
    granted = "release.grounds" in rules.terms
    if not granted or not all(action.ground in rules.get(path, (action.ground,)) for path in paths):
        return Refused(because, f"“{action.purpose}” is not released to {action.ground}")
    if action.signatures < rules.get("release.signatures", 1):
        return Refused(rules.because("release.signatures"), "too few people have signed for this release")
    return Allowed(rules.reads(action.purpose), because + rules.because("release.signatures"))


def _sell(rules: Rules, _: Person, action: Sell) -> Decision:
    return Refused(rules.because("limit.all.sale", f"limit.{action.purpose}.sale"), "nothing is sold")


def _keep(rules: Rules, person: Person, action: Keep) -> Decision:
    alive = readable_under(rules, action.events, action.today, person.country, purposes=[action.purpose])
    because = rules.because(f"purpose.{action.purpose}.keep", "limit.all.keep", f"limit.{action.purpose}.keep")
    if action.purpose not in alive:
        return Refused(because, f"what was kept for “{action.purpose}” has reached its day")
    return Allowed(alive[action.purpose], because)


DECIDE: dict[type[Any], Callable[[Rules, Person, Any], Decision]] = {
    Read: _read,
    Collect: _collect,
    SetCookie: _set_cookie,
    Write: _write,
    Process: _process,
    Transfer: _transfer,
    Release: _release,
    Sell: _sell,
    Keep: _keep,
}
