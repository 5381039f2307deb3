"""What the policy's own pages promise, tried."""

from __future__ import annotations

import json
import re
import secrets
from datetime import timedelta
from uuid import UUID, uuid4

from calla.customers import selectors as customers
from calla.customers import services as accounts
from calla.customers.types import Address, Role
from calla.kernel import clock, links
from calla.policy import Person, Versions, as_data, loads
from calla.policy.model import ELSEWHERE
from calla.policy.tables import table
from calla.privacy import codes, cookies, correcting, mail, versions
from calla.privacy import services as privacy
from calla.privacy.errors import NotGranted, StopRefused
from calla.privacy.probing import expect, probe, refused, visitor
from calla.privacy.types import Offer
from calla.privacycentre import letters, pages
from calla.privacycentre.mine import access, inputs, moving

MOST_VERSIONS = 20  # the newest are tried; each takes a page


@probe("policy_as_data")
def the_policy_as_data_is_the_policy_in_force() -> None:
    """We fetch the policy as a program would, and hold it against the version in force, sentence by sentence."""
    version = versions.in_force()
    said = json.loads(visitor().get(links.path("policy_as_data")).content)
    ours = as_data(version.policy, pages.live(version))
    expect(said["digest"] == ours["digest"], "the data are those of another version")
    told, meant = ([(one["id"], one["text"], one["terms"]) for one in data["sentences"]] for data in (said, ours))
    expect(told == meant, "the data say something else")


@probe("each_cookie_can_be_declined", "choices.ask_again")
def one_press_declines_all_and_is_remembered() -> None:
    """Somebody with every optional cookie declines them all: each is deleted, and the answer kept as long as stated."""
    policy = versions.current()
    optional = [cookies.wire_name(name) for name, rule in policy.cookies.items() if rule.need == "choice"]
    there = "; ".join(f"{name}=1" for name in optional)
    answer = visitor(cookie=there).post(links.path("choices"), {"all": "no"})
    gone = [name for name in optional if name in answer.cookies and answer.cookies[name]["max-age"] == 0]
    expect(gone == optional, "a declined cookie stayed in the browser")
    span, kept = policy.get("choices.ask_again"), answer.cookies.get(cookies.wire_name("choices"))
    if span and "choices" in policy.cookies:
        least = span.longest_and_shortest()[1] * 3600
        expect(kept is not None and int(kept["max-age"] or 0) >= least, "the answer is forgotten too early")


@probe("gpc_shown")
def the_page_of_choices_says_that_it_saw_the_signal() -> None:
    """We open the page where cookies are chosen with the privacy signal and without, and see that it tells of it."""
    plain, seen = visitor().get(links.path("choices")), visitor(sec_gpc="1").get(links.path("choices"))
    told = seen.status_code == 200 and seen.content != plain.content
    expect(told, "the page says the same with and without the signal")


@probe("date_of_version", "page_and_program_switch_together")
def page_data_and_program_are_of_one_version() -> None:
    """We fetch the policy as page and as data, and see that both are of the version the program goes by."""
    with versions.pinned() as version:
        said = json.loads(visitor().get(links.path("policy_as_data")).content)
        page = visitor().get(links.path("policy")).content.decode()
    expect(said["version"] == str(version.number), "the data are of another version than the program obeys")
    expect(said["since"] == f"{version.effective_at:%Y-%m-%d}", "the data give another day than that of the version")
    expect(f"Version {version.number}" in page and pages.day(version) in page, "the page is of another version")


@probe("versions_kept_and_compared")
def every_version_can_still_be_read_as_it_was() -> None:
    """We open the versions of this policy at their addresses, and see that each holds what was posted, untouched."""
    history = visitor().get(links.path("history")).content.decode()
    for one in versions.held()[-MOST_VERSIONS:]:
        if one.effective_at <= clock.now():
            answer = visitor().get(f"{links.path('history')}/{one.number}")
            expect(answer.status_code == 200, f"version {one.number} can no longer be read")
            expect(one.policy.digest in history, f"the history says something else of version {one.number}")


@probe("stricter_of_all_versions", "changes.looser")
def a_looser_version_waits_for_the_next_use() -> None:
    """We think of a version that keeps everything twice as long: it binds nobody who has not used the shop since, and a
    stricter one binds at once."""
    policy = versions.current()
    doubled = re.sub(r'(\.keep = ")(\d+)', lambda found: f"{found[1]}{int(found[2]) * 2}", policy.source.text)
    looser = loads(doubled, policy.program, posted=True)
    loosening, tightening = Versions([policy, looser]), Versions([looser, policy])
    for name in policy.rules().purposes:
        ours = policy.rules().keep(name)
        asleep, awake = (loosening.binding(Person(used=used)).keep(name) for used in (1, 2))
        expect(asleep == ours, f"what is kept for {name} became longer for somebody who was away")
        expect(awake == looser.rules().keep(name), f"using the shop did not bring its own version for {name}")
        at_once = tightening.binding(Person(used=1)).keep(name)
        expect(at_once == ours, f"a stricter time for {name} did not bind at once")


@probe("register_from_policy")
def the_register_holds_every_use_of_the_policy() -> None:
    """We read the register of processing, and look for every use that the policy grants and every hold of a law."""
    policy = versions.current()
    rules = policy.rules(ELSEWHERE)
    rows = table("table.register", policy, "en").rows
    uses = [*rules.purposes, *(hold.of for hold in rules.holds.values())]
    wanted = [policy.program.purposes[name].phrase() for name in uses]
    expect(sorted(row[0] for row in rows) == sorted(wanted), "the register lacks a use, or holds one too many")
# --- one's own data, with a person who exists for the length of a probe ---------------------------------------------

NAME, CARD = "Wren Zaunkönig", "4242 4242 4242 4242"


def _somebody() -> tuple[UUID, str]:
    """A person with a sign-in here, and their address."""
    email = f"{secrets.token_hex(8)}@probe.invalid"
    account = accounts.register_staff(email, Role.STAFF, name=NAME, password=secrets.token_urlsafe(24))
    return account.subject_id, email


@probe("rights.copy_as", "purpose.rights.basis", "purpose.rights.reads")
def whoever_asks_gets_all_of_it_in_every_form() -> None:
    """We become somebody, follow the link to our own data, and take it in each form the policy names."""
    _subject, email = _somebody()
    asked, link = visitor(), links.path("my_data", token=access.make(email))
    expect(NAME in asked.get(link).content.decode(), "the page did not show a name that is held")
    for form in versions.current().get("rights.copy_as", ()):
        copy = asked.get(f"{link}/copy.{form}")
        expect(copy.status_code == 200 and NAME in copy.content.decode(), f"the copy as {form} lacked a name")


@probe("rights.link")
def the_link_ends_and_cannot_be_made_up() -> None:
    """We try a link that is over, and one with a changed sign."""
    _subject, email = _somebody()
    over = privacy.seal_pass(access.FOR, email, ends=clock.now() - timedelta(seconds=1))
    good = access.make(email)
    expect(access.people(good), "a good link did not work")
    for bad in (over, good[:-2] + ("A" if good[-2] != "A" else "B") + good[-1]):
        with refused(access.LinkOver, otherwise="a link that is over or was changed still opens"):
            access.people(bad)


@probe("uses_can_be_paused")
def a_paused_use_reads_nothing_until_it_goes_on() -> None:
    """We pause a use with the button of the page, see that nothing is read for it, and let it go on."""
    _subject, email = _somebody()
    button = links.path("my_uses", token=access.make(email))
    asked = visitor()
    asked.post(button, {"how": "pause", "use": "staff", "on": "yes"})
    account = customers.by_email(email)
    expect(account, "a person who paused a use was lost")
    if account:
        with refused(NotGranted, otherwise="a paused use was read all the same"):
            customers.own_email(account)
    asked.post(button, {"how": "pause", "use": "staff", "on": "no"})
    again = customers.by_email(email)
    expect(again and customers.own_email(again) == email, "a use that goes on again was not read")


@probe("rights.objection")
def a_no_is_noted_for_each_use_that_may_be_refused() -> None:
    """We say no to every use that the policy in force lets people refuse, and to one that it does not."""
    subject, _email = _somebody()
    for use in privacy.can_be_refused(versions.current()):
        privacy.object_to([subject], use, on=True)
    with refused(StopRefused, otherwise="a no was taken for a use that nobody may refuse"):
        privacy.object_to([subject], "staff", on=True)


@probe("letters_carry_code")
def anybody_can_ask_whether_a_letter_is_ours() -> None:
    """We ask on the page by the code of a letter of ours, and by one that is made up."""
    letter = mail.send("order_confirmation", subject=_somebody()[0], about=uuid4())
    code = codes.code(letter.id)
    kind = versions.current().program.letters[letter.kind].phrase()
    asked = [visitor().post(links.path("from_us"), {"code": one}) for one in (code, code[::-1])]
    expect(kind in asked[0].content.decode(), "the page did not know a letter of ours by its code")
    expect(kind not in asked[1].content.decode(), "the page took a made-up code for one of ours")


@probe("rights.erasure")
def whoever_has_the_link_can_ask_to_be_erased() -> None:
    """We become somebody, follow the link to our own data, and look for the way to have it erased."""
    _subject, email = _somebody()
    page = visitor().get(links.path("my_erasure", token=access.make(email)))
    expect(page.status_code == 200 and b"<form" in page.content, "there is no way to be erased")


@probe("own_data_can_be_corrected", "card_numbers_refused", "limit.card_number.keep")
def people_correct_what_is_theirs_and_nothing_else() -> None:
    """We become two people, correct a name on the page, try to correct the other's, and type a card number."""
    if not correcting.allowed():
        return
    subject, email = _somebody()
    [own], [others] = correcting.of([subject]), correcting.of([_somebody()[0]])
    asked, link = visitor(), links.path("my_corrections", token=access.make(email))
    expect(asked.post(f"{link}/{own.id}/name", {"name": "Wren Kelch"}).status_code == 303, "a name was not corrected")
    [again] = correcting.of([subject])
    expect(again.offers[0].value == "Wren Kelch", "a corrected name is not the one we have")
    expect(asked.post(f"{link}/{others.id}/name", {"name": "Eve"}).status_code == 404, "somebody else was corrected")
    refused_one = asked.post(f"{link}/{own.id}/name", {"name": CARD})
    expect(refused_one.status_code == 422 and CARD not in refused_one.content.decode(), "a card number was taken")


@probe("card_numbers_refused", "limit.card_number.keep")
def a_card_number_gets_no_further_than_a_corrected_address() -> None:
    """We type a card number into the form that corrects an address, and see that it is taken out and refused."""
    offer = Offer("delivery_address", "delivery_address", "Delivery address", Address("DE"))
    typed = inputs.read(offer, {"delivery_line1": CARD})
    expect("delivery_line1" in typed.problems, "a card number was not refused in a corrected address")
    expect(not any(CARD in line for line in typed.value.lines), "a card number came back from a corrected address")


@probe("new_address_confirmed")
def a_new_address_needs_its_reader_and_who_knows_the_old_one() -> None:
    """We follow the link of a new address as a stranger and as the person, and write the letter to the old one."""
    subject, email = _somebody()
    link = access.move(email, "again@probe.invalid")
    expect(moving.confirmed(link, "eve@probe.invalid") == (), "a stranger could move somebody's address")
    expect(moving.confirmed(link, email) == (subject,), "a person could not move their own address")
    with refused(access.LinkOver, otherwise="another link could move an address"):
        moving.confirmed(access.make(email), email)
    about = mail.send("address_moved", subject=subject, about=uuid4()).about
    told = letters.address_moved(about)
    expect(told is not None and told.to == email, "the old address is not told")
