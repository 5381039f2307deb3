"""A new version of the policy is posted in two steps: see what it changes and for whom, then say yes to just that.

There is no other way. `post` wants the digest of the plan that was seen, and a plan is of the version it follows: if
another was posted meanwhile, the plan is stale and nothing is posted.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import transaction

from calla.kernel import clock
from calla.kernel.errors import ShopError
from calla.kernel.turns import one_at_a_time
from calla.policy import Plan, Policy, enforces, loads, plan
from calla.policy.compare import Change, compare
from calla.privacy import ledger, reach, versions
from calla.privacy.models import LedgerEntry, PolicyVersion
from calla.privacy.reach import Reach


class Unchanged(ShopError):
    """The file says what is in force already."""

    def __init__(self) -> None:
        super().__init__("Nothing to post: this is the policy in force.")


class StalePlan(ShopError):
    """What was seen is not what posting would do now."""

    def __init__(self) -> None:
        super().__init__(
            "This is not the plan that was seen: the file was changed, or another version was posted meanwhile. "
            "Look at the plan again."
        )


@dataclass(frozen=True)
class Proposal:
    """What posting would do. `changes` and `plan` compare with the version before; the first one has none."""

    number: int
    digest: str
    policy: Policy
    changes: tuple[Change, ...] = ()
    plan: Plan | None = None

    @property
    def loosens(self) -> bool:
        return any(change.kind == "loosened" for change in self.changes)

    def reach(self) -> Reach:
        """For how many people each change is one, and what would end. Counts rows: it may take some seconds."""
        return reach.of(self.policy, self.changes)


def propose(source: str, *, name: str = "policy.toml") -> Proposal:
    """Raises PolicyErrors for a file that does not load, Unchanged for what is in force already."""
    return _proposal(loads(source, versions.program(), name=name), _last())


def _proposal(policy: Policy, last: PolicyVersion | None) -> Proposal:
    if last is None:
        return Proposal(1, _digest(policy, last), policy)
    if last.digest == policy.digest:
        raise Unchanged
    old = loads(last.source, policy.program, name=f"version {last.number}", posted=True)
    changes = tuple(compare(old, policy))
    return Proposal(last.number + 1, _digest(policy, last), policy, changes, plan(old, policy, policy.program))


def _last() -> PolicyVersion | None:
    return PolicyVersion.objects.order_by("-number").first()


def _digest(policy: Policy, last: PolicyVersion | None) -> str:
    follows = f"{last.number} {last.digest}" if last else "0"
    return hashlib.sha256(f"{follows} {policy.digest}".encode()).hexdigest()


@enforces("changes.notice")
def post(source: str, *, seen: str, name: str = "policy.toml") -> PolicyVersion:
    """Make `source` the next version, in force a few seconds from now in every process at once.

    `seen` is the digest of the plan that was looked at. Raises StalePlan where it is another one by now, PolicyErrors
    for a file that does not load, Unchanged; then nothing has changed, and the version in force stays.
    """
    policy = loads(source, versions.program(), name=name)
    with transaction.atomic():
        one_at_a_time("post a policy")
        last = _last()
        if seen != _digest(policy, last):
            raise StalePlan
        proposal = _proposal(policy, last)
        version = PolicyVersion.objects.create(
            number=proposal.number,
            source=source,
            digest=policy.digest,
            changes=[_as_row(change) for change in proposal.changes],
            effective_at=clock.now() + versions.AHEAD if last else clock.now(),
        )
        ledger.record(LedgerEntry.Kind.POLICY_POSTED, what=f"version {version.number}")
    versions.forget()
    return version


def _as_row(change: Change) -> dict[str, str]:
    return {"sentence": change.sentence, "path": change.path, "kind": change.kind, "gloss": change.gloss}
