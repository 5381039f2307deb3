"""A letter between the shop and the mail server: refused for good or for now, claimed while it is sent, given up."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, connections, transaction

from calla.kernel import clock
from calla.privacy import carrying, mail
from calla.privacy.models import LedgerEntry, Letter
from tests.builders import orders
from tests.support.jobs import queued, run_jobs
from tests.support.mail_server import mail_server

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]


@pytest.fixture
def post_office(settings):
    with mail_server() as server:
        settings.MAIL_SERVER = server.settings
        yield server


@pytest.fixture
def owed(post_office):
    return orders.a_placed_order


def letter():
    return Letter.objects.get(kind="order_confirmation")


def tried_again(post_office):
    """As its job would be, when it is."""
    with pytest.raises(Exception, match=r"\d\d\d"):
        mail.post(letter().id)
    return letter()


class TestRefusedForGood:
    @pytest.mark.parametrize(("command", "said", "reason"), [
        ("RCPT", "550 5.1.1 <ada@example.net>: no such user", "undeliverable"),
        ("RCPT", "553 5.1.3 bad address", "undeliverable"),
        ("DATA", "554 5.7.1 refused by policy", "unwanted"),
        ("DATA", "552 5.3.4 too big", "unwanted"),
    ])
    def test_it_is_refused_once_with_its_reason_and_not_tried_again(self, owed, post_office, command, said, reason):
        owed()
        post_office.says[command] = said
        run_jobs()
        assert (letter().state, letter().reason) == ("refused", reason)
        assert letter().digest is None and letter().sent_at is None
        post_office.says.clear()
        mail.post(letter().id)
        assert not post_office.taken and not queued()
        assert not LedgerEntry.objects.filter(kind="letter").exists()

    def test_nothing_of_what_the_mail_server_said_is_kept(self, owed, post_office):
        owed()
        post_office.says["RCPT"] = "550 5.1.1 <ada@example.net>: Ada has left"
        run_jobs()
        with connection.cursor() as cursor:
            cursor.execute("SELECT l::text FROM privacy_letter l UNION SELECT j::text FROM procrastinate_jobs j")
            kept = str(cursor.fetchall()).lower()
        assert "5.1.1" not in kept and "has left" not in kept and "example.net" not in kept

    def test_nothing_is_owed_to_them_any_more(self, owed, post_office):
        order = owed()
        assert mail.owes(order.subject_id)
        post_office.says["RCPT"] = "550 no"
        run_jobs()
        assert not mail.owes(order.subject_id)


class TestRefusedForNow:
    @pytest.mark.parametrize(("command", "said"), [
        ("RCPT", "450 4.2.1 mailbox busy"), ("RCPT", "530 5.7.0 sign in first"), ("DATA", "451 4.3.0 try again"),
        ("MAIL", "550 5.7.1 who are you"), ("MAIL", "452 4.3.1 full"),
    ])  # fmt: skip
    def test_it_is_kept_and_goes_out_later(self, owed, post_office, command, said):
        owed()
        post_office.says[command] = said
        kept = tried_again(post_office)
        assert (kept.state, kept.reason, kept.tries, kept.claimed_at) == ("queued", "", 1, None)
        post_office.says.clear()
        mail.post(letter().id)
        assert letter().state == "sent" and len(post_office.taken) == 1

    def test_it_is_given_up_after_two_days_of_trying(self, owed, post_office):
        owed()
        post_office.says["RCPT"] = "450 busy"
        for tries in range(1, mail.MOST_TRIES):
            assert (tried_again(post_office).state, letter().tries) == ("queued", tries)
        last = tried_again(post_office)
        assert (last.state, last.reason) == ("refused", "no_answer")
        post_office.says.clear()
        mail.post(letter().id)
        assert not post_office.taken


class TestClaimed:
    def claimed(self, ago):
        Letter.objects.update(state="sending", claimed_at=clock.now() - ago, tries=1)

    def test_what_somebody_sends_just_now_is_left_to_them(self, owed, post_office):
        order = owed()
        self.claimed(timedelta(seconds=5))
        with pytest.raises(mail.OnItsWay):
            mail.post(letter().id)
        assert not post_office.taken and letter().state == "sending" and mail.owes(order.subject_id)

    def test_what_was_left_behind_goes_out_once_more(self, owed, post_office):
        owed()
        self.claimed(mail.CLAIM + timedelta(seconds=1))
        mail.post(letter().id)
        assert letter().state == "sent" and len(post_office.taken) == 1

    def test_a_letter_that_kills_whoever_sends_it_is_given_up(self, owed, post_office):
        owed()
        Letter.objects.update(state="sending", claimed_at=clock.now() - mail.CLAIM * 2, tries=mail.MOST_TRIES)
        mail.post(letter().id)
        assert (letter().state, letter().reason) == ("refused", "no_answer") and not post_office.taken

    def test_who_lost_the_claim_notes_nothing(self, owed, post_office, monkeypatch):
        owed()
        deliver = carrying.deliver

        def too_slow(message, one):
            deliver(message, one)
            with time_machine.travel(clock.now() + mail.CLAIM * 2):
                Letter.objects.update(claimed_at=clock.now())

        monkeypatch.setattr(carrying, "deliver", too_slow)
        mail.post(letter().id)
        assert letter().state == "sending" and not LedgerEntry.objects.filter(kind="letter").exists()


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
class TestNothingIsLocked:
    def test_while_the_mail_server_is_spoken_to(self, owed, post_office):
        """Somebody else may lock the letter's row and its person's, at once."""
        owed()
        post_office.waits_at = "RCPT"
        sending = threading.Thread(target=self.send, args=[letter().id])
        sending.start()
        while not post_office.waiting:
            sending.join(0.05)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM privacy_letter, privacy_subject FOR UPDATE NOWAIT")
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
                           " AND datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
            assert cursor.fetchone() == (0,)
        post_office.waits_at = ""
        sending.join()
        assert letter().state == "sent"

    def send(self, number):
        try:
            mail.post(number)
        finally:
            connections.close_all()
