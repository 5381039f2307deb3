"""What has had its time ends by itself: keys are destroyed on the due day, and only what the law holds stays."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from calla.customers import services as customers
from calla.customers.models import Account
from calla.customers.types import Role
from calla.kernel import clock
from calla.orders import services as order_services
from calla.orders.models import Accounting, Fulfilment, Order, OrderLine
from calla.payments.models import Payment, Refund
from calla.policy.retention import keep_until
from calla.privacy import dooming, jobs, keys, registry, retention, versions
from calla.privacy.errors import KeyGone, NotGranted
from calla.privacy.keystore.models import DataKey
from calla.privacy.models import DoomedKey, LedgerEntry, Letter, Subject
from calla.privacy.types import SYSTEM
from tests.builders.orders import a_draft, a_placed_order
from tests.builders.shop import policy_in_force, policy_text
from tests.support.people import somebody

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
NO_TAX = (
    ("""Only the law makes us hold
something longer: {hold.tax.reads}, for the tax office alone, {hold.tax.keep}. """, ""),
    ('hold.tax.of = "orders"\n', ""),
    ('hold.tax.law = "AO §147, UStG §14b"\n', ""), ('hold.tax.reads = ["name", "billing_address", "purchases"]\n', ""),
    ('hold.tax.keep = "10 years after the end of the year of order.ended"\n', ""),
)  # fmt: skip


def ended(order=None) -> Order:
    """An order that was sent, delivered, paid, and ended today."""
    order = order or a_placed_order()
    order_services.pack(order.id, by=SYSTEM)
    order_services.ship(order.id, carrier="Kranich Parcel", tracking_number="K1", by=SYSTEM)
    order_services.deliver(order.id, by=SYSTEM)
    order_services.complete(order.id)
    paid = Payment.objects.create(
        order=order, subject_id=order.subject_id, attempt=1, provider="test", reference=f"pay_{order.id.hex[:8]}",
        currency="EUR", amount_minor=100, expires_at=clock.now(),
    )  # fmt: skip
    Refund.objects.create(payment=paid, subject_id=order.subject_id, amount_minor=10, actor="system")
    return again(order)


def again(order) -> Order:
    return Order.objects.select_related("subject", "accounting", "accounting__subject").get(pk=order.pk)


def due(order) -> date:
    found = keep_until(versions.current(), "orders", order.life())
    assert found
    return found


def on(day: date):
    return time_machine.travel(f"{day.isoformat()}T12:00:00+00:00")


def lasts(key) -> bool:
    return DataKey.objects.filter(pk=key).exists()


class TestAnOrderWhoseTimeIsOver:
    @pytest.fixture
    def order(self):
        return ended()

    def test_stays_whole_on_the_last_day(self, order):
        with on(due(order) - timedelta(days=1)):
            assert not retention.run().keys
            assert again(order).details.open("orders").name == "Ada Brennwald"

    def test_loses_its_key_on_the_due_day_and_the_ledger_says_so(self, order):
        with on(due(order)):
            report = retention.run()
            left = again(order)
        assert report.held == {"orders.Order": 1} and not report.over and report.keys == 1
        assert not lasts(order.key) and lasts(order.accounting.key)
        [line] = LedgerEntry.objects.filter(kind="key_destroyed")
        assert line.subject == order.subject_id and line.what == "orders.order: its time is over"
        assert bytes(left.__dict__["details"]) == b""
        assert bytes(left.email_index) == b"" and left.country == ""
        assert Fulfilment.objects.get(order=order).tracking_number == ""
        with pytest.raises(KeyGone):
            keys.raw(order.key)

    def test_what_the_books_need_is_read_by_the_tax_office_alone_until_its_own_day(self, order):
        with on(due(order)):
            retention.run()
            accounting = again(order).accounting
            assert accounting.details.open("tax").billing_address.city == "Bremen"
            with pytest.raises(NotGranted):
                accounting.details.open("orders")
        last = date(order.ended_on.year + 10, 12, 31)
        with on(last):
            assert not retention.run().keys
            assert again(order).accounting.details.open("tax").purchases
            assert OrderLine.objects.filter(order=order).exists() and Payment.objects.filter(order=order).exists()

    def test_is_gone_whole_with_its_person_when_the_law_lets_go(self, order):
        with on(due(order)):
            retention.run()
        with on(date(order.ended_on.year + 11, 1, 1)):
            report = retention.run()
        assert report.over == {"orders.Order": 1} and report.keys == 1 and report.people == 1
        for model in (Order, Accounting, OrderLine, Fulfilment, Payment, Refund, Letter):
            assert not model.objects.exists(), model
        assert not Subject.objects.filter(pk=order.subject_id).exists()
        assert not lasts(order.key) and not lasts(order.accounting.key) and not DoomedKey.objects.exists()

    def test_without_a_hold_it_is_gone_whole_at_once(self, order):
        policy_in_force(policy_text(*NO_TAX))
        with on(due(order)):
            report = retention.run()
        assert report.over == {"orders.Order": 1} and report.keys == 2 and report.people == 1
        assert not Order.objects.exists() and not lasts(order.accounting.key)

    def test_run_twice_it_changes_nothing_more(self, order):
        with on(due(order)):
            retention.run()
            before = LedgerEntry.objects.count()
            report = retention.run()
        assert not report.keys and not report.held and LedgerEntry.objects.count() == before

    def test_only_counted_it_stays_as_it_is(self, order):
        report = retention.run(due(order), change=False)
        assert report.held == {"orders.Order": 1}
        assert lasts(order.key) and again(order).details.open("orders").email

    def test_the_person_is_bound_by_what_they_used(self, order):
        """Looser terms reach nobody who has not used the shop since."""
        first = due(order)
        policy_in_force(policy_text(("24 months after order.ended", "60 months after order.ended")))
        with on(first):
            assert retention.run().held == {"orders.Order": 1}

    def test_stricter_terms_reach_everybody_at_once(self, order):
        policy_in_force(policy_text(("24 months after order.ended", "3 months after order.ended")))
        with on(order.ended_on + timedelta(days=100)):
            assert retention.run().held == {"orders.Order": 1}


class TestWhatHasNoEndYet:
    def test_a_draft_and_an_order_under_way_are_left_alone(self):
        a_draft()
        order = a_placed_order()
        with on(clock.today() + timedelta(days=9000)):
            assert retention.run().keys == 0
        assert lasts(order.key) and lasts(order.accounting.key)

    def test_what_no_sentence_grants_is_counted_and_left(self, monkeypatch):
        order = ended()
        table = next(table for table in registry.things() if table.model is Order)
        stray = registry.Declared(Order, "newsletter", table.columns, table.ends)
        monkeypatch.setitem(registry._tables, "orders.Order", stray)
        with on(due(order)):
            report = retention.run()
        assert report.unsaid["orders.Order"] == 1 and not report.keys and lasts(order.key)


class TestAnAccountThatWasClosed:
    def test_goes_with_its_person_thirty_days_later(self):
        somebody(Role.OWNER)
        leaver = somebody()
        customers.close(leaver.id)
        with on(clock.today() + timedelta(days=29)):
            assert not retention.run().over
        with on(clock.today() + timedelta(days=30)):
            assert retention.run().over == {"customers.Account": 1}
        assert not Account.objects.filter(pk=leaver.pk).exists() and not lasts(leaver.key)
        assert not Subject.objects.filter(pk=leaver.subject_id).exists()
        assert Account.objects.filter(closed_on=None).exists()


class TestARunThatIsLarge:
    def test_goes_in_batches_and_ends_everything(self, monkeypatch):
        monkeypatch.setattr(retention, "AT_ONCE", 2)
        orders = [ended() for _ in range(5)]
        told = []
        with on(due(orders[0])):
            report = retention.run(tell=lambda so_far: told.append(so_far.held["orders.Order"]))
        assert report.held == {"orders.Order": 5} and not any(lasts(order.key) for order in orders)
        assert told[:3] == [2, 4, 5]

    def test_killed_between_rows_and_keys_the_next_run_destroys_them(self, monkeypatch):
        order = ended()
        monkeypatch.setattr(dooming, "carry_out", lambda: None)
        with on(due(order)):
            retention.run()
            assert lasts(order.key) and DoomedKey.objects.filter(key=order.key).exists()
            monkeypatch.undo()
            retention.run()
        assert not lasts(order.key) and not DoomedKey.objects.exists()
        assert LedgerEntry.objects.filter(kind="key_destroyed").count() == 1

    def test_a_batch_that_fails_leaves_nothing_half_done(self, monkeypatch):
        policy_in_force(policy_text(*NO_TAX))
        order = ended()

        def broken(subjects):
            raise RuntimeError

        monkeypatch.setattr(retention, "forget_people", broken)
        with on(due(order)), pytest.raises(RuntimeError):
            retention.run()
        assert lasts(order.key) and not DoomedKey.objects.exists()
        assert not LedgerEntry.objects.filter(kind="key_destroyed").exists()
        assert again(order).details.open("orders").name


class TestTheCommandAndTheJob:
    def test_it_reports_as_data(self, capsys):
        order = ended()
        call_command("run_retention", "--at", due(order).isoformat(), "--json")
        said = json.loads(capsys.readouterr().out)
        assert said["held"] == {"orders.Order": 1} and said["keys"] == 1 and said["at"] == due(order).isoformat()
        assert said["changed"] and not lasts(order.key)

    def test_it_reports_in_words(self, capsys):
        order = ended()
        call_command("run_retention", "--at", due(order).isoformat(), "--dry-run")
        assert capsys.readouterr().out == "1 orders.Order: would end but for what the law holds\n"
        call_command("run_retention")
        assert "Nothing has had its time." in capsys.readouterr().out
        assert lasts(order.key)

    def test_a_day_that_is_none_is_refused(self):
        with pytest.raises(CommandError, match="2027-12-31"):
            call_command("run_retention", "--at", "soon")

    def test_the_nightly_job_does_it(self):
        order = ended()
        with on(due(order)):
            jobs.end_what_has_had_its_time()
        assert not lasts(order.key)


class TestReadingAndEndingAgree:
    def test_a_category_with_a_shorter_time_is_not_read_after_it(self):
        policy_in_force(policy_text((
            "[R2]", '[R1a]\nrule = "An address for letters is gone {limit.email.keep}."\n'
            'limit.email.keep = "30 days after order.ended"\n\n[R2]',
        )))  # fmt: skip
        order = ended()
        with on(order.ended_on + timedelta(days=29)):
            assert order.details.open("orders").email
        with on(order.ended_on + timedelta(days=30)):
            opened = order.details.open("orders")
            assert opened.name
            with pytest.raises(NotGranted):
                assert opened.email

    @pytest.mark.parametrize("days", [-1, 0, 1])
    def test_on_every_day_around_the_end(self, days):
        order = ended()
        with on(due(order) + timedelta(days=days)):
            stage = retention.stage(order, "orders", clock.today())
            if days < 0:
                assert stage is retention.Stage.KEPT and order.details.open("orders").name
            else:
                assert stage is retention.Stage.HELD
                with pytest.raises(NotGranted):
                    order.details.open("orders")
