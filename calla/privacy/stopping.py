"""Pausing a use, or objecting to it: one press by the person themselves, and one to let it go on.

A paused use reads nothing of that person and writes them nothing, from that moment on, whichever part of the shop asks.
What is under way is the owning app's to hold: it adds its verb to BEFORE_STOPPING.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.db import transaction

from calla.kernel import clock
from calla.policy import Policy, enforces
from calla.privacy import ledger, versions
from calla.privacy.errors import StopRefused
from calla.privacy.models import LedgerEntry, Stop, Subject
from calla.privacy.reading import RIGHTS
from calla.privacy.types import Actor

# Called in the same transaction, with the people, the use and whether it is stopped now; may raise StopRefused.
BEFORE_STOPPING: list[Callable[[Sequence[UUID], str, bool], None]] = []


@enforces("uses_can_be_paused")
def pause(subjects: Sequence[UUID], purpose: str, *, on: bool) -> None:
    """Stop a use for these people while a question is open, or let it go on. Raises StopRefused."""
    if purpose not in can_be_paused(versions.current()):
        raise StopRefused("There is no such use that could be paused.")
    with transaction.atomic():
        for follow in BEFORE_STOPPING:
            follow(subjects, purpose, on)
        _set(Stop.Kind.PAUSED, subjects, purpose, on=on)


@enforces("rights.objection")
def object_to(subjects: Sequence[UUID], purpose: str, *, on: bool) -> None:
    """Say no to a use that the policy lets people refuse, or take that back. Raises StopRefused."""
    if purpose not in can_be_refused(versions.current()):
        raise StopRefused("There is no such use that could be refused.")
    with transaction.atomic():
        _set(Stop.Kind.OBJECTED, subjects, purpose, on=on)


def can_be_paused(policy: Policy) -> frozenset[str]:
    """Any use in force, but for the one by which it is paused and let go on."""
    return frozenset(policy.rules().purposes) - {RIGHTS}


def can_be_refused(policy: Policy) -> frozenset[str]:
    rules = policy.rules()
    refusable = {name for name, rule in rules.purposes.items() if rule.basis == "opt_out"}
    return frozenset(refusable | (set(rules.get("rights.objection", ())) & rules.purposes.keys()))


def _set(kind: Stop.Kind, subjects: Sequence[UUID], purpose: str, *, on: bool) -> None:
    for subject in Subject.objects.select_for_update().filter(pk__in=subjects).order_by("pk"):
        stopped = set(getattr(subject, kind.value) or ())
        if (purpose in stopped) is on:
            continue
        setattr(subject, kind.value, sorted(stopped ^ {purpose}) or None)
        subject.save(update_fields=[kind.value])
        if on:
            Stop.objects.create(subject=subject, purpose=purpose, kind=kind)
        else:
            Stop.objects.filter(subject=subject, purpose=purpose, kind=kind, ended=None).update(ended=clock.now())
        ledger.record(
            LedgerEntry.Kind.STOPPED if on else LedgerEntry.Kind.GOES_ON, subject=subject.pk,
            by=Actor("customer", subject.pk), purpose=purpose, what=kind.value,
        )  # fmt: skip
