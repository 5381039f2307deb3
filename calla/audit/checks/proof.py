"""What the shop says that its own checks have found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from calla.audit.checking import Unclear, check, expect, expect_none
from calla.audit.look import Look
from calla.policy.spans import parse_span

PAGE = "/privacy/proof"


def _results(look: Look) -> list[tuple[str, Mapping[str, Any]]]:
    return [(one.id, result) for one in look.policy.sentences if one.binds for result in one.checks or ()]


@check("results_public", standard="Calla")
def own_checks_are_green(look: Look) -> str:
    """Of the results that the shop publishes beside its sentences, none is bad."""
    results = _results(look)
    if not results:
        raise Unclear("the shop publishes no results of its own checks")
    expect_none([f"{name}: {said['name']}" for name, said in results if said["ok"] is False], "bad results")
    good = sum(said["ok"] is True for _, said in results)
    if not good:
        raise Unclear(f"of {len(results)} checks it has made none yet, or none of late")
    return f"{good} good results of {len(results)} checks"


@check("results_public", "checks.age")
def own_checks_are_fresh(look: Look) -> str:
    """Each result is published, and none is older than the policy allows.

    A check that was never made is a broken promise only where the policy in force is older than that as well: the first
    checks of a shop that has just opened are on their way.
    """
    results = _results(look)
    expect(results, "no results are published")
    span = parse_span(look.policy.terms.get("checks.age", "24 hours"))
    most = span.longest_and_shortest()[0] * 3600
    now = datetime.now(UTC)
    had_its_time = _age(f"{look.policy.since}T23:59:59Z", now) > most
    counted = [(name, said) for name, said in results if said["at"] or had_its_time]
    old = [f"{name}: {said['name']}, {said['at'] or 'never'}" for name, said in counted if _age(said["at"], now) > most]
    expect_none(old, f"older than {span}")
    if untried := len(results) - len(counted):
        raise Unclear(f"{untried} checks are not made yet, under a policy of {look.policy.since}")
    return f"{len(results)} results, none older than {span}"


def _age(at: str | None, now: datetime) -> float:
    try:
        return (now - datetime.fromisoformat(at or "")).total_seconds()
    except (ValueError, TypeError):
        return float("inf")


@check(standard="Calla")
def proof_lists_each_sentence(look: Look) -> str:
    """The page that shows what keeps each sentence leaves none out."""
    answer = look.get(PAGE)
    expect(answer.status == 200, f"{PAGE} answers {answer.status}")
    ids = {one.own.get("id") for one in answer.page.all()}
    expect_none([one.id for one in look.policy.sentences if one.binds and one.id not in ids], "not accounted for")
    return f"{sum(one.binds for one in look.policy.sentences)} sentences"
