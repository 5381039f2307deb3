"""Letters that must be written: each with a reason the policy knows, to one person, or to a crowd for a recall."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from calla.kernel import clock
from calla.orders import selectors, services, writing
from calla.orders.errors import NobodyBought, NoSuchOrder
from calla.orders.models import Note, Recall
from calla.policy import Refused, Write, decide
from calla.policy.actions import ANYBODY
from calla.privacy import mail, retention, versions
from calla.privacy.errors import LetterRefused
from calla.privacy.keystore.models import DataKey
from calla.privacy.models import LedgerEntry, Letter, Subject
from calla.privacy.types import Actor
from tests.builders import orders
from tests.builders.shop import a_variant, policy_in_force, policy_text
from tests.support.jobs import queued, run_jobs
from tests.support.mail_server import mail_server

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
BOSS = Actor("staff", uuid4())
TEXT = "Dear Ada,\n\nthe hem came loose in our hands. May we send another?\n\nCala, <b>Calladream</b>"


@pytest.fixture
def post_office(settings):
    with mail_server() as server:
        settings.MAIL_SERVER = server.settings
        yield server


def nothing_was_written():
    return not Note.objects.exists() and not Letter.objects.filter(kind__in=["order_note", "recall"]).exists()


class TestOneLetter:
    def test_it_reaches_the_buyer_with_its_reason_as_text(self, post_office):
        order = orders.a_placed_order()
        services.write(order.id, "order_problem", TEXT)
        run_jobs()
        letter = next(one for one in post_office.letters() if one["Subject"] == f"About your order {order.number}")
        assert letter["To"] == "ada@example.net"
        for part in ("plain", "html"):
            said = letter.get_body((part,)).get_content()
            assert "the hem came loose" in said and "a problem with your order" in said
        assert "&lt;b&gt;Calladream" in letter.get_body(("html",)).get_content()

    def test_its_reason_is_on_record_for_the_person(self):
        order = orders.a_placed_order()
        services.write(order.id, "order_problem", TEXT)
        run_jobs()
        newest = mail.written_to(order.subject_id)[0]
        assert (newest.kind, newest.reason, newest.people, newest.sent) == ("order_note", "order_problem", 1, True)
        assert LedgerEntry.objects.filter(subject=order.subject_id, what="order_note: order_problem").exists()

    @pytest.mark.parametrize("reason", ["", "summer_sale", "order_problem2"])
    def test_without_a_reason_the_policy_knows_nothing_is_written(self, reason):
        order, keys = orders.a_placed_order(), DataKey.objects.count()
        with pytest.raises(LetterRefused, match="reason"):
            services.write(order.id, reason, TEXT)
        assert nothing_was_written() and DataKey.objects.count() == keys

    @pytest.mark.parametrize("text", ["Please send us your password.", "Confirm your card number, please.", "<form>"])
    def test_one_that_asks_for_something_private_is_refused(self, text):
        order = orders.a_placed_order()
        with pytest.raises(LetterRefused):
            services.write(order.id, "order_problem", text)
        assert nothing_was_written()

    def test_a_card_number_in_it_is_masked_and_kept_nowhere(self):
        order = orders.a_placed_order()
        note = services.write(order.id, "order_problem", "You told us 4242 4242 4242 4242 by telephone.")
        assert note.details.open("contact").text == "You told us •••• 4242 by telephone."

    def test_a_policy_without_the_sentence_lets_nobody_write(self):
        order = orders.a_placed_order()
        policy_in_force(policy_text(('[S8]\nunder = "S5"\n', '[S8]\nunder = "S5"\nstate = "planned"\n')))
        with pytest.raises(LetterRefused):
            services.write(order.id, "order_problem", TEXT)
        assert nothing_was_written()

    def test_a_draft_gets_none(self):
        with pytest.raises(NoSuchOrder):
            services.write(orders.a_draft().id, "order_problem", TEXT)

    def test_its_text_and_its_record_are_gone_when_their_time_is_over(self):
        order = orders.a_placed_order()
        note = services.write(order.id, "order_problem", TEXT)
        run_jobs()
        before, after = clock.today() + timedelta(days=360), clock.today() + timedelta(days=366)
        retention.run(before)
        assert Note.objects.exists() and Letter.objects.count() == 2
        with time_machine.travel(after):
            versions.forget()
            retention.run(after)
            assert not Note.objects.exists() and not Letter.objects.exists()
            assert not DataKey.objects.filter(pk=note.key).exists() and DataKey.objects.filter(pk=order.key).exists()

    def test_one_that_waits_is_kept(self):
        order = orders.a_placed_order()
        retention.run(clock.today() + timedelta(days=400))
        assert Letter.objects.filter(subject=order.subject_id, state="queued").exists()


class TestACrowd:
    @pytest.mark.parametrize("reason", ["order_problem", "account_safety", "release_told"])
    def test_is_written_to_for_no_reason_but_those_of_the_policy(self, reason):
        few, many = (decide(versions.current(), ANYBODY, Write("order_note", reason, people)) for people in (20, 21))
        assert few and isinstance(many, Refused) and "21 people" in many.why

    def test_a_letter_decided_for_one_is_no_letter_to_many(self):
        subject = Subject.objects.create(version_used=1)
        with pytest.raises(LetterRefused, match="21 people"):
            mail.send("order_note", subject=subject.id, about=uuid4(), reason="order_problem", people=21)
        assert not Letter.objects.exists()


class TestARecall:
    @pytest.fixture
    def dress(self):
        return a_variant(on_hand=100)

    def buyers(self, dress, count):
        return [orders.a_placed_order(orders.a_line(dress), email=f"buyer{n}@example.net") for n in range(count)]

    def test_everybody_who_bought_it_gets_one_letter_and_nobody_else(self, dress, post_office):
        self.buyers(dress, 25)
        orders.a_placed_order(orders.a_line(dress), email="buyer3@example.net")  # bought it twice
        orders.a_placed_order(email="other@example.net")
        orders.a_draft(orders.a_line(dress), email="dreamer@example.net")
        services.recall(dress.product.handle, "Stop wearing it.", by=BOSS)
        run_jobs()
        reached = [one["To"] for one in post_office.letters() if "Recall" in one["Subject"]]
        assert sorted(reached) == sorted(f"buyer{n}@example.net" for n in range(25))
        assert {one.people for one in Letter.objects.filter(kind="recall")} == {25}

    def test_killed_in_between_it_goes_on_and_writes_to_nobody_twice(self, dress, post_office, monkeypatch):
        self.buyers(dress, 7)
        begun = services.recall(dress.product.handle, "Stop wearing it.", by=BOSS)
        monkeypatch.setattr(writing, "BATCH", 3)
        writing._write_some(begun.id)
        sending, killed = mail.send, []

        def dies(*args, **more):
            if len(killed) == 1:
                raise KeyboardInterrupt
            killed.append(1)
            return sending(*args, **more)

        monkeypatch.setattr(mail, "send", dies)
        with pytest.raises(KeyboardInterrupt):
            writing.write_recall(begun.id)
        assert Letter.objects.filter(kind="recall").count() == 3  # the batch that died left nothing
        monkeypatch.setattr(mail, "send", sending)
        for _ in range(2):
            writing.write_recall(begun.id)
        run_jobs()
        reached = [one["To"] for one in post_office.letters() if "Recall" in one["Subject"]]
        assert len(reached) == len(set(reached)) == 7

    def test_its_progress_can_be_seen(self, dress):
        self.buyers(dress, 3)
        services.recall(dress.product.handle, "Stop wearing it.", by=BOSS)
        assert (selectors.recalls()[0].people, selectors.recalls()[0].written) == (3, 0)
        run_jobs()
        assert (selectors.recalls()[0].people, selectors.recalls()[0].written) == (3, 3)

    def test_whoever_buys_it_afterwards_is_not_written_to(self, dress):
        self.buyers(dress, 1)
        services.recall(dress.product.handle, "Stop wearing it.", by=BOSS)
        orders.a_placed_order(orders.a_line(dress), email="later@example.net")
        run_jobs()
        assert Letter.objects.filter(kind="recall").count() == 1

    def test_whom_an_older_version_binds_that_knows_no_recall_gets_none_and_it_shows(self, dress):
        policy_in_force(policy_text(('[S8]\nunder = "S5"\n', '[S8]\nunder = "S5"\nstate = "planned"\n')))
        self.buyers(dress, 2)
        policy_in_force()
        services.recall(dress.product.handle, "Stop wearing it.", by=BOSS)
        run_jobs()
        assert not Letter.objects.filter(kind="recall").exists()
        assert (selectors.recalls()[0].written, selectors.recalls()[0].unreached) == (0, 2)

    def test_a_policy_that_names_no_crowd_writes_to_none(self, dress):
        self.buyers(dress, 21)
        policy_in_force(policy_text(('contact.bulk_reasons = ["recall", ', "contact.bulk_reasons = [")))
        with pytest.raises(LetterRefused, match="21 people"):
            services.recall(dress.product.handle, "Stop wearing it.", by=BOSS)
        assert nothing_was_written() and not Recall.objects.exists()
        assert "orders.writing.write_recall" not in [name for name, _ in queued()]

    def test_of_what_nobody_bought_there_is_none(self, dress):
        with pytest.raises(NobodyBought):
            services.recall(dress.product.handle, "Stop wearing it.", by=BOSS)
