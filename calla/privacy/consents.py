"""Yes and no: the history of what was shown and answered. The last answer counts; the proof is all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery

from calla.kernel import clock
from calla.kernel.sets import among
from calla.policy import enforces
from calla.privacy import receipts, versions
from calla.privacy.models import Answer, Subject, Wording
from calla.privacy.receipts import Receipt


def digest_of(wording: str) -> str:
    return hashlib.sha256(wording.encode()).hexdigest()


@enforces("receipts_given")
def answer(subject: UUID, purpose: str, *, given: bool, wording: str) -> Receipt:
    """Note a yes or a no, given to exactly these words on the page; returns the receipt for whoever gave it."""
    version = versions.number()
    with transaction.atomic():
        person = Subject.objects.select_for_update().get(pk=subject)
        shown, _ = Wording.objects.get_or_create(digest=digest_of(wording), defaults={"text": wording})
        said = Answer.objects.create(subject=subject, purpose=purpose, wording=shown, given=given, version=version)
        others = {name: number for name, number in person.consents.items() if name != purpose}
        person.consents = others | ({purpose: version} if given else {})
        person.save(update_fields=["consents"])
    return receipt(said)


def receipt(said: Answer) -> Receipt:
    """The same each time it is asked for."""
    return receipts.of_answers({said.purpose: said.given}, said.wording.text, said.at, versions.posted(said.version))


def of(subject: UUID) -> list[Answer]:
    """Everything this person has answered, the last first."""
    return list(Answer.objects.filter(subject=subject).select_related("wording").order_by("-at", "-pk"))


def end_all(subjects: Collection[UUID]) -> None:
    """Whoever has everything erased takes each yes back."""
    if not Subject.objects.filter(pk__in=among(subjects)).exclude(consents={}).update(consents={}):
        return
    given = Answer.objects.filter(subject__in=among(subjects), given=True, pk=_last())
    Answer.objects.bulk_create(
        Answer(subject=one.subject, purpose=one.purpose, wording_id=one.wording_id, given=False, version=one.version)
        for one in given
    )


@enforces("receipts.keep")
def forget_old(today: date | None = None) -> int:
    """Delete the answers whose proof has had its time, and the wordings that nobody's answer names; how many."""
    keep, today = versions.current().get("receipts.keep"), today or clock.today()
    if keep is None:
        return 0
    ended = Answer.objects.filter(given=False, pk=_last())
    gone = [one for one in ended.iterator() if _is_over(keep.due({"consent.ended": one.at.date()}), today)]
    deleted = sum(_forget(one) for one in gone)
    Wording.objects.filter(answer=None).delete()
    return deleted


def _forget(last: Answer) -> int:
    return Answer.objects.filter(subject=last.subject, purpose=last.purpose, at__lte=last.at).delete()[0]


def _is_over(due: date | None, today: date) -> bool:
    return due is not None and due <= today


def _last() -> Subquery:
    same = Answer.objects.filter(subject=OuterRef("subject"), purpose=OuterRef("purpose"))
    return Subquery(same.order_by("-at", "-pk").values("pk")[:1])
