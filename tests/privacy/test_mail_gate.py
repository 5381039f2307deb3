"""Letters leave by one gate: owed in the caller's transaction, decided again at the door, sent once."""

from __future__ import annotations

import email
import email.policy
import hashlib
import stat
from uuid import uuid4

import pytest
from django.db import transaction

from calla.kernel import clock
from calla.orders import services as orders_services
from calla.privacy import keys, letters, mail
from calla.privacy.errors import LetterRefused
from calla.privacy.models import LedgerEntry, Letter, Subject
from tests.builders import orders
from tests.builders.shop import policy_in_force, policy_text
from tests.support.jobs import queued, run_jobs
from tests.support.mail_server import mail_server

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]


@pytest.fixture
def post_office(settings):
    with mail_server() as server:
        settings.MAIL_SERVER = server.settings
        yield server


def owed(kind="order_confirmation"):
    return Letter.objects.get(kind=kind)


def letter_jobs():
    return [name for name, _ in queued() if name == "privacy.mail.post"]


def in_the_mailbox(home):
    return sorted((home / "mailbox").glob("*")) if (home / "mailbox").exists() else []


class TestOwing:
    def test_letter_and_job_stand_in_the_callers_transaction(self):
        with transaction.atomic():
            orders.a_placed_order()
            assert owed().state == "queued" and letter_jobs()
            transaction.set_rollback(True)
        assert not Letter.objects.exists() and not letter_jobs()

    def test_nothing_leaves_before_the_job(self, post_office):
        orders.a_placed_order()
        assert not post_office.taken

    def test_asked_again_it_is_the_same_letter(self, post_office):
        order = orders.a_placed_order()
        again = mail.send("order_confirmation", subject=order.subject_id, about=order.id)
        assert again == owed() and len(letter_jobs()) == 1
        run_jobs()
        assert len(post_office.taken) == 1

    def test_a_job_that_runs_twice_sends_once(self, post_office):
        orders.a_placed_order()
        run_jobs()
        mail.post(owed().id)
        assert len(post_office.taken) == 1

    @pytest.mark.parametrize("kind", ["newsletter", "buy_more", "policy_changed"])
    def test_a_refused_one_leaves_nothing(self, kind):
        subject = Subject.objects.create(version_used=1)
        with pytest.raises(LetterRefused):
            mail.send(kind, subject=subject.id, about=uuid4())
        assert not Letter.objects.exists() and not letter_jobs()

    def test_a_letter_cannot_be_registered_twice(self):
        with pytest.raises(ValueError, match="twice"):
            letters.letter("order_confirmation", purpose="orders")(lambda about: None)


class TestTheSecondDecision:
    def test_it_does_not_hang_on_what_the_letter_reads(self, post_office, monkeypatch):
        orders.a_placed_order()
        reads_nothing = letters.Draft(to="ada@example.net", subject="Hello", template="orders/letters/cancelled")
        kind = letters.LetterKind("order_confirmation", "orders", lambda about: reads_nothing)
        monkeypatch.setitem(letters.kinds, "order_confirmation", kind)
        policy_in_force(policy_text(("[S5a]\n", '[S5a]\nstate = "planned"\n'), ("[R1]\n", '[R1]\nstate = "planned"\n')))
        run_jobs()
        assert not post_office.taken and owed().state == "refused"

    def test_what_the_policy_has_forbidden_meanwhile_does_not_leave(self, post_office):
        orders.a_placed_order()
        policy_in_force(policy_text(("[S5a]\n", '[S5a]\nstate = "planned"\n'), ("[R1]\n", '[R1]\nstate = "planned"\n')))
        run_jobs()
        assert not post_office.taken
        assert owed().state == "refused" and owed().sent_at is None

    def test_what_cannot_be_read_any_more_does_not_leave(self, post_office):
        order = orders.a_placed_order()
        keys.destroy([order.key])
        run_jobs()
        assert not post_office.taken and owed().state == "refused"
        assert not LedgerEntry.objects.filter(kind="letter").exists()

    def test_one_that_lost_its_reason_does_not_leave(self, post_office, monkeypatch):
        orders.a_placed_order()
        without = letters.LetterKind("order_confirmation", "orders", lambda about: None)
        monkeypatch.setitem(letters.kinds, "order_confirmation", without)
        run_jobs()
        assert not post_office.taken and owed().state == "refused"


class TestWhatIsSent:
    @pytest.fixture
    def letter(self, post_office):
        orders.a_placed_order(name="Grünwald <b>Ada</b>")
        run_jobs()
        return post_office.letters()[0]

    def test_text_and_html_say_the_same(self, letter):
        text, html = letter.get_body(("plain",)), letter.get_body(("html",))
        assert "Grünwald <b>Ada</b>" in text.get_content()
        assert "Grünwald &lt;b&gt;Ada&lt;/b&gt;" in html.get_content()
        for body in (text, html):
            assert "Linen dress" in body.get_content() and "/privacy" in body.get_content()

    def test_nothing_in_it_calls_home(self, letter):
        html = letter.get_body(("html",)).get_content()
        assert "<img" not in html and "<script" not in html and "<form" not in html
        assert "@import" not in html and "url(" not in html

    def test_its_headers_say_who_when_and_that_a_program_wrote_it(self, letter, post_office):
        row = owed()
        assert letter["To"] == "ada@example.net" and post_office.taken[0].rcpt_tos == ["ada@example.net"]
        assert str(row.id) in letter["Message-ID"]
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["Date"].datetime.replace(microsecond=0) == row.queued_at.replace(microsecond=0)
        assert not letter["Bcc"] and not letter["Cc"]

    def test_its_sending_stands_in_the_ledger_without_a_word_of_it(self, letter):
        row, entry = owed(), LedgerEntry.objects.get(kind="letter")
        assert (entry.subject, entry.purpose, entry.what) == (row.subject_id, "orders", "order_confirmation")
        assert row.state == "sent" and row.sent_at <= clock.now()

    def test_what_is_kept_of_it_is_the_digest_of_the_bytes_that_left(self, letter, post_office):
        assert bytes(owed().digest) == hashlib.sha256(post_office.taken[0].original_content).digest()


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", " "])
def test_a_line_end_in_a_name_adds_no_header(post_office, monkeypatch, end):
    def write(about):
        return letters.Draft(
            to="ada@example.net", subject=f"For Ada{end}Bcc: eve@example.net", template="orders/letters/cancelled",
            context=letters.kinds["order_cancelled"].write(about).context,
        )

    order = orders.a_placed_order()
    monkeypatch.setitem(letters.kinds, "order_confirmation", letters.LetterKind("order_confirmation", "orders", write))
    run_jobs()
    [letter] = post_office.letters()
    assert letter["Bcc"] is None and post_office.taken[0].rcpt_tos == ["ada@example.net"]
    assert letter["Subject"].split() == ["For", "Ada", "Bcc:", "eve@example.net"]
    assert order.id


@pytest.mark.parametrize("more", ["\r\nBcc: eve@example.net", "\nRCPT TO:<eve@example.net>"])
def test_a_line_end_in_an_address_sends_nothing(post_office, more):
    orders.a_placed_order(email=f"ada@example.net{more}")
    with pytest.raises(Exception, match=r"newline|Header|header|address"):
        run_jobs()
    assert not post_office.taken and owed().state == "queued"


class TestAMailServerInTrouble:
    def test_while_it_refuses_the_letter_stays_owed_and_goes_later(self, post_office):
        orders.a_placed_order()
        post_office.refusing = True
        with pytest.raises(Exception, match="451"):
            mail.post(owed().id)
        assert owed().state == "queued" and owed().digest is None
        assert not LedgerEntry.objects.filter(kind="letter").exists()
        post_office.refusing = False
        mail.post(owed().id)
        assert owed().state == "sent" and len(post_office.taken) == 1

    def test_while_it_is_down_the_letter_stays_owed(self, settings):
        with mail_server() as gone:
            settings.MAIL_SERVER = gone.settings
        orders.a_placed_order()
        with pytest.raises(OSError):
            mail.post(owed().id)
        assert owed().state == "queued"

    def test_when_its_answer_is_lost_the_same_letter_comes_again_and_no_more(self, post_office):
        orders.a_placed_order()
        post_office.losing = 1
        with pytest.raises(Exception):  # noqa: B017  smtplib has several words for a line that went dead
            mail.post(owed().id)
        for _ in range(3):
            mail.post(owed().id)
        first, second = post_office.letters()
        assert first["Message-ID"] == second["Message-ID"] and first["Date"] == second["Date"]


class TestTheMailbox:
    def test_a_letter_is_one_whole_file_that_only_its_owner_reads(self, home):
        orders.a_placed_order()
        run_jobs()
        [file] = in_the_mailbox(home)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert letter["To"] == "ada@example.net" and "Linen dress" in letter.get_body(("plain",)).get_content()

    def test_a_write_that_breaks_leaves_no_letter_and_the_next_try_does(self, home, monkeypatch):
        orders.a_placed_order()
        monkeypatch.setattr("pathlib.Path.rename", lambda self, target: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError):
            mail.post(owed().id)
        assert not [file for file in in_the_mailbox(home) if file.suffix == ".eml"] and owed().state == "queued"
        monkeypatch.undo()
        mail.post(owed().id)
        assert [file.suffix for file in in_the_mailbox(home)] == [".eml"]

    def test_its_digest_is_that_of_the_file(self, home):
        orders.a_placed_order()
        run_jobs()
        assert bytes(owed().digest) == hashlib.sha256(in_the_mailbox(home)[0].read_bytes()).digest()

    def test_its_name_tells_nobodys_name(self, home):
        orders.a_placed_order()
        run_jobs()
        name = in_the_mailbox(home)[0].name.lower()
        assert "example" not in name and "brennwald" not in name


def test_a_cancelled_order_gets_both_its_letters(post_office):
    order = orders.a_placed_order()
    orders_services.cancel(order.id, "customer", by=orders_services.SYSTEM)
    run_jobs()
    assert [letter["Subject"] for letter in post_office.letters()] == [
        f"Your order {order.number}", f"Your order {order.number} is cancelled"
    ]
