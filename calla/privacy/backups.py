"""What the policy says of backups: how old one may become, and by when one is put back for practice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from calla.kernel import clock, pagestore
from calla.policy import enforces
from calla.policy.spans import Span
from calla.privacy import versions
from calla.privacy.models import Drill, PolicyVersion

PAGES = "backups"  # what pages that show them say they saw
MOST = 10


@dataclass(frozen=True)
class Practised:
    """`made_at` is when the backup was made; `whole` that every table came back as it was then."""

    at: datetime
    made_at: datetime
    rows: int
    tables: int
    whole: bool


@enforces("rights.backups")
def is_over(made_on: date) -> bool:
    """Whether a backup of that day has had its time."""
    keep: Span | None = versions.current().get("rights.backups")
    return keep is not None and keep.after(made_on) <= clock.today()


@transaction.atomic
def note(made_at: datetime, *, rows: int, tables: int, differ: int) -> None:
    Drill.objects.create(made_at=made_at, rows=rows, tables=tables, differ=differ)
    pagestore.touched(PAGES)


def newest() -> list[Practised]:
    pagestore.saw(PAGES)
    return [
        Practised(one.at, one.made_at, one.rows, one.tables, not one.differ)
        for one in Drill.objects.order_by("-at")[:MOST]
    ]


def due() -> date | None:
    """The day by which one must have come back whole again; a new shop has as long for its first."""
    span: Span | None = versions.current().get("security.restore_drill")
    last = Drill.objects.filter(differ=0).order_by("at").values_list("at", flat=True).last()
    since = last or PolicyVersion.objects.order_by("number").values_list("effective_at", flat=True).first()
    return span.after(since.date()) if span and since else None


@enforces("security.restore_drill")
def is_overdue() -> bool:
    by = due()
    return by is not None and by < clock.today()


def last_failed() -> bool:
    """Whether the backup that was put back last did not come back whole."""
    last = Drill.objects.order_by("-at").first()
    return last is not None and last.differ > 0
