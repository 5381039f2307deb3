"""A case is asked, answered, closed and, when its time is over, gone. What was asked twice is one case."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_string
from email.policy import default

import pytest
import time_machine

from calla.enquiries import selectors, services
from calla.enquiries.errors import NoSuchEnquiry, NothingToAsk, NotSaid
from calla.enquiries.jobs import close_answered
from calla.enquiries.models import Enquiry, Message
from calla.kernel import clock, tokens
from calla.kernel.transitions import MoveRefused
from calla.privacy import probing, reading, retention
from calla.privacy.errors import NotGranted
from calla.privacy.keystore.models import DataKey
from calla.privacy.models import LedgerEntry, Letter, Subject
from calla.privacy.types import Actor
from tests.builders.enquiries import a_case, asked
from tests.builders.shop import policy_in_force, policy_text
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
IRIS = Actor("staff")
CARD = "4242 4242 4242 4242"


class TestAsking:
    def test_it_opens_a_case_with_a_number_a_page_and_a_clock(self):
        token = asked(name="Ada", order_number="C1001")
        case = selectors.by_token(token)
        assert (case.email, case.name, case.order_number) == ("ada@example.net", "Ada", "C1001")
        assert [one.text for one in case.messages] == ["When does my coat arrive?"] and case.state == "open"
        assert case.token == token and case.number.startswith("Q-")
        assert abs(case.due_at - case.opened_at - timedelta(days=3)) < timedelta(seconds=1)

    def test_each_is_somebody_new(self):
        one, other = a_case(), a_case()
        assert one.subject_id != other.subject_id and Subject.objects.count() == 2

    def test_the_same_form_sent_twice_is_one_case(self):
        once = tokens.new_token()
        assert asked(once=once) == asked(once=once)
        assert Enquiry.objects.count() == Message.objects.count() == Letter.objects.count() == 1
        assert DataKey.objects.filter(pk=Enquiry.objects.get().key).exists()

    def test_the_same_form_with_other_words_is_another(self):
        once = tokens.new_token()
        assert asked(once=once) != asked(once=once, message="And my hat?")

    def test_what_the_policy_does_not_collect_is_not_kept(self):
        policy_in_force(policy_text(
            ('collect.enquiry = ["name?", "email", "message", "order_number?"]',
             'collect.enquiry = ["email", "message"]'),
            ('purpose.enquiries.reads = ["name", "email", "message", "order_number"]',
             'purpose.enquiries.reads = ["email", "message"]'),
        ))  # fmt: skip
        case = a_case(name="Ada", order_number="C1001")
        plain = case.details._plain()
        assert plain["name"] == plain["order_number"] == "" and plain["email"]

    def test_no_card_number_is_kept(self):
        case = selectors.by_token(asked(message=f"My card is {CARD}.", name=CARD))
        assert "4242 4242" not in case.messages[0].text + case.name and "•••• 4242" in case.messages[0].text

    def test_without_the_sentence_nobody_can_ask(self):
        policy_in_force(policy_text(('[S5b]\nunder = "S5"\n', '[S5b]\nunder = "S5"\nstate = "planned"\n')))
        with pytest.raises(NothingToAsk):
            asked()
        assert not Enquiry.objects.exists() and not Subject.objects.exists() and not DataKey.objects.exists()

    def test_without_a_promised_time_there_is_no_clock(self):
        policy_in_force(policy_text(("[S3]\n", '[S3]\nstate = "planned"\n')))
        assert a_case().due_at is None

    def test_one_address_gets_no_more_than_a_few_receipts_a_day(self):
        for _ in range(7):
            asked()
        assert Enquiry.objects.count() == 7 and Letter.objects.count() == 5


class TestAnswering:
    def test_it_goes_out_by_mail_and_stands_on_the_page(self, home):
        case = a_case()
        services.answer(case.id, "On Friday.\n\nAll the best", after=1, by=IRIS)
        run_jobs()
        view = selectors.for_letter(case.id)
        assert view.state == "answered" and [one.author for one in view.messages] == ["asker", "staff"]
        letters = {path.name.split("-")[1]: path.read_text() for path in (home / "mailbox").iterdir()}
        assert "On Friday." in letters["answer"] and case.number in letters["answer"]
        assert f"/contact/{view.token}" in letters["enquiry_receipt"].replace("=\n", "")
        answer = message_from_string(letters["answer"], policy=default)
        html = answer.get_body(("html",)).get_content()
        assert html.count("On Friday.") == 1 and "A letter that seems ours" in html

    def test_sent_twice_it_is_one_answer(self):
        case = a_case()
        for _ in range(2):
            services.answer(case.id, "On Friday.", after=1, by=IRIS)
        assert Message.objects.count() == 2 and Letter.objects.filter(kind="answer").count() == 1

    @pytest.mark.parametrize("text", [
        "Please send us your password.", "Please confirm your card number.", f"Is it {CARD}?", "  ", "<form>",
        "It is cheaper at elsewhere.com.",
    ])  # fmt: skip
    def test_one_that_no_letter_may_say_is_not_said(self, text):
        case = a_case()
        with pytest.raises(NotSaid):
            services.answer(case.id, text, after=1, by=IRIS)
        case.refresh_from_db()
        assert case.state == "open" and Message.objects.count() == 1 and not Letter.objects.filter(kind="answer")

    def test_a_reply_makes_it_wait_for_us_again(self):
        token = asked()
        case = Enquiry.objects.get()
        services.answer(case.id, "On Friday.", after=1, by=IRIS)
        services.reply(token, "This Friday?", after=2)
        services.reply(token, "This Friday?", after=2)  # sent twice
        case.refresh_from_db()
        assert case.state == "open" and case.due_at > clock.now() and Message.objects.count() == 3

    def test_who_writes_again_while_waiting_waits_no_longer_for_it(self):
        token = asked()
        due = Enquiry.objects.get().due_at
        with time_machine.travel(clock.now() + timedelta(days=1)):
            services.reply(token, "And one thing more.", after=1)
        assert Enquiry.objects.get().due_at == due

    def test_staff_opens_a_case_once_however_long_it_is(self):
        token, iris = asked(), Actor("staff", Subject.objects.create(version_used=1).pk)
        services.reply(token, "One thing more.", after=1)
        selectors.detail(Enquiry.objects.get().id, by=iris)
        [opened] = LedgerEntry.objects.filter(kind="opened")
        assert opened.purpose == "enquiries" and opened.subject == Enquiry.objects.get().subject_id

    @pytest.mark.parametrize("purpose", ["orders", "staff"])
    def test_it_opens_for_nothing_else_that_reads_addresses(self, purpose):
        with pytest.raises(NotGranted):
            a_case().details.open(purpose)

    def test_every_message_is_counted_under_its_purpose(self):
        with reading.uncounted():
            selectors.by_token(asked())
            counts = reading.counted_aside()
        assert counts["enquiries", "enquiries.enquiry"] and counts["enquiries", "enquiries.message"]


class TestEnding:
    def test_what_was_answered_closes_itself_after_a_fortnight(self):
        case = a_case()
        services.answer(case.id, "On Friday.", after=1, by=IRIS)
        for days, state in ((13, "answered"), (14, "closed")):
            with time_machine.travel(clock.now() + timedelta(days=days, minutes=1)):
                close_answered()
            case.refresh_from_db()
            assert case.state == state
        assert case.closed_on is not None and "enquiry.closed" in case.life()

    def test_what_nobody_answered_closes_itself_ninety_days_after_their_last_word(self):
        token = asked()
        with time_machine.travel(clock.now() + timedelta(days=10)):
            services.reply(token, "Are you there?", after=1)
        for days, state in ((99, "open"), (101, "closed")):
            with time_machine.travel(clock.now() + timedelta(days=days)):
                close_answered()
            assert Enquiry.objects.get().state == state

    def test_whoever_asked_is_told_that_we_gave_no_answer(self, home):
        case = a_case(name="Ada")
        with time_machine.travel(clock.now() + timedelta(days=91)):
            close_answered()
            run_jobs()
        [letter] = (home / "mailbox").glob("*enquiry_closed*")
        read = letter.read_text().replace("=\n", "")
        assert "To: ada@example.net" in read and "We are sorry" in read and case.number in read
        assert read.count(f"/contact/{selectors.for_letter(case.id).token}") == 2 and "When does my" not in read

    def test_each_time_anew(self):
        token = asked()
        for days, after in ((91, 1), (190, 2)):
            with time_machine.travel(clock.now() + timedelta(days=days)):
                close_answered()
                services.reply(token, f"Still here on day {days}.", after=after)
        assert Letter.objects.filter(kind="enquiry_closed").count() == 2

    def test_not_where_they_have_written_again_before_it_left(self, home):
        token = asked()
        with time_machine.travel(clock.now() + timedelta(days=91)):
            close_answered()
            services.reply(token, "Still here.", after=1)
            run_jobs()
        assert not list((home / "mailbox").glob("*enquiry_closed*"))
        assert Letter.objects.get(kind="enquiry_closed").reason == "pointless"

    def test_nor_where_we_answered_or_closed_it_or_owed_no_receipt(self):
        answered, closed, unasked = a_case(), a_case(), a_case(email="list@example.net")
        services.answer(answered.id, "On Friday.", after=1, by=IRIS)
        services.close(closed.id)
        Letter.objects.filter(subject=unasked.subject_id).delete()  # as for a letter from where nobody reads
        with time_machine.travel(clock.now() + timedelta(days=91)):
            assert services.close_silent() == 2
        assert not Letter.objects.filter(kind="enquiry_closed").exists()

    def test_where_no_sentence_lets_us_write_it_closes_all_the_same(self):
        a_case()
        policy_in_force(policy_text(('[S5b]\nunder = "S5"\n', '[S5b]\nunder = "S5"\nstate = "planned"\n')))
        with time_machine.travel(clock.now() + timedelta(days=91)):
            assert services.close_silent() == 1
        assert not Letter.objects.filter(kind="enquiry_closed").exists()

    def test_and_all_of_it_is_gone_six_months_after_that(self):
        a_case()
        with time_machine.travel(clock.now() + timedelta(days=91)):
            close_answered()
        with time_machine.travel(clock.now() + timedelta(days=91 + 190)):
            retention.run()
        assert not Enquiry.objects.exists() and not Subject.objects.exists()

    def test_one_whose_answer_is_not_due_yet_waits_however_long(self):
        policy_in_force(policy_text(('contact.answer = "3 days"', 'contact.answer = "6 months"')))
        a_case()
        with time_machine.travel(clock.now() + timedelta(days=120)):
            assert services.close_silent() == 0
        with time_machine.travel(clock.now() + timedelta(days=190)):
            assert services.close_silent() == 1

    def test_who_writes_again_after_that_is_heard(self):
        token = asked()
        with time_machine.travel(clock.now() + timedelta(days=91)):
            close_answered()
            services.reply(token, "Still here.", after=1)
        case = Enquiry.objects.get()
        assert case.state == "open" and case.due_at and not case.life()

    def test_until_then_everybody_sees_that_we_are_late(self):
        [told] = [one for one in probing.probes() if "contact.answer" in one.proves]
        a_case()
        assert probing.run(told).ok
        Enquiry.objects.update(due_at=clock.now() - timedelta(minutes=1))
        assert "longer than we promised" in probing.run(told).said

    def test_what_was_closed_can_be_asked_again_and_is_closed_once(self):
        token = asked()
        case = Enquiry.objects.get()
        services.close(case.id)
        with pytest.raises(MoveRefused):
            services.close(case.id)
        services.reply(token, "It is still not here.", after=1)
        case.refresh_from_db()
        assert (case.state, case.closed_on) == ("open", None) and case.due_at

    def test_six_months_after_the_end_all_of_it_is_gone(self):
        token = asked()
        case = Enquiry.objects.get()
        services.answer(case.id, "On Friday.", after=1, by=IRIS)
        services.close(case.id)
        end = clock.now() + timedelta(days=190)
        assert retention.run((end - timedelta(days=20)).date()).over == {}
        with time_machine.travel(end):
            report = retention.run()
        assert report.over["enquiries.Enquiry"] == 1 and report.people == 1
        assert not Enquiry.objects.exists() and not Message.objects.exists() and not Letter.objects.exists()
        assert not DataKey.objects.filter(pk=case.key).exists() and not Subject.objects.exists()
        with pytest.raises(NoSuchEnquiry):
            selectors.by_token(token)

    def test_one_key_gone_is_one_line_in_the_ledger(self):
        case = a_case()
        services.answer(case.id, "On Friday.", after=1, by=IRIS)
        services.close(case.id)
        with time_machine.travel(clock.now() + timedelta(days=190)):
            report = retention.run()
        assert LedgerEntry.objects.filter(kind="key_destroyed").count() == report.keys == 1


class TestTheList:
    def test_the_most_pressing_stand_first_and_nothing_personal(self):
        late, soon, done = a_case(), a_case(), a_case()
        Enquiry.objects.filter(pk=late.pk).update(due_at=clock.now() - timedelta(hours=1))
        services.close(done.id)
        rows, total = selectors.queue()
        assert [row.id for row in rows] == [late.id, soon.id, done.id] and total == 3
        assert [row.overdue for row in rows] == [True, False, False]
        assert selectors.waiting() == {"open": 2, "overdue": 1}
        assert [row.id for row in selectors.queue("overdue")[0]] == [late.id]

    @pytest.mark.parametrize("cases", [1, 9])
    def test_it_asks_the_same_few_questions_for_any_length(self, cases, django_assert_num_queries):
        for _ in range(cases):
            a_case()
        with django_assert_num_queries(2):
            selectors.queue()
