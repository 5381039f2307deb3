"""What this app promises, tried."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from calla.enquiries import arriving, correcting, forms, knocking, selectors, services
from calla.enquiries.errors import NotSaid
from calla.enquiries.models import Enquiry, Knock
from calla.enquiries.states import Way
from calla.enquiries.types import Asked
from calla.enquiries.words import UNANSWERED_DAYS
from calla.kernel import clock, tokens
from calla.privacy import mail, versions
from calla.privacy import services as privacy
from calla.privacy.errors import NotGranted
from calla.privacy.probing import expect, probe, refused
from calla.privacy.types import SYSTEM

CAME_BACK = """From: MAILER-DAEMON@elsewhere.example
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Final-Recipient: rfc822; probe@calla.invalid
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

Message-ID: <{letter}@elsewhere.example>

--b--
"""
CARD = "4242 4242 4242 4242"
LONG_AGO = date(1990, 1, 1)


def _a_case(message: str = "Is the linen coat lined?") -> Enquiry:
    asked = Asked(email="probe@example.org", name=CARD, order_number="C0", message=message, once=tokens.new_token())
    return Enquiry.objects.get(token_digest=tokens.digest(services.ask(asked)))


@probe("contact.answer", "contact.answer_by.form")
def a_question_has_a_clock_and_is_called_late_when_it_is() -> None:
    """We look whether anybody waits longer than we promised. Then we ask something, see by when a person must have
    answered, let that time pass and see it marked."""
    if not selectors.takes_questions():
        return
    expect(not selectors.waiting()["overdue"], "somebody waits for an answer longer than we promised")
    case, spans = _a_case(), selectors.promised(versions.current().rules(), Way.FORM)
    for span in spans:
        expect(case.due_at and case.due_at <= clock.now() + span.longest, "a question has no date for its answer")
    if not spans:
        return
    Enquiry.objects.filter(pk=case.pk).update(due_at=clock.now() - timedelta(minutes=1))
    late = [row.id for row in selectors.queue("overdue")[0]]
    expect(case.id in late, "a question that waits too long is not marked as late")


@probe("purpose.enquiries.reads", "no_read_without_purpose")
def a_question_opens_for_nothing_but_its_answer() -> None:
    """We ask something and try to open it as if it belonged to an order, or to somebody who works here."""
    if not selectors.takes_questions():
        return
    case = _a_case()
    with refused(NotGranted, otherwise="a question could be opened for orders"):
        case.details.open("orders")
    with refused(NotGranted, otherwise="a question could be opened like the account of somebody who works here"):
        case.details.open("staff")


@probe("purpose.enquiries.keep")
def a_question_whose_time_is_over_cannot_be_read() -> None:
    """We ask something, close it long ago, and try to read it."""
    if not selectors.takes_questions():
        return
    case = _a_case()
    services.close(case.id)
    case.refresh_from_db()
    case.closed_on = LONG_AGO
    with refused(NotGranted, otherwise="a question could be read after its time"):
        case.details.open("enquiries")


@probe("purpose.enquiries.keep")
def a_question_that_nobody_answers_ends_all_the_same() -> None:
    """We ask something, let a long time pass without an answer, and see that its time to be kept has begun."""
    if not selectors.takes_questions():
        return
    case, long_ago = _a_case(), clock.now() - timedelta(days=3 * UNANSWERED_DAYS)
    services.close_silent(of=[case.id])
    case.refresh_from_db()
    expect(not case.life(), "a question was closed while it waited for its answer")
    Enquiry.objects.filter(pk=case.pk).update(due_at=long_ago)
    case.messages.update(at=long_ago)
    services.close_silent(of=[case.id])
    case.refresh_from_db()
    expect(case.life(), "a question that nobody answers would be kept for ever")


@probe("collect.enquiry")
def a_question_keeps_no_more_than_it_may_ask_for() -> None:
    """We ask something with all that could be given, and look at what was kept of it."""
    if not selectors.takes_questions():
        return
    case, collected = selectors.for_letter(_a_case().id), versions.current().rules().collects("enquiry")
    for name in ("name", "order_number"):
        expect(name in collected or not getattr(case, name), f"a question keeps the {name.replace('_', ' ')}")


@probe("card_numbers_refused", "limit.card_number.keep")
def no_card_number_is_kept_with_a_question() -> None:
    """We write a card number into a question, by whatever way it comes, and look for it."""
    if not selectors.takes_questions():
        return
    case = selectors.for_letter(_a_case(f"My card is {CARD}.").id)
    text = case.messages[0].text
    expect(CARD not in text + case.name, "a card number was kept with a question")
    expect(text.startswith("My card is"), "a question was not kept as it was asked")


@probe("collect.enquiry", "card_numbers_refused", "limit.card_number.keep")
def a_card_number_gets_no_further_than_the_form_for_questions() -> None:
    """We type a card number into the form for questions, and see that it is taken out and refused."""
    if not selectors.takes_questions():
        return
    filled = forms.read({"email": "probe@example.org", "message": CARD}, versions.current().rules())
    expect(CARD not in filled.values["message"], "a card number came back from the form for questions")
    expect("message" in filled.problems, "a card number was not refused in a question")


@probe("letters.never_ask")
def no_answer_of_ours_asks_for_a_secret() -> None:
    """We answer a question with a request for a password, and see that it is not sent."""
    if not selectors.takes_questions():
        return
    case = _a_case()
    with refused(NotSaid, otherwise="an answer could have asked for a password"):
        services.answer(case.id, "Please send us your password.", after=1, by=SYSTEM)


@probe("no_foreign_links")
def no_answer_of_ours_links_to_anybody_else() -> None:
    """We answer a question with the address of a foreign page, and see that it is not sent."""
    if not selectors.takes_questions():
        return
    case = _a_case()
    with refused(NotSaid, otherwise="an answer could have linked to somebody else"):
        services.answer(case.id, "Here it is cheaper: www.elsewhere.example", after=1, by=SYSTEM)


@probe("letters_to_us_arrive")
def a_letter_that_came_back_raises_an_alarm() -> None:
    """We note a letter as sent, take in what a mail server writes when it cannot deliver it, and look at the alarm."""
    if not selectors.takes_questions():
        return
    letter = mail.send("enquiry_receipt", subject=privacy.new_subject().id, about=uuid4())
    before = mail.given_up()
    letter.state = letter.State.SENT
    letter.save()
    arriving.take_in(CAME_BACK.format(letter=letter.id).encode())
    expect(mail.given_up() == before + 1, "nobody here would learn that a letter came back")


@probe("letters_to_us_arrive")
def what_is_written_to_our_own_address_arrives() -> None:
    """Every hour the shop writes to its own address. We look whether the last letter came in by itself, then note one
    that did not, and look at the alarm."""
    if not selectors.takes_questions():
        return
    expect(not selectors.mailbox_is_silent(), "a letter to the address on this page did not reach us")
    Knock.objects.all().delete()
    Knock.objects.create(at=clock.now() - 2 * knocking.ON_ITS_WAY)
    expect(selectors.mailbox_is_silent(), "nobody here would learn that letters do not reach us")


@probe("own_data_can_be_corrected")
def what_was_asked_is_set_right_beside_it() -> None:
    """We ask something, correct it and our name, and see the old words, the new ones, and the name."""
    reads = versions.current().rules().reads("rights", step="correction")
    if not selectors.takes_questions() or not {"email", "message"} <= reads:
        return
    case = _a_case()
    correcting.correct(case.id, "message", "I meant the cape.")
    correcting.correct(case.id, "email", "again@example.org")
    found = selectors.for_letter(case.id)
    expect(len(found.messages) == 2 and "cape" in found.messages[1].text, "a correction does not stand beside it")
    expect(found.email == "again@example.org", "a corrected address is not the one we write to")
