"""Whether the promises hold: what the probes found, and when, for everybody to read.

A worker makes all probes every quarter of an hour. Nobody in the shop can write a result: there is no page, command or
service for it, and each turn from kept to broken or back is a line in the ledger, whose lines are chained.
"""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max

from calla.kernel import clock, pagestore
from calla.kernel.turns import one_at_a_time
from calla.policy import Policy, enforces
from calla.policy.spans import Span
from calla.privacy import ledger, probing, versions
from calla.privacy.models import Figure, LedgerEntry, ProbeResult
from calla.privacy.probing import Finding, Probe

PAGES = "proof"  # what pages that show results say they saw
BREATH = 1.0  # seconds before probes that failed are made once more: what passes by itself is no broken promise
MOMENT = timedelta(minutes=1)
MOST_LETTERS = 300


@dataclass(frozen=True, slots=True)
class Result:
    """A probe as it stands. `ok` is None where it was never made, or not within the time that the policy promises."""

    probe: Probe
    ok: bool | None
    said: str = ""
    at: datetime | None = None


def try_them() -> None:
    """Unless that was done a moment ago: a worker does so when it starts, and by the clock."""
    last = ProbeResult.objects.aggregate(last=Max("at"))["last"]
    if last is None or clock.now() - last >= MOMENT:
        run_all()


def run_all() -> list[Finding]:
    """Make every probe whose promise is in force, and write down what they found."""
    policy = versions.current()
    found = [probing.run(one) for one in probing.probes() if any(_is_promised(policy, path) for path in one.proves)]
    if not all(one.ok for one in found):
        time.sleep(BREATH)
        found = [one if one.ok else probing.run(one.probe) for one in found]
    _record(policy, found)
    return found


def _is_promised(policy: Policy, path: str) -> bool:
    return any(fnmatch.fnmatchcase(said, path) for said in (*policy.rules().terms, *policy.claims))


@transaction.atomic
def _record(policy: Policy, found: Iterable[Finding]) -> None:
    one_at_a_time("write down what the probes found")
    now, before = clock.now(), ProbeResult.objects.in_bulk()
    for finding in found:
        was = before.pop(finding.probe.name, None)
        turned = not finding.ok if was is None else was.ok != finding.ok
        if turned:
            kind = LedgerEntry.Kind.CHECK_MENDED if finding.ok else LedgerEntry.Kind.CHECK_BROKEN
            ledger.record(kind, what=finding.probe.name)
        since = was.since if was and not turned else now
        said = finding.said[:MOST_LETTERS]
        ProbeResult(probe=finding.probe.name, ok=finding.ok, said=said, at=now, since=since).save()
    ProbeResult.objects.filter(pk__in=before).delete()  # not promised any more, or no probe of this release
    for name, value in count(policy).items():
        Figure(name=name, value=value).save()
    pagestore.touched(PAGES)
    if age := policy.get("checks.age"):
        pagestore.touched(PAGES, at=now + age.shortest)


@enforces("figures_counted", "figures.window")
def count(policy: Policy) -> dict[str, int]:
    """What the policy prints of the time it names, from the ledger."""
    window: Span | None = policy.get("figures.window")
    kinds = LedgerEntry.objects.filter(kind__in=COUNTED.values())
    if window:
        kinds = kinds.filter(at__gte=clock.now() - window.longest)
    counted = dict(kinds.values_list("kind").annotate(Count("id")))
    return {name: counted.get(kind, 0) for name, kind in COUNTED.items()}


# --- reading ----------------------------------------------------------------------------------------------------------


@enforces("results_public", "checks.age")
def results(policy: Policy) -> list[Result]:
    """Every probe of this release as it stands now. One that is older than the policy promises counts for nothing."""
    pagestore.saw(PAGES)
    age: Span | None = policy.get("checks.age")
    oldest = clock.now() - age.shortest if age else None
    known = ProbeResult.objects.in_bulk()
    return [_standing(one, known.get(one.name), oldest) for one in probing.probes()]


def _standing(one: Probe, found: ProbeResult | None, oldest: datetime | None) -> Result:
    if found is None:
        return Result(one, None)
    if oldest and found.at < oldest:
        return Result(one, None, "this check is overdue", found.at)
    return Result(one, found.ok, found.said, found.at)


def by_sentence(policy: Policy, every: Iterable[Result]) -> dict[str, list[Result]]:
    """For each sentence the checks of what it says; none for one that binds nothing."""
    saying: dict[str, list[str]] = {}
    for sentence in policy.sentences.values():
        for path in (*sentence.terms, *sentence.claims) if sentence.binds else ():
            saying.setdefault(path, []).append(sentence.id)
    found: dict[str, list[Result]] = {name: [] for name in policy.sentences}
    for one in every:
        said = {path for proved in one.probe.proves for path in _said(saying, proved)}
        for name in {name for path in said for name in saying[path]}:
            found[name].append(one)
    return found


def broken(policy: Policy, every: Iterable[Result]) -> int:
    """How many sentences are not kept, as the last checks saw it."""
    return sum(any(one.ok is False for one in found) for found in by_sentence(policy, every).values())


def overdue(policy: Policy, every: Iterable[Result]) -> int:
    """How many checks are older than the policy lets them become, or were never made in all that time: no worker makes
    them. A shop that has just opened makes its first ones soon."""
    age: Span | None = policy.get("checks.age")
    opened_long_ago = age is not None and versions.in_force().effective_at <= clock.now() - age.shortest
    promised = {one.probe.name: one for found in by_sentence(policy, every).values() for one in found}
    return sum(one.ok is None and (one.at is not None or opened_long_ago) for one in promised.values())


def _said(paths: Mapping[str, object], proved: str) -> Iterable[str]:
    """Those of the paths that a probe proves, which may name many: `cookie.*`."""
    return fnmatch.filter(paths, proved) if "*" in proved else {proved} & paths.keys()


def figures() -> dict[str, int]:
    """What the policy prints of the running shop, as it was when the probes were last made."""
    pagestore.saw(PAGES)
    return {f"live.{name}": value for name, value in Figure.objects.values_list("name", "value")}


COUNTED = {"broken": LedgerEntry.Kind.CHECK_BROKEN, "disclosures": LedgerEntry.Kind.DISCLOSED}
