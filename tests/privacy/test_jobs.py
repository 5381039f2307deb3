"""The queue is a table like any other: ids and closed words in it, nothing of anybody, and nothing left behind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from calla.kernel import jobs
from calla.orders.states import OrderState
from calla.privacy.models import Letter
from tests.builders import orders
from tests.support.jobs import queued, run_jobs
from tests.support.worker import work_off

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
done: list[tuple[object, ...]] = []


@jobs.job
def note(*arguments):
    done.append(arguments)


@pytest.fixture(autouse=True)
def none_done():
    done.clear()


def letters_to_send():
    """Status, attempts and arguments; what runs by the clock may have left rows of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status::text, attempts, args::text FROM procrastinate_jobs WHERE task_name = 'privacy.mail.post'"
        )
        return cursor.fetchall()


def everything_queued():
    with connection.cursor() as cursor:
        cursor.execute("SELECT j::text FROM procrastinate_jobs j UNION SELECT e::text FROM procrastinate_events e")
        return str(cursor.fetchall()).lower()


class TestArguments:
    @pytest.mark.parametrize("value", [
        "Ada Brennwald", "", str(uuid4()), b"ada", None, True, 1.5, Decimal("1"), date(2026, 1, 1), [1], (1,),
        {"id": 1}, orders.HOME, OrderState, object(),
    ], ids=lambda value: type(value).__name__)  # fmt: skip
    def test_whatever_could_be_personal_is_refused_and_not_queued(self, value):
        with pytest.raises(jobs.PersonalArgument) as refusal:
            jobs.enqueue(note, 1, value)
        assert "Brennwald" not in str(refusal.value)
        assert not queued()

    def test_ids_and_words_of_closed_lists_arrive_as_they_were(self):
        thing = uuid4()
        jobs.enqueue(note, 7, thing, OrderState.PLACED)
        run_jobs()
        assert done == [(7, thing, "placed")]
        assert isinstance(done[0][1], UUID)

    def test_no_way_leads_round_it(self):
        """Every job of the shop takes one list, which only `enqueue` fills."""
        ours = [task for task in app.tasks.values() if not task.name.startswith(("builtin:", "procrastinate."))]
        assert ours and all(task.func.__wrapped__.__module__.startswith(("calla.", "tests.")) for task in ours)


class TestTheTransaction:
    def test_a_job_of_a_deed_that_is_undone_is_undone(self):
        with transaction.atomic():
            jobs.enqueue(note, 1)
            transaction.set_rollback(True)
        assert not queued()

    def test_those_that_go_one_after_the_other_share_a_lock(self):
        thing = uuid4()
        jobs.enqueue(note, 1, alone=thing)
        with connection.cursor() as cursor:
            cursor.execute("SELECT lock FROM procrastinate_jobs")
            assert cursor.fetchall() == [(str(thing),)]


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
class TestTheWorker:
    def test_it_does_the_work_and_leaves_no_row(self, home):
        orders.a_placed_order()
        ended = work_off()
        assert ended.returncode == 0, ended.stderr
        assert Letter.objects.get().state == "sent" and len(list((home / "mailbox").glob("*.eml"))) == 1
        assert not letters_to_send()

    def test_an_empty_queue_ends_it_at_once(self):
        assert work_off().returncode == 0

    def test_what_fails_is_kept_for_later_and_told_without_its_words(self):
        """Django quotes the address in its error, which would be somebody's."""
        orders.a_placed_order(email="canary-heron@example.net\nBcc: x@example.net", name="Canary Heron")
        ended = work_off()
        [(status, attempts, arguments)] = letters_to_send()
        assert (status, attempts) == ("todo", 1)
        assert arguments == f'{{"arguments": ["{Letter.objects.get().id}"]}}'
        assert "canary" not in (ended.stdout + ended.stderr).lower() + everything_queued()

    def test_what_fails_for_good_is_told_with_its_place_and_still_without_its_words(self):
        orders.a_placed_order(email="canary-heron@example.net\nBcc: x@example.net", name="Canary Heron")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET attempts = 99")
        said = work_off().stderr
        assert letters_to_send()[0][0] == "failed"
        assert "BadHeaderError at " in said and "error procrastinate" in said
        assert "canary" not in said.lower() + everything_queued()
