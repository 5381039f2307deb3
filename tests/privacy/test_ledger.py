"""The ledger: entries come with their deed, are chained afterwards, and a changed past shows."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction

from calla.privacy import ledger
from calla.privacy.models import LedgerEntry
from tests.builders import orders

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
OPENED = LedgerEntry.Kind.OPENED


def entries(number):
    for at in range(number):
        ledger.record(OPENED, purpose="orders", what=f"thing {at}")


def test_an_entry_goes_with_a_deed_that_is_undone():
    with transaction.atomic():
        entries(1)
        transaction.set_rollback(True)
    assert not LedgerEntry.objects.exists()


class TestTheChain:
    def test_each_entry_follows_from_the_one_before(self):
        entries(5)
        assert ledger.chain() == 5
        assert list(LedgerEntry.objects.order_by("pk").values_list("position", flat=True)) == [1, 2, 3, 4, 5]
        assert ledger.broken_at() is None

    def test_later_ones_are_hung_on(self):
        entries(2)
        ledger.chain()
        first = {row.pk: bytes(row.chain) for row in LedgerEntry.objects.all()}
        entries(3)
        assert ledger.chain() == 3
        assert {row.pk: bytes(row.chain) for row in LedgerEntry.objects.filter(position__lte=2)} == first
        assert ledger.broken_at() is None

    def test_nothing_new_is_nothing_to_do(self):
        entries(1)
        ledger.chain()
        assert ledger.chain() == 0

    @pytest.mark.parametrize("column, value", [
        ("at", "2020-01-01T00:00:00+00:00"), ("kind", "letter"), ("subject", "7f1d3c1e-0000-4000-8000-000000000001"),
        ("actor", "staff"), ("actor_subject", "7f1d3c1e-0000-4000-8000-000000000001"), ("purpose", "tax"),
        ("what", "thing 9"), ("recipient", "Somebody"),
    ])  # fmt: skip
    def test_a_changed_column_shows(self, column, value):
        entries(5)
        ledger.chain()
        LedgerEntry.objects.filter(position=3).update(**{column: value})
        assert ledger.broken_at() == 3

    @pytest.mark.parametrize("position", [1, 3])
    def test_a_removed_line_shows(self, position):
        entries(5)
        ledger.chain()
        LedgerEntry.objects.filter(position=position).delete()
        assert ledger.broken_at() == position

    def test_a_removed_line_shows_also_when_the_others_move_up(self):
        entries(4)
        ledger.chain()
        LedgerEntry.objects.filter(position=2).delete()
        for position in (3, 4):
            LedgerEntry.objects.filter(position=position).update(position=position - 1)
        assert ledger.broken_at() == 2

    def test_a_gap_in_the_numbers_shows(self):
        entries(3)
        ledger.chain()
        LedgerEntry.objects.filter(position=3).update(position=4)
        assert ledger.broken_at() == 3

    def test_two_lines_that_change_places_show(self):
        entries(3)
        ledger.chain()
        LedgerEntry.objects.filter(position=1).update(position=9)
        LedgerEntry.objects.filter(position=2).update(position=1)
        LedgerEntry.objects.filter(position=9).update(position=2)
        assert ledger.broken_at() == 1

    def test_a_line_slipped_in_shows(self):
        entries(2)
        ledger.chain()
        ledger.record(OPENED, what="slipped in")
        LedgerEntry.objects.filter(position=None).update(position=3, chain=bytes(32))
        assert ledger.broken_at() == 3


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
class TestALateCommit:
    def test_an_entry_that_commits_late_comes_last_and_breaks_nothing(self):
        """Numbers are drawn before the commit: one with a low number may turn up after the chain has passed it."""
        late = connections.create_connection("default")
        try:
            late.set_autocommit(False)
            with late.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO privacy_ledgerentry (at, kind, actor, purpose, what, recipient) "
                    "VALUES (now(), 'opened', 'system', '', 'late', '')"
                )
            entries(2)
            assert ledger.chain() == 2
            late.commit()
        finally:
            late.close()
        assert ledger.chain() == 1
        assert LedgerEntry.objects.get(what="late").position == 3
        assert LedgerEntry.objects.get(what="late").pk < LedgerEntry.objects.get(what="thing 0").pk
        assert ledger.broken_at() is None

    def test_many_who_chain_at_once_make_one_chain(self):
        together, failed = threading.Barrier(4), []

        def write_and_chain():
            try:
                for _ in range(5):
                    together.wait(10)
                    entries(3)
                    ledger.chain()
            except Exception as error:
                failed.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=write_and_chain) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ledger.chain()
        assert not failed and ledger.broken_at() is None
        assert LedgerEntry.objects.exclude(position=None).count() == 60


@pytest.mark.usefixtures("shop")
def test_it_holds_ids_and_closed_words_and_no_value():
    order = orders.a_placed_order()
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger::text FROM privacy_ledgerentry ledger")
        said = " ".join(row[0] for row in cursor)
    assert said and str(order.key) not in said
    for value in ("Ada", "Brennwald", "example.net", "Lindenweg", "28195"):
        assert value not in said
