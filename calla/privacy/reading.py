"""What a purpose may read of a row today, and the count of every opening."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

from django.db import connection

from calla.kernel import clock
from calla.policy import Allowed, Person, Read, decide, keep_until
from calla.privacy import ledger, versions
from calla.privacy.errors import NotGranted
from calla.privacy.models import LedgerEntry
from calla.privacy.types import Actor, Personal

FLUSH_SECONDS = 20.0
_counts: Counter[tuple[str, str]] = Counter()
_lock = threading.Lock()
_flushed = time.monotonic()


def granted(row: Any, kind: type[Personal], purpose: str) -> frozenset[str]:
    """The categories of `kind` that `purpose` may read of this row today. Raises NotGranted when none."""
    subject = row.subject
    person = Person(version_used=subject.version_used, country=subject.country or None)
    policy = versions.binding(person)
    name, _, step = purpose.partition(".")
    answer = decide(policy, person, Read(name, step or None))
    if not isinstance(answer, Allowed):
        raise NotGranted("personal data", purpose, ", ".join(answer.because))
    life = row.life()
    if life and (until := keep_until(policy, name, life, subject.country or None)) and clock.today() >= until:
        raise NotGranted("what was kept until " + until.isoformat(), purpose)
    fields: frozenset[str] = frozenset(answer.fields) & kind.categories()
    if not fields:
        raise NotGranted("any of this", purpose, ", ".join(answer.because))
    return fields


def count(row: Any, purpose: str, by: Actor | None) -> None:
    """Note an opening: in memory, written in batches; one by staff at once, with the person's id."""
    if by and by.is_staff:
        ledger.record(
            LedgerEntry.Kind.OPENED, subject=row.subject_id, by=by, purpose=purpose, what=f"{row._meta.label_lower} {row.pk}"
        )
    with _lock:
        _counts[purpose, row._meta.label_lower] += 1


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
            """INSERT INTO privacy_openingcount (day, purpose, model, count) VALUES (%s, %s, %s, %s)
               ON CONFLICT ON CONSTRAINT one_count_a_day DO UPDATE SET count = privacy_openingcount.count + excluded.count""",
            [(clock.today(), purpose, model, number) for (purpose, model), number in sorted(pending.items())],
        )
