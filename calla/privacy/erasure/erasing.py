"""The erasure itself, step by step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from calla.kernel import clock
from calla.kernel.sets import among
from calla.policy import enforces
from calla.privacy import consents, dooming, ledger, mail, retention, sessions, versions
from calla.privacy.erasure import residues, searching
from calla.privacy.erasure.planning import Plan, known, plan, standing
from calla.privacy.erasure.residues import Found, Traces
from calla.privacy.keystore.models import Erased
from calla.privacy.models import LedgerEntry, Letter, Subject
from calla.privacy.retention import Stage
from calla.privacy.types import SYSTEM, Actor

LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was done: as it had been planned, at which moment, with how many keys destroyed, and what was found at once.
    Under its `number` stands what the search through everything else finds."""

    number: UUID
    plan: Plan
    at: datetime
    version: int
    keys: int
    people: int
    found: tuple[Found, ...]


@enforces("rights.erasure")
def erase(
    subjects: Collection[UUID], *, by: Actor = SYSTEM, on: date | None = None, last_letter: UUID | None = None
) -> Erasure:
    """Forget these people, as far as nothing is owed to them and no law holds it; asked again, it goes on.

    `on` is the day on which they asked, by default today. Orders under way are served; each is gone the night it ends.
    `last_letter` has left the house and tells them of this.
    """
    number = uuid4()
    with versions.pinned() as version:
        subjects, day = known(subjects), on or clock.today()
        planned, traces = plan(subjects, day), residues.traces(subjects, but=last_letter)
        _note(subjects, day, by)
        keys = _end(subjects)
        people = len(subjects) - len(known(subjects))
        found = _look(number, traces, subjects, last_letter)
        return Erasure(number, planned, clock.now(), version.number, keys, people, found)


def _note(subjects: Collection[UUID], day: date, by: Actor) -> None:
    """From here on nothing of theirs is read that is not owed; then the line that no backup can undo."""
    with transaction.atomic():
        here = Subject.objects.select_for_update().filter(pk__in=among(subjects), erased_on=None)
        asking = list(here.values_list("pk", flat=True))
        Subject.objects.filter(pk__in=among(asking)).update(erased_on=day)
        consents.end_all(asking)
        sessions.end_all_of(subjects)
        ledger.record_several(LedgerEntry.Kind.ERASED, asking, by=by, purpose="rights", what="everything")
    _write_lines(subjects)


def _write_lines(subjects: Collection[UUID]) -> None:
    days = Subject.objects.filter(pk__in=among(subjects)).values_list("pk", "erased_on")
    Erased.objects.bulk_create((Erased(subject=pk, on=day) for pk, day in days if day), ignore_conflicts=True)


def _end(subjects: Collection[UUID]) -> int:
    """How many keys that takes."""
    report = retention.run(of=subjects)
    if here := known(subjects):
        _end_besides(here)
    return report.keys


def _end_besides(subjects: Collection[UUID]) -> None:
    """What hangs on people and not on a thing of theirs; a letter about what is owed to them still goes out."""
    owed = {row.subject_id for _, row, stage in standing(subjects, clock.today()) if stage is Stage.KEPT}
    with transaction.atomic():
        letters = Letter.objects.filter(subject_id__in=among(subjects))
        letters.exclude(subject_id__in=among(owed), state__in=mail.WAITING).delete()
        retention.forget_people(subjects)


def _look(number: UUID, before: Traces, subjects: Collection[UUID], last_letter: UUID | None) -> tuple[Found, ...]:
    """What is left at once; the search through everything else is owed under this number."""
    left = residues.left(before, subjects)
    found = tuple(residues.clear_away(left))
    searching.owe(number, left, last_letter=last_letter)
    return found


def go_on() -> None:
    """Finish what a killed process began; the nightly run ends what has been served since."""
    dooming.carry_out()
    lately = Subject.objects.filter(erased_on__gte=clock.today() - LOOK_BACK)
    if begun := list(lately.values_list("pk", flat=True)):
        traces = residues.traces(begun)
        _write_lines(begun)
        _end(begun)
        _look(uuid4(), traces, begun, None)
