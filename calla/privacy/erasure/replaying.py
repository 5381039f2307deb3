"""After a backup was restored: whoever was erased since it was made is erased again, before anybody is served.

The shop's database says nothing of them that could be trusted: it is as old as the backup. The lines beside the keys
do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from uuid import UUID

from calla.policy import enforces
from calla.privacy.erasure.erasing import erase
from calla.privacy.keystore.models import Erased
from calla.privacy.models import Subject

BATCH = 1000


@enforces("rights.backups")
def come_back() -> dict[UUID, date]:
    """Everybody who was erased and is here all the same, with the day on which they were."""
    back: dict[UUID, date] = {}
    for lines in _lines():
        here = Subject.objects.filter(pk__in=lines, erased_on=None).values_list("pk", flat=True)
        back |= {subject: lines[subject] for subject in here}
    return back


def replay() -> int:
    """Erase them again; how many there were."""
    back = come_back()
    for day, group in groupby(sorted(back, key=back.__getitem__), back.__getitem__):
        erase(list(group), on=day)
    return len(back)


def _lines() -> Iterator[dict[UUID, date]]:
    lines = Erased.objects.order_by("subject")
    batch = dict(lines.values_list("subject", "on")[:BATCH])
    while batch:
        yield batch
        batch = dict(lines.filter(subject__gt=max(batch)).values_list("subject", "on")[:BATCH])
