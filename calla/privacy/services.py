"""What privacy does for other apps."""

from __future__ import annotations

from uuid import UUID

from calla.privacy import versions
from calla.privacy.jobs import doom
from calla.privacy.models import Subject

__all__ = ["doom", "new_subject", "used_the_shop"]


def new_subject(country: str = "") -> Subject:
    """A person comes into being: they pressed “Pay”, registered, subscribed, asked or entered."""
    return Subject.objects.create(version_used=versions.number(), country=country)


def used_the_shop(subject: UUID) -> None:
    """Signing in, ordering or sending a form: from now on the version in force binds this person."""
    Subject.objects.filter(pk=subject).update(version_used=versions.number())
