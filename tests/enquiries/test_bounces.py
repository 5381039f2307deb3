"""A letter of ours that came back is told from whatever else machines write, and shows in the office."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from calla.enquiries import arriving, bounces, jobs, knocking
from calla.enquiries.models import Enquiry, Knock
from calla.kernel import clock
from calla.privacy import mail, versions
from calla.privacy.models import Letter
from tests.builders.enquiries import a_case, a_letter
from tests.builders.orders import a_placed_order
from tests.builders.shop import policy_in_force, policy_text
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
DAEMON = "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\nSubject: Undelivered\n"
REPORT = 'Content-Type: multipart/report; report-type={type}; boundary="b"\n\n--b\n\nSorry.\n'
STATUS = "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n{fields}\n\n"
ORIGINAL = "--b\nContent-Type: message/rfc822\n\nMessage-ID: <{id}@shop.example>\nSubject: Your order\n\nHello\n--b--\n"
IN_WORDS = DAEMON + "\nHi. This is the mail program at mx.\n{said}\n\nA copy:\n\nMessage-ID: <{id}@s>\n"
NO_ADDRESS = (("at {contact.mail} or with", "with"), ('contact.mail = "service@calladream.example"\n', ""))
AWAY = "From: ada@example.net\nSubject: Away\nAuto-Submitted: auto-replied\nReturn-Path: <>\n\nMessage-ID: <{id}@s>\n"


def report(fields: str, kind: str = "delivery-status") -> str:
    return DAEMON + REPORT.format(type=kind) + STATUS.format(fields=fields) + ORIGINAL


@pytest.fixture
def sent() -> Letter:
    """The confirmation of an order, handed to a mail server."""
    a_placed_order()
    run_jobs()
    return Letter.objects.get(state="sent")


FOR_GOOD = {
    "failed": report("Final-Recipient: rfc822; ada@example.net\nAction: failed\nStatus: 5.1.1"),
    "given up after days": report("Action: failed\nStatus: 4.4.7"),
    "in capitals": report("ACTION: FAILED").replace("Message-ID", "MESSAGE-ID"),
    "without an action": report("Status: 5.0.0"),
    "in its own words": IN_WORDS.replace("{said}", "550 no such user. I give up."),
    "from nobody": IN_WORDS.replace("{said}", "550 refused").replace("MAILER-DAEMON@mx.example.net", "").replace(
        "Mail Delivery System", "MAILER-DAEMON"),
    "quoted": IN_WORDS.replace("{said}", "no such user").replace("\nMessage-ID", "\n> Message-Id"),
}  # fmt: skip
NOT = {
    "delayed": report("Action: delayed\nStatus: 4.4.1"),
    "delivered": report("Action: delivered\nStatus: 2.0.0"),
    "passed on": report("Action: relayed\nStatus: 2.0.0"),
    "for now": report("Status: 4.0.0"),
    "still tried, in words": IN_WORDS.replace("{said}", "It is delayed. You do not need to resend it."),
    "a complaint": report("Feedback-Type: abuse", kind="feedback-report"),
    "read": report("Disposition: manual-action; displayed", kind="disposition-notification"),
    "an absent reader": AWAY,
    "somebody who quotes us": bytes(a_letter("> Message-ID: <{id}@shop.example>")).decode(),
}


@pytest.mark.parametrize("said", FOR_GOOD.values(), ids=FOR_GOOD)
def test_a_letter_that_came_back_is_noted_and_told(sent, said) -> None:
    arriving.take_in(said.replace("{id}", str(sent.id)).encode())
    sent.refresh_from_db()
    assert (sent.state, sent.reason) == ("refused", "came_back") and mail.given_up() == 1
    assert mail.written_to(sent.subject_id)[0].came_back and not Enquiry.objects.exists()


@pytest.mark.parametrize("said", NOT.values(), ids=NOT)
def test_whatever_else_is_written_is_no_return(sent, said) -> None:
    arriving.take_in(said.replace("{id}", str(sent.id)).encode())
    sent.refresh_from_db()
    assert sent.state == "sent" and not mail.given_up()


@pytest.mark.parametrize("ends", range(0, 700, 9))
def test_cut_off_anywhere_it_is_read_without_trouble(ends) -> None:
    bounces.returned(FOR_GOOD["failed"].replace("{id}", str(uuid4())).encode()[:ends])


def test_a_letter_of_somebody_else_is_none_of_ours(sent) -> None:
    arriving.take_in(FOR_GOOD["failed"].replace("{id}", str(uuid4())).encode())
    assert not mail.given_up()


def test_one_that_is_tried_again_and_comes_back_again_is_told_again(sent) -> None:
    back = FOR_GOOD["failed"].replace("{id}", str(sent.id)).encode()
    arriving.take_in(back)
    assert mail.again(sent.id) and not mail.given_up()
    run_jobs()
    assert Letter.objects.get(pk=sent.id).state == "sent"
    arriving.take_in(back)
    assert mail.given_up() == 1


class TestOurOwnAddress:
    @pytest.fixture
    def inbox(self, home, settings):
        settings.INBOX_FOLDERS = [home / "inbox"]
        return home / "inbox"

    def knocked(self, inbox) -> None:
        knocking.knock()
        with time_machine.travel(clock.now() + timedelta(seconds=5)):
            assert arriving.read() == 0

    def test_what_we_write_there_is_heard_and_becomes_no_question(self, inbox) -> None:
        self.knocked(inbox)
        assert Knock.objects.get().heard_at and not list(inbox.iterdir()) and not Enquiry.objects.exists()
        with later(hours=1):
            assert not knocking.is_unheard()

    def test_before_its_time_nothing_is_said(self, inbox) -> None:
        assert not knocking.is_unheard()
        knocking.knock()
        with later(minutes=19):
            assert not knocking.is_unheard()

    def test_one_that_does_not_arrive_raises_an_alarm_until_the_next_does(self, inbox) -> None:
        knocking.knock()
        for file in inbox.iterdir():
            file.unlink()
        with later(minutes=21):
            assert knocking.is_unheard()
            self.knocked(inbox)
            assert not knocking.is_unheard()

    def test_one_that_comes_back_raises_it_at_once(self, inbox) -> None:
        self.knocked(inbox)
        arriving.take_in(FOR_GOOD["failed"].replace("{id}", str(Knock.objects.get().id)).encode())
        assert knocking.is_unheard()

    def test_a_policy_without_an_address_knocks_nowhere(self, inbox) -> None:
        policy_in_force(policy_text(*NO_ADDRESS))
        jobs.knock()
        assert not inbox.exists() and not Knock.objects.exists()

    def test_old_ones_are_forgotten(self, inbox) -> None:
        knocking.knock()
        with later(days=8):
            knocking.knock()
            assert Knock.objects.count() == 1


def later(**span: int):
    versions.forget()
    return time_machine.travel(clock.now() + timedelta(**span))


def test_a_case_says_that_its_receipt_came_back(sent) -> None:
    case = a_case()
    run_jobs()
    receipt = Letter.objects.get(kind="enquiry_receipt")
    arriving.take_in(FOR_GOOD["failed"].replace("{id}", str(receipt.id)).encode())
    [told] = mail.undelivered(to=case.subject_id)
    assert told.id == receipt.id and "came back" in told.reason
