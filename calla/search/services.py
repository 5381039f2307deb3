from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from calla.catalogue import selectors as catalogue
from calla.catalogue import services as shop
from calla.search import filling
from calla.search.following import follower
from calla.search.models import Synonyms

AT_ONCE = 500


def refresh() -> None:
    """Make the cards of all that has changed. Who asks meanwhile makes a few too; nothing is done twice."""
    stands = catalogue.generation()
    while filling.followed() < stands:
        filling.follow(AT_ONCE)


@transaction.atomic
def save_synonyms(groups: Iterable[Sequence[str]]) -> None:
    """The merchant's words that mean the same, in place of all before: `[("trousers", "pants"), …]`."""
    Synonyms.objects.all().delete()
    Synonyms.objects.bulk_create(Synonyms(words=[word[:80] for word in group]) for group in groups)
    shop.touch()


def forget() -> None:
    """Drop what this process knows; the next question begins afresh."""
    follower.forget()
