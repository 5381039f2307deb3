"""Where a case can stand, and where it can go from there."""

from __future__ import annotations

from django.db.models import TextChoices


class CaseState(TextChoices):
    """`open` waits for us, `answered` for whoever asked; from `closed` the time to keep it runs."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


CASE_MOVES = {
    CaseState.OPEN: {CaseState.ANSWERED, CaseState.CLOSED},
    CaseState.ANSWERED: {CaseState.OPEN, CaseState.ANSWERED, CaseState.CLOSED},
    CaseState.CLOSED: {CaseState.OPEN, CaseState.ANSWERED},
}


class Author(TextChoices):
    ASKER = "asker", "Whoever asked"
    STAFF = "staff", "The shop"


class Way(TextChoices):
    """How a message came."""

    FORM = "form"
    MAIL = "mail"
