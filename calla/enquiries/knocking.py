"""A letter to our own address, every hour: whoever cannot reach us by mail must not be the first to learn of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from calla.enquiries.incoming import parsed
from calla.enquiries.models import Knock
from calla.kernel import clock
from calla.policy import enforces
from calla.privacy import mail, versions

ON_ITS_WAY = timedelta(minutes=20)  # as long a letter may take to us
KEPT = timedelta(days=7)
OURS = re.compile(r"\s*<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)
SUBJECT = "Does our mailbox work?"
TEXT = (
    "The shop wrote this letter to its own address, to see that letters arrive there.\n"
    "It reads it by itself and removes it. Nobody needs to answer.\n"
)


def knock() -> None:
    """Where the policy names an address. A mail server that does not take it is told by the next question, too."""
    if versions.current().get("contact.mail"):
        Knock.objects.filter(at__lt=clock.now() - KEPT).delete()
        mail.write_to_ourselves(Knock.objects.create().id, SUBJECT, TEXT)


def heard(raw: bytes) -> None:
    """A letter of our own has come in."""
    if found := OURS.match(str(parsed(raw).get("Message-ID", ""))):
        Knock.objects.filter(pk=UUID(found[1]), heard_at=None).update(heard_at=clock.now())


def came_back(letters: Iterable[UUID]) -> None:
    Knock.objects.filter(pk__in=list(letters)).update(came_back=True)


@enforces("letters_to_us_arrive")
def is_unheard() -> bool:
    """Whether the last letter to our own address did not reach us; one that may still be on its way says nothing."""
    settled = Q(heard_at__isnull=False) | Q(came_back=True) | Q(at__lt=clock.now() - ON_ITS_WAY)
    last = Knock.objects.filter(settled).order_by("-at").first()
    return last is not None and (last.heard_at is None or last.came_back)
