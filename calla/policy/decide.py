"""May the program do this, for this person? Whatever no sentence opens is refused.

Each answer names the sentences it rests on, so that a refusal can be shown as it stands on the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from calla.policy.actions import (
    NOTHING,
    Action,
    Allowed,
    Collect,
    Decision,
    Ids,
    Keep,
    Person,
    Process,
    Read,
    Receive,
    Refused,
    Release,
    Sell,
    SetCookie,
    Show,
    Transfer,
    Write,
)
from calla.policy.enforcing import enforces
from calla.policy.retention import readable_under
from calla.policy.rules import PurposeRule, Rules


class Decider(Protocol):
    """A policy, or what is already bound to one person."""

    def rules(self, country: str | None = None) -> Rules: ...


def decide(policy: Decider, person: Person, action: Action) -> Decision:
    return DECIDE[type(action)](policy.rules(person.country), person, action)


def _read(rules: Rules, person: Person, action: Read) -> Decision:
    found = rules.readings.get(action)
    if found is None:
        wanted = f"{action.purpose}.{action.step}" if action.step else action.purpose
        return Refused(_stating(rules, action.purpose), f"no sentence in force lets the program read for “{wanted}”")
    allowed, unconditional = found
    if unconditional and not person.paused and not person.objections:
        return allowed
    return unless_barred(rules, person, rules.purposes[action.purpose], allowed)


def _stating(rules: Rules, purpose: str) -> Ids:
    return rules.because(f"purpose.{purpose}.basis")


@enforces("optional_starts_off")
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


def unless_barred(rules: Rules, person: Person, rule: PurposeRule, allowed: Allowed) -> Decision:
    refused = barred(rules, person, rule)
    return allowed if refused is None else refused  # a refusal is falsy: never `or`


def _collect(rules: Rules, _: Person, action: Collect) -> Decision:
    path = f"collect.{action.moment}"
    asked = rules.collects(action.moment)
    if path not in rules.terms or (action.category is not None and action.category not in asked):
        return Refused(
            rules.because(path), f"no sentence in force asks for “{action.category or path}” at “{action.moment}”"
        )
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
    if rule.name == "contact" and (refused := _without_reason(rules, action)) is not None:
        return refused
    return unless_barred(rules, person, rule, Allowed(rule.reads, rule.because))


def _without_reason(rules: Rules, action: Write) -> Refused | None:
    if action.reason not in rules.get("contact.reasons", ()):
        return Refused(rules.because("contact.reasons"), f"“{action.reason}” is no reason to write to anybody")
    crowd = action.people > rules.get("contact.bulk_at_most", 1)
    if crowd and action.reason not in rules.get("contact.bulk_reasons", ()):
        why = f"“{action.reason}” is no reason to write to {action.people} people at once"
        return Refused(rules.because("contact.bulk_at_most", "contact.bulk_reasons"), why)
    return None


def _process(rules: Rules, _person: Person, action: Process) -> Decision:
    purpose, _, step = action.step.partition(".")
    signed = {name: said for name, said in rules.processors.items() if said["step"] == action.step}
    for name, said in signed.items():
        if said["agreement.from"] <= action.today <= said["agreement.until"]:
            because = rules.because(f"purpose.{purpose}.steps.{step}", f"processor.{name}.agreement.until")
            return Allowed(rules.reads(purpose, step=step) if step else NOTHING, because)
    because = rules.because(*(f"processor.{name}.agreement.until" for name in signed))
    return Refused(because, f"no agreement for “{action.step}” is in force on {action.today}")


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
    return unless_barred(rules, person, rule, Allowed(recipient["reads"] & rule.reads, because))


def _receive(rules: Rules, person: Person, action: Receive) -> Decision:
    source, rule = rules.sources.get(action.source), rules.purposes.get(action.purpose)
    if source is None or rule is None or source["purpose"] != action.purpose:
        return Refused((), f"no sentence in force takes anything for “{action.purpose}” from “{action.source}”")
    because = rules.because(f"source.{action.source}.gives") + rule.because
    return unless_barred(rules, person, rule, Allowed(source["gives"] & rule.reads, because))


def _show(rules: Rules, person: Person, action: Show) -> Decision:
    path, surface = f"visible.{action.surface}", rules.program.surfaces.get(action.surface)
    rule = rules.purposes.get(surface.purpose) if surface else None
    if rule is None or path not in rules.terms:
        return Refused((), f"no sentence in force lets others see anything at “{action.surface}”")
    return unless_barred(rules, person, rule, Allowed(rules.value(path) & rule.reads, rules.because(path)))


def _release(rules: Rules, _: Person, action: Release) -> Decision:
    paths = ["release.grounds", "limit.all.release", f"limit.{action.purpose}.release"]
    because = rules.because(*paths)
    granted = "release.grounds" in rules.terms
    if not granted or not all(action.ground in rules.get(path, (action.ground,)) for path in paths):
        return Refused(because, f"“{action.purpose}” is not released to {action.ground}")
    if action.signatures < rules.get("release.signatures", 1):
        return Refused(rules.because("release.signatures"), "too few people have signed for this release")
    return Allowed(rules.reads(action.purpose), because + rules.because("release.signatures"))


def _sell(rules: Rules, _person: Person, action: Sell) -> Decision:
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
    Receive: _receive,
    Show: _show,
    Release: _release,
    Sell: _sell,
    Keep: _keep,
}
