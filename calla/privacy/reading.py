"""What a purpose may read of a row today, and the count of every opening."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from django.db import connection

from calla.kernel import clock
from calla.policy import Allowed, Person, Policy, Read, Rules, Show, decide, enforces
from calla.policy.retention import ERASED, keep_until, readable_under
from calla.privacy import ledger, versions
from calla.privacy.errors import HadItsTime, NotGranted, UsePaused
from calla.privacy.models import LedgerEntry, Subject
from calla.privacy.types import Actor, Personal

FLUSH_SECONDS = 20.0
RIGHTS = "rights"  # the purpose for which people see their own
kept_for: dict[type[Any], str] = {}  # the purpose that rows of a table are kept for; the registry fills it
alone: set[type[Any]] = set()  # tables whose rows serve that purpose and no other
_counts: Counter[tuple[str, str]] = Counter()
_aside: ContextVar[Counter[tuple[str, str]] | None] = ContextVar("aside", default=None)
_lock = threading.Lock()
_flushed = time.monotonic()


@enforces("no_read_without_purpose", "purpose.*", "hold.*")
def granted(row: Any, kind: type[Personal], purpose: str) -> frozenset[str]:
    """The categories of `kind` that `purpose`, or a legal hold of that name, may read of this row today.

    Reading ends on the due day, whether or not the deleting job has run. Raises NotGranted when nothing may be read.
    """
    person = person_of(row)
    policy = versions.binding(person)
    name, _, step = purpose.partition(".")
    if name in policy.rules(person.country).holds:
        return _under_hold(policy, row, kind, name, person.country)
    answer = decide(policy, person, Read(name, step or None))
    if not isinstance(answer, Allowed):
        if name in person.paused:
            raise UsePaused
        raise NotGranted("personal data", purpose, ", ".join(answer.because) or answer.why)
    fields, own = answer.fields & kind.categories(), kept_for.get(type(row), name)
    if type(row) in alone and name not in {own, RIGHTS}:
        raise NotGranted("what was given for something else", purpose)
    if life := events(row):
        if name == RIGHTS:
            fields &= _there(policy, own, life, person.country)
        else:
            for kept in dict.fromkeys((own, name)):
                fields = _in_time(policy, kept, fields, life, person.country)
    return _some(fields, purpose)


def _in_time(
    policy: Policy | Rules, purpose: str, fields: frozenset[str], life: Mapping[str, date], country: str | None
) -> frozenset[str]:
    """A row is read no longer than what it is kept for, whatever else reads it."""
    today = clock.today()
    if (until := keep_until(policy, purpose, life, country)) and today >= until:
        raise HadItsTime(until)
    for category in fields & policy.rules(country).with_time_of_their_own:
        until = keep_until(policy, purpose, life, country, category=category)
        fields -= {category} if until and today >= until else frozenset()
    return fields


def _there(policy: Policy | Rules, own: str, life: Mapping[str, date], country: str | None) -> frozenset[str]:
    """All that is lawfully there still: people see of their own also what only the law holds."""
    return frozenset[str]().union(*readable_under(policy, life, clock.today(), country, purposes=[own]).values())


def person_of(row: Any) -> Person:
    return as_person(row.subject)


def bound_by(row: Any) -> Rules:
    """What binds the shop towards the person whom a row is about: never simply the version in force."""
    person = person_of(row)
    return versions.binding(person).rules(person.country)


def as_person(subject: Subject) -> Person:
    """What they have stopped comes with the row, and costs no further question."""
    known = {"used": subject.version_used, "consents": subject.consents, "country": subject.country or None}
    if not subject.paused and not subject.objected:
        return Person(**known)
    return Person(**known, paused=frozenset(subject.paused or ()), objections=frozenset(subject.objected or ()))


def seen_by_others(subject: Subject, surface: str) -> frozenset[str]:
    """What of a person others may be shown at a surface, by all that binds the shop towards that person."""
    person = as_person(subject)
    decision = decide(versions.binding(person), person, Show(surface))
    return decision.fields if isinstance(decision, Allowed) else frozenset()


def events(row: Any) -> dict[str, date]:
    """The row's own life, and the day its person had everything erased."""
    life: dict[str, date] = row.life()
    asked = row.subject.erased_on
    return life | {ERASED: asked} if asked else life


def _under_hold(
    policy: Policy | Rules, row: Any, kind: type[Personal], hold: str, country: str | None
) -> frozenset[str]:
    of = policy.rules(country).holds[hold].of
    readable = readable_under(policy, events(row), clock.today(), country, purposes=[of])
    return _some(readable.get(hold, frozenset()) & kind.categories(), hold)


def _some(fields: frozenset[str], purpose: str) -> frozenset[str]:
    if not fields:
        raise NotGranted("any of this", purpose)
    return fields


@enforces("openings_counted")
def count(row: Any, purpose: str, by: Actor | None) -> None:
    """Note an opening: in memory, written in batches; one by staff at once, with the person's id."""
    if by and by.is_staff:
        what = f"{row._meta.label_lower} {row.pk}"
        ledger.record(LedgerEntry.Kind.OPENED, subject=row.subject_id, by=by, purpose=purpose, what=what)
    aside = _aside.get()
    with _lock:
        (_counts if aside is None else aside)[purpose, row._meta.label_lower] += 1


@contextmanager
def uncounted() -> Iterator[None]:
    """Openings that concern no person, such as a probe's, are counted aside."""
    token = _aside.set(Counter())
    try:
        yield
    finally:
        _aside.reset(token)


def counted_aside() -> Counter[tuple[str, str]]:
    """By purpose and kind of row."""
    return _aside.get() or Counter()


def flush_if_due() -> None:
    if _counts and time.monotonic() - _flushed > FLUSH_SECONDS:
        flush()


def flush() -> None:
    """Write the counts of openings: one row a day, purpose and kind."""
    global _flushed
    with _lock:
        pending, _flushed = dict(_counts), time.monotonic()
        _counts.clear()
    if not pending:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO privacy_openingcount AS kept (day, purpose, model, count) VALUES (%s, %s, %s, %s)
               ON CONFLICT ON CONSTRAINT one_count_a_day DO UPDATE SET count = kept.count + excluded.count""",
            [(clock.today(), purpose, model, number) for (purpose, model), number in sorted(pending.items())],
        )
