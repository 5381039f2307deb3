"""What this app promises, tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from calla.kernel import clock
from calla.kernel.tokens import digest, new_token
from calla.policy import Person, SetCookie, decide
from calla.policy.decide import barred
from calla.privacy import asking, codes, consents, erasure, ledger, probing, proof, receipts, versions
from calla.privacy.errors import LetterRefused
from calla.privacy.keystore.models import Erased
from calla.privacy.models import LedgerEntry, Letter, ProbeResult, Session, Subject
from calla.privacy.probing import expect, probe, refused
from calla.privacy.receipts import NotGenuine
from calla.privacy.services import new_subject


@probe("letters.never_ask")
def a_letter_that_asks_for_a_secret_is_not_sent() -> None:
    """We write letters that ask for a password, a card number or an identity number, and see each refused."""
    policy = versions.current()
    asked = {
        "sign_in_secret": "Please send us your password.",
        "card_number": "Please confirm your card number.",
        "identity": "Please enter your passport number.",
        "other_private": "Please tell us your mother's maiden name.",
    }
    for matter in policy.get("letters.never_ask", ()):
        with refused(LetterRefused, otherwise=f"a letter that asks for {matter} would have left"):
            asking.refuse_request(policy, [asked[matter]])


@probe("letters_carry_code")
def the_code_of_a_letter_is_told_from_a_made_up_one() -> None:
    """We note a letter and ask by its code whether it is ours, then by the same code with a changed end."""
    letter = Letter.objects.create(subject=new_subject(), kind="order_confirmation", about=uuid4())
    code = codes.code(letter.id)
    expect(codes.ask(code), "a letter of ours was not known by its code")
    altered = code[:-1] + ("A" if code[-1] != "A" else "B")
    expect(codes.ask(altered) is None, "an altered code was taken for one of ours")


@probe("optional_starts_off")
def what_is_optional_is_off_for_somebody_new() -> None:
    """We ask what may be done for somebody who has said nothing yet, were each use to rest on their consent."""
    rules = versions.current().rules()
    for rule in rules.purposes.values():
        said = barred(rules, Person(), replace(rule, basis="consent"))
        expect(said is not None, f"the use {rule.name} would be on without a yes")  # a refusal is falsy
    for name, cookie in rules.cookies.items():
        if cookie.need == "choice":
            expect(not decide(rules, Person(), SetCookie(name)), f"the cookie {name} needs no yes")


@probe("figures_counted", "figures.window")
def the_figures_are_those_of_the_ledger() -> None:
    """We add a line to the ledger, one of today and one from before the time the figures speak of, and count anew."""
    policy = versions.current()
    window = policy.value("figures.window")
    before = proof.count(policy)["disclosures"]
    ledger.record(LedgerEntry.Kind.DISCLOSED, what="a probe")
    LedgerEntry.objects.create(kind=LedgerEntry.Kind.DISCLOSED, actor="system", at=clock.now() - 2 * window.longest)
    expect(proof.count(policy)["disclosures"] == before + 1, "a number of the page is not that of the ledger")


@probe("results_public", "checks.age")
def a_bad_result_and_an_old_one_show() -> None:
    """We put a bad result and an old one among those of today, and look whether both are told from the good ones."""
    policy = versions.current()
    bad, old = [one.name for one in probing.probes()][:2]
    now, age = clock.now(), policy.value("checks.age")
    for name, ok, at in ((bad, False, now), (old, True, now - 2 * age.longest)):
        ProbeResult.objects.update_or_create(probe=name, defaults={"ok": ok, "at": at, "since": at})
    found = {one.probe.name: one.ok for one in proof.results(policy)}
    expect(found[bad] is False, "a bad result is not shown")
    expect(found[old] is None, "a result counts although it is older than promised")
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
