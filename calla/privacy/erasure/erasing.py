"""The erasure itself, step by step."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import connections, transaction

from calla.kernel import clock
from calla.kernel.sets import among
from calla.policy import enforces
from calla.privacy import consents, dooming, ledger, mail, retention, sessions, versions
from calla.privacy.erasure import residues, searching, standing
from calla.privacy.erasure.planning import Plan, planned
from calla.privacy.erasure.residues import Found, Traces
from calla.privacy.erasure.standing import Standing
from calla.privacy.keystore.router import KEYS
from calla.privacy.models import LedgerEntry, Letter, Subject
from calla.privacy.types import SYSTEM, Actor

BATCH = 1000


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
        here, day = standing.of(subjects), on or clock.today()
        plan, owed = planned(here, day)
        traces = residues.traces(here, but=last_letter)
        _write_lines(_note(here.people, day, by))
        keys, people = _end(here, owed)
        found = _look(number, traces, here.people if people < len(here.people) else (), last_letter)
        return Erasure(number, plan, clock.now(), version.number, keys, people, found)


def _note(people: Collection[UUID], day: date, by: Actor) -> dict[UUID, date]:
    """From here on nothing of theirs is read that is not owed. On which day that began, of each of them."""
    with transaction.atomic():
        here = Subject.objects.select_for_update().filter(pk__in=among(people)).order_by("pk")
        days = dict(here.values_list("pk", "erased_on"))
        if asking := [person for person, begun in days.items() if begun is None]:
            Subject.objects.filter(pk__in=among(asking)).update(erased_on=day)
            consents.end_all(asking)
            deeds = [(person, "everything") for person in asking]
            ledger.record_several(LedgerEntry.Kind.ERASED, deeds, by=by, purpose="rights")
        sessions.end_all_of(people)
    return {person: begun or day for person, begun in days.items()}


def _write_lines(days: Mapping[UUID, date]) -> None:
    """The lines that no backup can undo."""
    with connections[KEYS].cursor() as cursor:
        cursor.execute(
            """INSERT INTO keystore_erased (subject, "on", at) SELECT *, %s FROM unnest(%s::uuid[], %s::date[])
               ON CONFLICT DO NOTHING""",
            [clock.now(), list(days), list(days.values())],
        )


def _end(here: Standing, owed: Collection[UUID]) -> tuple[int, int]:
    """How many keys that takes, and how many of these people are forgotten whole."""
    report = retention.end_of(here.people, here.things)
    if report.people < len(here.people):
        report.people += _end_besides(here.people, owed)
    return report.keys, report.people


def _end_besides(people: Collection[UUID], owed: Collection[UUID]) -> int:
    """What hangs on people and not on a thing of theirs; a letter about what is owed to them still goes out."""
    with transaction.atomic():
        letters = Letter.objects.filter(subject_id__in=among(people))
        letters.exclude(subject_id__in=among(owed), state__in=mail.WAITING).delete()
        return retention.forget_people(people)


def _look(number: UUID, before: Traces, staying: Collection[UUID], last_letter: UUID | None) -> tuple[Found, ...]:
    """What is left at once; the search through everything else is owed under this number. Nothing stands for anybody
    but those who are `staying`: whose own row is gone is named by no other."""
    left = residues.left(before, standing.of(staying) if staying else Standing())
    found = tuple(residues.clear_away(left))
    searching.owe(number, left, last_letter=last_letter)
    return found


def go_on() -> None:
    """Finish what a killed process began, and end what was still owed to those who were erased and is not any more."""
    dooming.carry_out()
    for people in _erased_and_here():
        with versions.pinned():
            here = standing.of(people)
            _, owed = planned(here, clock.today())
            _write_lines(people)
            _end(here, owed)
            _look(uuid4(), residues.traces(here), here.people, None)


def _erased_and_here() -> Iterator[dict[UUID, date]]:
    """With the day on which they were; few at a time."""
    erased = Subject.objects.filter(erased_on__isnull=False).order_by("pk")
    batch = list(erased[:BATCH])
    while batch:
        yield {person.pk: person.erased_on for person in batch if person.erased_on}
        batch = list(erased.filter(pk__gt=batch[-1].pk)[:BATCH])
