"""Letters out of the inbox become cases: each once, none lost, and nothing left behind in the mailbox."""

from __future__ import annotations

import os
import time
from datetime import date

import pytest
from django.db import OperationalError

from calla.enquiries import arriving, jobs, selectors, services
from calla.enquiries.models import Enquiry, Message
from calla.privacy import conformity, egress
from calla.privacy.errors import AgreementLapsed, Unreachable
from calla.privacy.models import Letter
from calla.privacy.types import Actor
from tests.builders.enquiries import a_letter, asked
from tests.builders.shop import policy_in_force, policy_text
from tests.support.imap_server import imap_server
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
IRIS = Actor("staff")
NO_QUESTIONS = ('[S5b]\nunder = "S5"\n', '[S5b]\nunder = "S5"\nstate = "planned"\n')


@pytest.fixture
def lay(home, settings):
    """Lays a letter into the inbox, as something that arrived a while ago."""
    folder = home / "inbox"
    folder.mkdir()
    settings.INBOX_FOLDERS = [folder]

    def put(letter, name="1.eml"):
        file = folder / name
        file.write_bytes(bytes(letter))
        os.utime(file, (time.time() - 60,) * 2)
        return file

    return put


class TestTakingIn:
    def test_a_letter_becomes_a_case_with_a_receipt_and_leaves_the_inbox(self, lay, home):
        file = lay(a_letter())
        jobs.read_the_inbox()
        case = selectors.for_letter(Enquiry.objects.get().id)
        assert (case.email, case.name) == ("ada@example.net", "Ada Brennwald") and case.due_at
        assert case.messages[0].text == "My parcel\n\nWhere is my parcel?" and not file.exists()
        run_jobs()
        [receipt] = [path.read_text() for path in (home / "mailbox").iterdir()]
        assert "To: ada@example.net" in receipt and case.number in receipt and "Where is my parcel" not in receipt

    def test_the_same_letter_twice_is_one_case(self, lay):
        letter = a_letter()
        lay(letter), lay(letter, "2.eml")
        assert arriving.read() == 2 and Enquiry.objects.count() == Letter.objects.count() == 1
        lay(letter)
        arriving.read()
        assert Enquiry.objects.count() == Message.objects.count() == 1

    def test_one_that_the_database_did_not_take_is_still_there(self, lay, monkeypatch):
        file = lay(a_letter())
        monkeypatch.setattr(services, "take_in", lambda letter: (_ for _ in ()).throw(OperationalError))
        with pytest.raises(OperationalError):
            arriving.read()
        assert file.exists() and not Enquiry.objects.exists()
        monkeypatch.undo()

    def test_one_that_cannot_be_taken_keeps_nobody_waiting(self, lay, monkeypatch):
        taken, broken = services.take_in, lay(a_letter("break"), "1.eml")
        other = lay(a_letter("fine"), "2.eml")
        monkeypatch.setattr(services, "take_in", lambda one: 1 / 0 if one.text == "break" else taken(one))
        with pytest.raises(arriving.LettersLeft):
            arriving.read()
        assert broken.exists() and not other.exists() and Enquiry.objects.count() == 1

    def test_killed_before_it_was_taken_out_it_is_taken_once(self, lay):
        file = lay(letter := a_letter())
        raw = file.read_bytes()
        arriving.read()
        lay(letter).write_bytes(raw)
        arriving.read()
        assert Enquiry.objects.count() == 1

    def test_one_still_being_written_waits(self, lay):
        file = lay(a_letter())
        os.utime(file)
        assert arriving.read() == 0 and file.exists()

    def test_a_robot_makes_no_case_and_gets_no_answer(self, lay):
        file = lay(a_letter(Auto_Submitted="auto-replied"))
        arriving.read()
        assert not Enquiry.objects.exists() and not Letter.objects.exists() and not file.exists()

    def test_a_list_gets_no_receipt(self, lay):
        lay(a_letter(Precedence="bulk"))
        arriving.read()
        assert Enquiry.objects.count() == 1 and not Letter.objects.exists()

    def test_attachments_are_said_to_be_gone_and_card_numbers_are(self, lay, home):
        letter = a_letter("My card is 4242 4242 4242 4242.")
        letter.add_attachment(b"x", maintype="image", subtype="png", filename="x.png")
        lay(letter)
        arriving.read()
        message = selectors.for_letter(Enquiry.objects.get().id).messages[0]
        assert message.left_out == 1 and "4242 4242" not in message.text
        run_jobs()
        assert "1 attachment of your letter was not kept" in next((home / "mailbox").iterdir()).read_text()

    def test_without_the_sentence_the_job_reads_nothing(self, lay):
        policy_in_force(policy_text(NO_QUESTIONS))
        file = lay(a_letter())
        jobs.read_the_inbox()
        assert file.exists() and not Enquiry.objects.exists()


class TestThreads:
    @pytest.fixture
    def case(self):
        asked()
        case = Enquiry.objects.get()
        services.answer(case.id, "On Friday.", after=1, by=IRIS)
        return case

    def sent(self, lay, **headers):
        lay(a_letter("It did not come.", **headers))
        arriving.read()

    def test_by_the_number_in_the_subject(self, lay, case):
        self.sent(lay, Subject=f"Re: your question {case.number}")
        case.refresh_from_db()
        assert case.state == "open" and case.messages.count() == 3 and Enquiry.objects.count() == 1

    @pytest.mark.parametrize("header", ["In_Reply_To", "References"])
    @pytest.mark.parametrize("kind", ["answer", "enquiry_receipt"])
    def test_by_the_letter_it_answers(self, lay, case, header, kind):
        letter = Letter.objects.get(kind=kind)
        self.sent(lay, Subject="Hm", **{header: f"<{letter.id}@shop.example>"})
        assert case.messages.count() == 3

    def test_an_answer_to_a_case_gets_no_receipt(self, lay, case):
        letters = Letter.objects.count()
        self.sent(lay, Subject=case.number)
        assert Letter.objects.count() == letters

    def test_somebody_else_who_knows_the_number_gets_a_case_of_their_own(self, lay, case):
        self.sent(lay, Subject=case.number, From="eve@example.org")
        assert case.messages.count() == 2 and Enquiry.objects.count() == 2

    def test_a_number_that_is_none_is_a_new_case(self, lay, case):
        self.sent(lay, Subject="Q-0000-0000")
        assert Enquiry.objects.count() == 2


class TestOtherMailboxes:
    def test_a_maildir(self, home, settings):
        settings.INBOX_FOLDERS = [home / "new", home / "cur"]
        for name in ("new", "cur", "tmp"):
            (home / name).mkdir()
            file = home / name / f"1.{name}"
            file.write_bytes(bytes(a_letter(name)))
            os.utime(file, (time.time() - 60,) * 2)
        assert arriving.read() == 2 and [path.name for path in home.rglob("1.*")] == ["1.tmp"]

    def test_a_server_is_asked_and_what_was_taken_is_removed_there(self, settings):
        with imap_server() as server:
            settings.INBOX_SERVER = server.settings
            server.letters = {3: bytes(a_letter("one")), 7: bytes(a_letter("two"))}
            assert arriving.read() == 2
            assert server.letters == {} and server.said[-2:] == ["CLOSE", "LOGOUT"]
        assert Enquiry.objects.count() == 2

    def test_what_could_not_be_taken_stays_there(self, settings, monkeypatch):
        with imap_server() as server:
            settings.INBOX_SERVER = server.settings
            server.letters = {3: bytes(a_letter())}
            monkeypatch.setattr(services, "take_in", lambda letter: (_ for _ in ()).throw(OperationalError))
            with pytest.raises(OperationalError):
                arriving.read()
            assert server.letters and not server.deleted

    @pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "FETCH", "CLOSE"])
    def test_a_server_that_refuses_is_told_as_away(self, settings, command):
        with imap_server() as server:
            settings.INBOX_SERVER = server.settings
            server.letters = {3: bytes(a_letter())}
            server.fails = {command}
            with pytest.raises(Unreachable):
                arriving.read()

    def test_nobody_listens(self, settings):
        with imap_server() as server:
            settings.INBOX_SERVER = server.settings
        with pytest.raises(Unreachable):
            arriving.read()

    def test_somebody_elses_server_needs_an_agreement(self, settings):
        settings.INBOX_SERVER = {"host": "mail.elsewhere.example", "port": 993}
        with pytest.raises(AgreementLapsed):
            arriving.read()
        assert any(use.kind == "host" and use.name == "mail" for use in conformity.uses())
        assert not egress.is_own("mail.elsewhere.example") and date.today()
