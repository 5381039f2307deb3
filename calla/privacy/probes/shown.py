"""What the shop tells of itself, tried."""

from __future__ import annotations

from dataclasses import replace

from calla.kernel import clock
from calla.policy import Person, SetCookie, decide
from calla.policy.decide import barred
from calla.privacy import known_limits, ledger, probing, proof, versions
from calla.privacy.models import LedgerEntry, ProbeResult
from calla.privacy.probing import expect, probe


@probe("optional_starts_off")
def what_is_optional_is_off_for_somebody_new() -> None:
    """We ask what may be done for somebody who has said nothing yet, were each use to rest on their consent."""
    rules = versions.current().rules()
    for rule in rules.purposes.values():
        said = barred(rules, Person(), replace(rule, basis="consent"))
        expect(said is not None, f"the use {rule.name} would be on without a yes")  # a refusal is falsy
    for name, cookie in rules.cookies.items():
        if cookie.need == "choice":
            expect(not decide(rules, Person(), SetCookie(name)), f"the cookie {name} needs no yes")


@probe("figures_counted", "figures.window")
def the_figures_are_those_of_the_ledger() -> None:
    """We add a line to the ledger, one of today and one from before the time the figures speak of, and count anew."""
    policy = versions.current()
    window = policy.get("figures.window")
    if window is None:
        return
    before = proof.count(policy)["disclosures"]
    ledger.record(LedgerEntry.Kind.DISCLOSED, what="a probe")
    LedgerEntry.objects.create(kind=LedgerEntry.Kind.DISCLOSED, actor="system", at=clock.now() - 2 * window.longest)
    expect(proof.count(policy)["disclosures"] == before + 1, "a number of the page is not that of the ledger")


@probe("results_public", "checks.age")
def a_bad_result_and_an_old_one_show() -> None:
    """We put a bad result and an old one among those of today, and look whether both are told from the good ones."""
    policy = versions.current()
    bad, old = [one.name for one in probing.probes()][:2]
    now, age = clock.now(), policy.get("checks.age")
    if age is None:
        return
    for name, ok, at in ((bad, False, now), (old, True, now - 2 * age.longest)):
        ProbeResult.objects.update_or_create(probe=name, defaults={"ok": ok, "at": at, "since": at})
    found = {one.probe.name: one.ok for one in proof.results(policy)}
    expect(found[bad] is False, "a bad result is not shown")
    expect(found[old] is None, "a result counts although it is older than promised")


@probe("known_limits_listed")
def the_policy_prints_every_weak_spot() -> None:
    """We hold the list of weak spots that the policy prints against those that the program knows."""
    printed = known_limits.in_words()
    expect(known_limits.listed(), "no weak spot is known at all, which cannot be true")
    expect(all(one.text in printed for one in known_limits.listed()), "a weak spot is not printed")
