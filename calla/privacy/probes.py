"""What this app promises, tried."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from http.cookies import Morsel
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from calla.kernel import clock, links
from calla.kernel.tokens import digest, new_token
from calla.policy import Person, SetCookie, decide
from calla.policy.decide import barred
from calla.privacy import (
    asking,
    baseline,
    codes,
    consents,
    cookies,
    egress,
    erasure,
    installs,
    known_limits,
    ledger,
    mail,
    probing,
    proof,
    receipts,
    versions,
)
from calla.privacy.errors import AgreementLapsed, LetterRefused
from calla.privacy.keystore.models import Erased
from calla.privacy.logs import Redacting
from calla.privacy.models import LedgerEntry, Letter, ProbeResult, Session, Subject
from calla.privacy.probing import expect, probe, refused, visitor
from calla.privacy.receipts import NotGenuine
from calla.privacy.services import new_subject, used_the_shop


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


@probe("contact.reasons", "contact.bulk_reasons", "contact.bulk_at_most")
def a_letter_without_a_reason_or_to_a_crowd_is_not_sent() -> None:
    """We try a letter for no reason, and one to a crowd for each reason that bears none, and see all refused."""
    policy = versions.current()
    reasons, bulk = policy.get("contact.reasons", ()), policy.get("contact.bulk_reasons", ())
    tries = [("", 1), *((one, policy.get("contact.bulk_at_most", 1) + 1) for one in reasons if one not in bulk)]
    somebody = new_subject()
    for reason, people in tries:
        with refused(LetterRefused, otherwise=f"a letter to {people} people would have left for “{reason}”"):
            mail.send("recall", subject=somebody.id, about=uuid4(), reason=reason, people=people)


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
# --- cookies ----------------------------------------------------------------------------------------------------------


@probe("cookie_list_complete")
def a_cookie_off_the_list_does_not_leave() -> None:
    """We set a cookie that is not on the list, and see that no browser would get it."""
    expect(not _leaving("uninvited", "1"), "a cookie that is not on the list would have left")


@probe("cookie.*")
def each_cookie_lives_as_long_as_stated() -> None:
    """We set each cookie on the list, and hold the life it leaves with against the list."""
    for name, rule in versions.current().cookies.items():
        sent = _leaving(name, "1")
        expect(sent is not None, f"the cookie {name} is on the list and did not leave")
        expect(sent and (sent["max-age"] or None) == rule.max_age, f"the cookie {name} would live longer or shorter")


@probe("cookies_host_only")
def cookies_are_bound_to_this_shop() -> None:
    """We set each cookie and look whether another site could get or send it."""
    for name in versions.current().cookies:
        sent = _leaving(name, "1")
        expect(sent and not sent["domain"] and sent["path"] == "/", f"the cookie {name} would go to other hosts")
        expect(sent and sent["samesite"] == "Lax", f"the cookie {name} would come along from other sites")
        prefixed = cookies.wire_name(name) != name
        expect(not prefixed or (sent and sent["secure"]), f"the cookie {name} would travel in clear")


@probe("cookies.max_bytes", "cookies_are_opaque")
def a_cookie_that_is_large_or_more_than_plain_does_not_leave() -> None:
    """We set cookies that are too large, or that hold more than plain characters, and see each held back."""
    largest = versions.current().get("cookies.max_bytes", 0)
    for name in versions.current().cookies:
        expect(not largest or not _leaving(name, "a" * (largest + 1)), f"a cookie {name} that is too large would leave")
        expect(not _leaving(name, "<script>"), f"a cookie {name} that could run would leave")


@probe("gpc_is_a_no", "gpc.declines")
def a_browser_with_the_signal_gets_nothing_optional() -> None:
    """A browser comes with the privacy signal, and we set every cookie that it may refuse."""
    for signal in ("HTTP_SEC_GPC", "HTTP_DNT"):
        for name in _optional():
            expect(not _leaving(name, "1", signal=signal), f"the cookie {name} would leave in spite of the signal")


@probe("each_cookie_can_be_declined")
def a_declined_cookie_stays_away_and_the_others_come() -> None:
    """Somebody declined one optional cookie: it stays away, is deleted where it is there, and the others come."""
    for declined in _optional():
        for name in _optional():
            sent = _leaving(name, "1", cookie={cookies.wire_name("choices"): declined})
            expect(bool(sent) is not (name == declined), f"declining {declined} does not decide about {name}")
        there = {cookies.wire_name("choices"): declined, cookies.wire_name(declined): "1"}
        gone = _leaving(declined, "1", cookie=there)
        expect(gone and gone["max-age"] == 0, f"the cookie {declined} would stay after it was declined")


def _optional() -> list[str]:
    return [name for name, rule in versions.current().cookies.items() if rule.need == "choice"]


def _leaving(name: str, value: str, *, cookie: Mapping[str, str] | None = None, signal: str = "") -> Morsel[str] | None:
    """The cookie as it leaves by the gate, if it does, when a page asks for it."""
    request, response = HttpRequest(), HttpResponse()
    request.META |= {signal: "1"} if signal else {}
    request.COOKIES |= cookie or {}
    cookies.put(response, name, value)
    return cookies.CookieGate(lambda _: response)(request).cookies.get(cookies.wire_name(name))
@probe("baseline_or_no_start")
def every_precaution_is_in_place() -> None:
    """We look at each precaution of the list, and plant one that is missing to see that it would be found."""
    found = baseline.missing()
    expect(not found, f"missing: {', '.join(line.partition(':')[0] for line in found)}")
    absent = baseline.Precaution("planted", "Planted.", lambda: "not there", deep=True, test="")
    expect(baseline.examine(absent).missing, "a missing precaution was not found")


@probe("known_limits_listed")
def the_policy_prints_every_weak_spot() -> None:
    """We hold the list of weak spots that the policy prints against those that the program knows."""
    printed = known_limits.in_words()
    expect(known_limits.listed(), "no weak spot is known at all, which cannot be true")
    expect(all(one.text in printed for one in known_limits.listed()), "a weak spot is not printed")


@probe("no_downloads")
def a_program_goes_no_further_than_the_gate() -> None:
    """We let a page answer with a program to install, and see that it does not come through."""
    handed_out = HttpResponse(b"MZ", content_type="application/x-msdownload")
    answer = installs.NothingToInstall(lambda request: handed_out)(HttpRequest())
    expect(b"MZ" not in answer.content, "a program came through")


@probe("no_way_out_but_one", "processor.*")
def nothing_leaves_without_an_agreement() -> None:
    """We try to reach a machine outside for a step without an agreement, and a foreign host for one that has it."""
    with refused(AgreementLapsed, otherwise="an agreement was found for a step that has none"):
        egress.agreement("orders.nobody")
    with refused(AgreementLapsed, otherwise="a request left for a step without an agreement"):
        egress.call("orders.nobody", "GET", "https://outside.example/")
    for step in settings.EGRESS:
        with refused(AgreementLapsed, otherwise="a request left for a host that is not the helper's"):
            egress.call(step, "GET", "https://outside.example/")


@probe("personal_forms_need_tls")
def forms_need_tls() -> None:
    """We look whether a shop that others reach is reached over https alone."""
    open_to_others = not settings.PUBLIC_URL.startswith("https:") and baseline.is_public()
    expect(not open_to_others, "personal forms would travel unencrypted")


@probe("no_foreign_requests", "no_foreign_scripts")
def a_page_may_load_from_the_shop_alone() -> None:
    """We open a page and read what it allows a browser to load."""
    told = visitor().get(links.path("policy")).headers.get("Content-Security-Policy", "")
    sources = {source for part in told.split(";") for source in part.split()[1:] if "form-action" not in part}
    expect("default-src" in told, "a page says nothing of what it may load")
    expect(sources <= {"'self'", "'none'"}, "a page may load something from elsewhere")


@probe("visits_leave_no_trace")
def a_value_in_an_error_does_not_reach_the_log() -> None:
    """We let an error quote an address, and look for it in the line that the log would hold."""
    try:
        raise ValueError("192.0.2.7")
    except ValueError:
        record = logging.LogRecord("calla.probe", logging.ERROR, __file__, 1, "it failed", (), sys.exc_info())
    line = Redacting().format(record)
    expect("it failed" in line and "ValueError" in line, "the log does not say what failed")
    expect("192.0.2.7" not in line, "the log would hold what an error quotes")


@probe("changes.looser", "stricter_of_all_versions", "page_and_program_switch_together")
def using_the_shop_brings_its_version() -> None:
    """Somebody who was away uses the shop, and we look which version binds them before and after, and their form."""
    subject, now = new_subject(), versions.number()
    Subject.objects.filter(pk=subject.pk).update(version_used=0)
    used_the_shop(subject.pk)
    subject.refresh_from_db()
    expect(subject.version_used == now, "using the shop did not bring its version")
    terms = versions.current().rules().terms
    expect(versions.binding(Person(used=now)).rules().terms == terms, "another version binds than the one in force")
    expect(versions.of_form(str(now), None).terms == terms, "a form of today is judged by another version")


@probe("contact.mail")
def letters_come_from_the_address_on_the_page() -> None:
    """We compare the address that letters of ours come from with the one that the policy prints."""
    printed = versions.current().get("contact.mail")
    expect(printed in (None, mail.own_address()), "letters come from another address than the page says")
