"""What is promised about erasure and receipts, tried."""

from __future__ import annotations

from datetime import timedelta

from calla.kernel import clock
from calla.kernel.tokens import digest, new_token
from calla.privacy import consents, erasure, receipts, versions
from calla.privacy.keystore.models import Erased
from calla.privacy.models import Letter, Session, Subject
from calla.privacy.probing import expect, probe, refused
from calla.privacy.receipts import NotGenuine
from calla.privacy.services import new_subject


@probe("rights.erasure", "rights.backups")
def whoever_is_erased_is_gone_and_no_backup_brings_them_back() -> None:
    """We make somebody with a sign-in and a letter and have them erased; then we put their row back, as a backup would,
    and see that the shop would refuse to serve until they are erased again."""
    somebody = new_subject()
    ends = clock.now() + timedelta(hours=1)
    Session.objects.create(digest=digest(new_token()), subject=somebody, sealed=b"", expires_at=ends)
    Letter.objects.create(subject=somebody, kind="own_data", about=somebody.id, state=Letter.State.SENT)
    try:
        erasure.erase([somebody.id])
        expect(not Subject.objects.filter(pk=somebody.id).exists(), "somebody who was erased was still there")
        expect(not Letter.objects.filter(subject_id=somebody.id).exists(), "a note of a letter to them was still there")
        somebody.save(force_insert=True)
        expect(somebody.id in erasure.come_back(), "a backup could bring somebody back who was erased")
        erasure.erase([somebody.id])
        expect(somebody.id not in erasure.come_back(), "they could not be erased again")
    finally:
        Erased.objects.filter(subject=somebody.id).delete()  # there never was such a person


@probe("receipts_given", "receipts.keep")
def a_receipt_is_given_and_holds_and_goes_when_its_time_is_over() -> None:
    """We answer yes and no to a use, check both receipts with the published key, change one and see it refused; then we
    look on the day after their time whether the proofs are gone."""
    somebody, key = new_subject(), receipts.published()["key"]
    for given in (True, False):
        receipt = consents.answer(somebody.id, "newsletter", given=given, wording="May we write to you?")
        expect(receipts.verify(receipts.written(receipt), key)["answers"] == {"newsletter": given}, "it said otherwise")
        with refused(NotGenuine, otherwise="a receipt that was changed still held"):
            receipts.verify(receipts.written(receipt | {"answers": {"newsletter": not given}}), key)
    keep = versions.current().get("receipts.keep")
    if keep and (due := keep.due({"consent.ended": clock.today()})):
        consents.forget_old(due)
        expect(not consents.of(somebody.id), "a proof was kept beyond its time")
