"""Keys live apart, are wrapped anew each night, and die with what they locked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connections

from calla.kernel import clock
from calla.orders import services as order_services
from calla.orders.models import Order
from calla.privacy import jobs, keys, roots, rotation
from calla.privacy.errors import KeyGone, KeysUnavailable
from calla.privacy.keystore.models import DataKey, Root
from calla.privacy.models import DoomedKey, LedgerEntry, Subject
from tests.builders import orders
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "own_roots")]


class TestRewrapping:
    def test_every_live_key_opens_under_the_new_root_and_the_old_one_is_gone(self):
        order = orders.a_draft()
        old = Root.objects.get(state="current").number
        leftover = bytes(DataKey.objects.get(pk=order.key).wrapped)
        raw = keys.raw(order.key)
        rotation.rewrap()
        keys.forget_opened()
        assert keys.raw(order.key) == raw
        assert not roots.path(old).exists() and Root.objects.get(pk=old).state == "destroyed"
        with pytest.raises(KeysUnavailable):
            keys.unwrap(old, order.key, leftover)
        assert LedgerEntry.objects.filter(kind="root_destroyed").exists()

    def test_one_that_was_killed_half_way_is_finished_by_the_next(self, monkeypatch):
        order = orders.a_draft()
        monkeypatch.setattr(rotation, "_wrap_some", lambda new, after: [])
        rotation.rewrap()
        assert Root.objects.filter(state="retiring").exists()
        monkeypatch.undo()
        rotation.rewrap()
        assert not Root.objects.filter(state="retiring").exists()
        keys.forget_opened()
        assert order.details.open("orders").name

    def test_a_key_made_right_after_it_lies_under_the_new_root(self):
        """The process that makes it saw the old root a moment ago."""
        keys.make()
        rotation.rewrap()
        made = keys.make()
        assert DataKey.objects.get(pk=made).root.state == Root.State.CURRENT
        keys.forget_opened()
        assert len(keys.raw(made)) == 32

    def test_a_key_made_while_it_takes_place_is_not_left_under_the_old_root(self, monkeypatch):
        """Whoever saw the new root come and the old one not yet destroyed."""
        keys.make()
        monkeypatch.setattr(rotation, "_destroy_retired", lambda: None)
        rotation.rewrap()
        assert DataKey.objects.get(pk=keys.make()).root.state == Root.State.CURRENT

    def test_a_root_that_still_wraps_a_key_is_never_destroyed(self, monkeypatch):
        orders.a_draft()
        old = Root.objects.get(state="current").number
        monkeypatch.setattr(rotation, "_wrap_some", lambda new, after: [])
        rotation.rewrap()
        assert roots.path(old).exists()


class TestForgettingADraft:
    def test_rows_person_and_keys_go(self):
        order = orders.a_draft()
        doomed = [order.key, order.accounting.key]
        order_services.forget_draft(order.id)
        run_jobs()
        assert not Order.objects.exists() and not Subject.objects.exists() and not DoomedKey.objects.exists()
        assert not DataKey.objects.filter(pk__in=doomed).exists()
        with pytest.raises(KeyGone):
            keys.raw(doomed[0])

    def test_a_placed_order_is_not_forgotten(self):
        order = orders.a_placed_order()
        assert order_services.forget_draft(order.id) is False
        assert order.details.open("orders").name


class TestTheDisk:
    """Nothing is waited for twice: the commit of a row writes its key with it, where both lie on one server."""

    def waits(self):
        """Whether the transaction that has made a key will wait; here it is that of the whole test."""
        with connections["keys"].cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = on")
            made = keys.make()
            cursor.execute("SHOW synchronous_commit")
            assert DataKey.objects.filter(pk=made).exists()
            return cursor.fetchone() == ("on",)

    def test_is_waited_for_once_where_the_rows_lie_on_the_same_server(self):
        assert not self.waits()

    def test_is_waited_for_where_they_lie_on_another(self, monkeypatch):
        monkeypatch.setattr(keys, "_rows_server", lambda: clock.now())
        assert self.waits()

    def test_the_server_is_asked_once_for_each_connection(self):
        keys.make()
        kept = list(keys._started.items())
        keys.make()
        assert list(keys._started.items()) == kept and connections["default"].connection in keys._started


def test_the_sweeper_takes_keys_that_found_no_row_and_no_other():
    order = orders.a_draft()
    orphan, young = keys.make(), keys.make()
    DataKey.objects.filter(pk__in=[orphan, order.key, order.accounting.key]).update(
        made_at=clock.now() - timedelta(hours=2)
    )
    assert jobs.sweep_orphans() == 1
    assert set(DataKey.objects.values_list("pk", flat=True)) >= {order.key, order.accounting.key, young}


class TestTheRootFile:
    @pytest.fixture
    def order(self):
        order = orders.a_draft()
        keys.forget_opened()
        roots.forget()
        yield order
        roots.forget()

    def test_open_to_others_it_is_refused(self, order):
        file = roots.path(Root.objects.get(state="current").number)
        file.chmod(0o644)
        try:
            with pytest.raises(KeysUnavailable) as refusal:
                order.details.open("orders")
            assert "chmod 600" in refusal.value.why
        finally:
            file.chmod(0o600)

    def test_cut_short_it_is_refused(self, order):
        file = roots.path(Root.objects.get(state="current").number)
        whole = file.read_bytes()
        file.write_bytes(whole[:7])
        try:
            with pytest.raises(KeysUnavailable):
                order.details.open("orders")
        finally:
            file.write_bytes(whole)
