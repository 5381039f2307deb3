"""After the receipt, everything that exists is searched for what may be left of whoever was erased."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, connections

from calla.kernel import clock
from calla.privacy import erasure, jobs, registry
from calla.privacy.erasure import searching
from calla.privacy.models import Letter, ResidueSearch
from tests.builders.orders import a_placed_order
from tests.builders.shop import policy_in_force, policy_text
from tests.privacy.test_retention import NO_TAX, again, ended, on

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]


@pytest.fixture
def order():
    policy_in_force(policy_text(*NO_TAX))
    return ended()


def erased(order):
    done = erasure.erase([order.subject_id])
    searching.search()
    found = erasure.searched(done.number)
    assert found and found.done_at
    return found


def places(found, became=None) -> dict[str, int]:
    return {one.where: one.count for one in found.found if became in (None, one.became)}


def noted(text: str, *, using: str = "default", kind: str = "text") -> str:
    """A table that nobody declared, with this in it."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"CREATE TABLE somebodys_notes (note {kind})")
        cursor.execute("INSERT INTO somebodys_notes VALUES (%s)", [text])
    return "somebodys_notes.note"


class TestInTheDatabases:
    @pytest.mark.parametrize("kept", ["id", "mark", "key", "person", "bare id"])
    @pytest.mark.parametrize("using", ["default", "keys"])
    def test_what_a_foreign_table_speaks_of_is_found(self, order, kept, using):
        said = {
            "id": str(order.pk), "mark": bytes(again(order).email_index).hex(), "key": str(order.key),
            "person": str(order.subject_id).upper(), "bare id": order.pk.hex,
        }[kept]  # fmt: skip
        where = noted(f"look at {said}, twice {said}", using=using)
        assert places(erased(order))[where] == 2

    def test_their_address_is_found_though_nobody_remembers_it(self, order):
        where = noted("wrote to Ada@Example.net and to others@example.net")
        found = erased(order)
        assert places(found, "LEFT OVER") == {where: 1} and found.left_over

    def test_the_queue_is_searched(self, order):
        letter = Letter.objects.filter(subject=order.subject_id, state="queued").first()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_jobs (task_name, queue_name, args) VALUES ('x', 'x', to_jsonb(%s::text))",
                [str(letter.id)],
            )
        assert "procrastinate_jobs.args" in places(erased(order))

    def test_a_column_without_an_index_is_searched(self, order):
        where = noted(str(order.key), kind="uuid")
        assert places(erased(order))[where] == 1

    def test_a_large_table_is_read_to_its_end(self, order, monkeypatch):
        monkeypatch.setattr(searching, "PAGES", 1)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE somebodys_notes (note text)")
            cursor.execute("INSERT INTO somebodys_notes SELECT repeat('x', 1000) FROM generate_series(1, 100)")
            for _ in range(3):
                cursor.execute("INSERT INTO somebodys_notes VALUES (%s)", [str(order.pk)])
                cursor.execute("INSERT INTO somebodys_notes SELECT repeat('x', 1000) FROM generate_series(1, 20)")
        assert places(erased(order))["somebodys_notes.note"] == 3

    def test_opaque_ids_that_may_stay_are_named(self, order):
        found = erased(order)
        assert not found.left_over and "privacy_ledgerentry.subject" in places(found)

    def test_nobody_elses_is_found(self, order):
        where = noted(str(a_placed_order(email="grace@example.net").pk) + " grace@example.net")
        assert where not in places(erased(order))

    def test_each_search_is_told_its_own(self, order):
        other = ended(a_placed_order(email="grace@example.net"))
        noted(str(other.pk))
        mine, theirs = (erasure.erase([one.subject_id]) for one in (order, other))
        searching.search()
        assert "somebodys_notes.note" not in places(erasure.searched(mine.number))
        assert "somebodys_notes.note" in places(erasure.searched(theirs.number))


class TestInFiles:
    def test_whatever_lies_in_the_home_is_searched(self, order, home):
        (home / "exports").mkdir()
        (home / "exports" / "may.csv").write_text(f"7,ADA@example.net,{'x' * 2_000_000}", encoding="utf-8")
        (home / "worker.log").write_text(f"at {order.pk}\n", encoding="utf-8")
        found = erased(order)
        assert places(found, "LEFT OVER") == {"the home, at the top": 1, "the home, exports": 1}

    def test_what_stands_across_two_pieces_is_found(self, order, home):
        (home / "big.log").write_text("x" * ((1 << 20) - 10) + str(order.pk), encoding="utf-8")
        assert places(erased(order), "LEFT OVER") == {"the home, at the top": 1}

    def test_a_letter_in_the_mailbox_goes(self, order, home):
        letter = Letter.objects.filter(subject=order.subject_id).first()
        (home / "mailbox").mkdir(exist_ok=True)
        mine, other = (home / "mailbox" / f"20200101T000000-x-{id}.eml" for id in (letter.pk, letter.about.hex[::-1]))
        for file in (mine, other):
            file.write_text("Dear customer", encoding="utf-8")
        assert places(erased(order), "removed") == {"letters in the mailbox": 1}
        assert not mine.exists() and other.exists()

    def test_an_old_letter_goes_and_the_last_one_stays(self, order, home):
        last = Letter.objects.create(subject_id=order.subject_id, kind="erasure", about=order.subject_id)
        (home / "mailbox").mkdir(exist_ok=True)
        stays, goes = (home / "mailbox" / f"20990101T000000-{name}.eml" for name in (f"erasure-{last.id}", "old"))
        for file in (stays, goes):
            file.write_text("To: ada@example.net", encoding="utf-8")
        erasure.erase([order.subject_id], last_letter=last.id)
        searching.search()
        assert stays.exists() and not goes.exists()

    def test_a_folder_that_an_app_names_is_searched(self, order, tmp_path, monkeypatch):
        monkeypatch.setattr(registry, "_lying", dict(registry._lying))
        registry.lies_in("labels for parcels", lambda: [tmp_path], stays="the carrier has it too")
        (tmp_path / "label.txt").write_text("for ada@example.net", encoding="utf-8")
        assert places(erased(order), "the carrier has it too") == {"labels for parcels": 1}

    def test_what_is_older_than_they_are_is_not_read(self, order, home):
        import os

        file = home / "old.log"
        file.write_text("ada@example.net", encoding="utf-8")
        os.utime(file, (1, 1))
        assert not erased(order).left_over


class TestTheRecord:
    def test_is_owed_under_the_number_of_the_receipt(self, order):
        done = erasure.erase([order.subject_id])
        owed = ResidueSearch.objects.get()
        assert owed.number == done.number and str(done.number) == erasure.receipt_of(done)["number"]
        assert owed.done_at is None and order.pk in owed.ids

    def test_forgets_what_was_looked_for(self, order):
        erased(order)
        done = ResidueSearch.objects.get()
        assert done.ids == [] and done.marks == [] and done.found

    def test_killed_half_way_the_next_one_makes_it(self, order, monkeypatch):
        done = erasure.erase([order.subject_id])
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(searching, "_settle", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
            searching.search()
        searching.search()
        assert erasure.searched(done.number).done_at

    def test_nothing_is_owed_where_nothing_went(self):
        erasure.erase([a_placed_order().subject_id])
        assert not ResidueSearch.objects.exists()

    @pytest.mark.parametrize("days", [0, 30])
    def test_what_was_owed_first_is_searched_for_the_night_it_ends(self, days):
        policy_in_force(policy_text(*NO_TAX))
        order = a_placed_order()
        erasure.erase([order.subject_id])
        with time_machine.travel(clock.now() + timedelta(days=days)):
            ended(order)
            jobs.end_what_has_had_its_time()
        assert {order.pk, order.key, order.subject_id} <= set(ResidueSearch.objects.get().ids)

    def test_what_the_law_held_is_searched_for_the_night_it_lets_go(self):
        order = ended()
        erasure.erase([order.subject_id])
        searching.search()
        with on(date(order.ended_on.year + 11, 1, 1)):
            jobs.end_what_has_had_its_time()
        owed = ResidueSearch.objects.get(done_at=None)
        assert {order.pk, order.accounting.key, order.subject_id} <= set(owed.ids)

    def test_a_night_on_which_nothing_ends_owes_no_search(self):
        order = ended()
        erasure.erase([order.subject_id])
        searching.search()
        jobs.end_what_has_had_its_time()
        assert not ResidueSearch.objects.filter(done_at=None).exists()

    def test_the_operator_is_told(self, order, capsys):
        call_command("residue_searches")
        assert "No search has found anything" in capsys.readouterr().out
        noted("ada@example.net")
        number = erasure.erase([order.subject_id]).number
        call_command("residue_searches", str(number))
        assert "still to be made" in capsys.readouterr().out
        searching.search()
        call_command("residue_searches")
        assert "somebodys_notes.note: 1, LEFT OVER" in capsys.readouterr().out
