"""Whoever wants everything erased is forgotten at once, but for what is owed to them and what the law holds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from calla.kernel import clock
from calla.kernel.tokens import digest, new_token
from calla.orders import services as order_services
from calla.orders.models import Accounting, Order
from calla.privacy import carrying, consents, dooming, erasure, jobs, keys, people, retention
from calla.privacy.erasure import erasing, residues
from calla.privacy.errors import NotGranted
from calla.privacy.keystore.models import DataKey, Erased
from calla.privacy.models import Answer, DoomedKey, LedgerEntry, Letter, Session, Subject
from calla.privacy.types import SYSTEM
from tests.builders.orders import a_placed_order
from tests.builders.shop import policy_in_force, policy_text
from tests.privacy.test_retention import NO_TAX, again, ended, lasts, on

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]


@pytest.fixture
def order():
    return ended()


def whose(order) -> list:
    return [order.subject_id]


class TestThePlan:
    def test_says_what_goes_what_the_law_holds_until_when_and_what_is_nobodys(self, order):
        planned = erasure.plan(whose(order))
        assert {part.what: part.count for part in planned.gone} == {"order": 1, "note of a letter": 2}
        assert {"your e-mail address", "your delivery address"} <= set(planned.gone[0].fields)
        [kept] = planned.kept
        assert (kept.law, kept.until) == ("AO §147, UStG §14b", date(order.ended_on.year + 10, 12, 31))
        assert set(kept.fields) == {"your name", "your billing address", "what you buy"} and not planned.first
        assert any("stock" in stays for stays in planned.anonymous)

    def test_an_order_under_way_comes_first(self):
        planned = erasure.plan(whose(a_placed_order()))
        assert [part.what for part in planned.first] == ["order"]
        assert not planned.gone and not planned.kept

    def test_changes_nothing(self, order):
        erasure.plan(whose(order))
        assert again(order).details.open("orders").name and Subject.objects.get(pk=order.subject_id).erased_on is None

    def test_is_what_then_happens(self, order):
        planned = erasure.plan(whose(order))
        done = erasure.erase(whose(order))
        assert done.plan == planned and done.keys == 1
        again_planned = erasure.plan(whose(order))
        assert again_planned.kept == planned.kept and not again_planned.gone

    def test_of_nobody_is_empty(self):
        assert not erasure.plan([]) and not erasure.erase([]).keys


class TestAnOrderThatHasEnded:
    def test_only_the_tax_office_reads_it_from_that_day(self, order):
        erasure.erase(whose(order))
        left = again(order)
        assert not lasts(order.key) and left.email_index == b"" and left.__dict__["details"] == b""
        assert left.accounting.details.open("tax").billing_address.city == "Bremen"
        with pytest.raises(NotGranted):
            left.accounting.details.open("orders")

    def test_without_a_hold_nothing_at_all_is_left_of_the_person(self, order):
        policy_in_force(policy_text(*NO_TAX))
        done = erasure.erase(whose(order))
        assert done.people == 1 and done.keys == 2
        assert not Order.objects.exists() and not Accounting.objects.exists()
        assert not Subject.objects.exists() and not Letter.objects.exists() and not DataKey.objects.exists()
        kinds = LedgerEntry.objects.filter(subject=order.subject_id).values_list("kind", flat=True)
        assert {"erased", "key_destroyed"} <= set(kinds)

    def test_goes_when_the_law_lets_go(self, order):
        erasure.erase(whose(order))
        with on(date(order.ended_on.year + 11, 1, 1)):
            retention.run()
        assert not Order.objects.exists() and not Subject.objects.exists() and not lasts(order.accounting.key)

    def test_somebody_elses_stays_as_it_is(self, order):
        other = ended()
        erasure.erase(whose(order))
        assert again(other).details.open("orders").email and lasts(other.key)


class TestAnOrderUnderWay:
    def test_is_served_and_gone_the_night_it_ends(self):
        order = a_placed_order()
        erasure.erase(whose(order))
        assert again(order).details.open("orders.carrier").delivery_address.city == "Bremen"
        assert Letter.objects.filter(subject=order.subject_id, state="queued").exists()
        order = ended(order)
        with pytest.raises(NotGranted):
            order.details.open("orders")
        jobs.end_what_has_had_its_time()
        assert not lasts(order.key) and lasts(order.accounting.key)


class TestEveryStep:
    """Killed anywhere, and run again, it ends the same."""

    @pytest.fixture
    def dies(self, monkeypatch):
        def at(module, name):
            def killed(*args, **kwargs):
                raise KeyboardInterrupt

            monkeypatch.setattr(module, name, killed)

        yield at

    @pytest.mark.parametrize(
        ("module", "name"),
        [(consents, "end_all"), (erasing, "_write_lines"), (retention, "_end"), (retention, "_strip"),
         (dooming, "note"), (dooming, "carry_out"), (keys, "destroy"), (retention, "forget_people"),
         (residues, "clear_away")],
    )  # fmt: skip
    def test_killed_there_the_next_one_ends_it(self, order, dies, module, name, monkeypatch):
        dies(module, name)
        with pytest.raises(KeyboardInterrupt):
            erasure.erase(whose(order))
        monkeypatch.undo()
        erasure.erase(whose(order))
        self.it_is_done(order)

    @pytest.mark.parametrize("name", ["_write_lines", "_end"])
    def test_killed_once_it_is_noted_the_night_ends_it(self, order, dies, name, monkeypatch):
        dies(erasing, name)
        with pytest.raises(KeyboardInterrupt):
            erasure.erase(whose(order))
        with pytest.raises(NotGranted):  # from the first moment
            again(order).details.open("orders")
        monkeypatch.undo()
        jobs.end_what_has_had_its_time()
        self.it_is_done(order)

    def it_is_done(self, order):
        assert not lasts(order.key) and lasts(order.accounting.key) and not DoomedKey.objects.exists()
        assert not Letter.objects.exists() and Erased.objects.get().subject == order.subject_id
        assert LedgerEntry.objects.filter(kind="erased").count() == 1
        assert again(order).accounting.details.open("tax").name


class TestWhatElseThereIs:
    def test_sign_ins_end(self, order):
        Session.objects.create(
            digest=digest(new_token()), subject_id=order.subject_id, sealed=b"x",
            expires_at=clock.now() + timedelta(hours=1),
        )  # fmt: skip
        erasure.erase(whose(order))
        assert not Session.objects.exists()

    def test_each_yes_is_taken_back(self, order):
        consents.answer(order.subject_id, "newsletter", given=True, wording="Write to me.")
        erasure.erase(whose(order))
        assert [one.given for one in consents.of(order.subject_id)] == [False, True]
        assert Subject.objects.get(pk=order.subject_id).consents == {}
        assert Answer.objects.count() == 2

    def test_nobody_is_found_by_the_address_any_more(self, order):
        assert people.people_at("ada@example.net")
        erasure.erase(whose(order))
        assert not people.people_at("ada@example.net")


class TestResidues:
    def test_nothing_is_left_but_opaque_ids_that_are_named(self, order):
        policy_in_force(policy_text(*NO_TAX))
        found = erasure.erase(whose(order)).found
        assert found and all("leads to nobody" in one.became or "still to be done" in one.became for one in found)
        assert any(one.where.startswith("privacy_ledgerentry") for one in found)

    def test_a_letter_in_the_mailbox_is_removed_at_once(self, order, home):
        letters = list(Letter.objects.filter(subject=order.subject_id))
        for letter in (*letters, *Letter.objects.filter(subject=ended().subject_id)):
            carrying.in_mailbox(letter).parent.mkdir(exist_ok=True)
            carrying.in_mailbox(letter).write_text("Dear Ada", encoding="utf-8")
        found = erasure.erase(whose(order)).found
        assert not any(carrying.in_mailbox(letter).exists() for letter in letters) and any((home / "mailbox").iterdir())
        assert ("mailbox", len(letters), "removed") in [(one.where, one.count, one.became) for one in found]

    def test_a_row_that_was_forgotten_is_called_left_over(self, order, monkeypatch):
        policy_in_force(policy_text(*NO_TAX))
        monkeypatch.setattr(residues, "left", lambda before, after: before)
        monkeypatch.setattr(erasing, "_end", lambda here, owed: (0, 0))
        found = erasure.erase(whose(order)).found
        assert any(one.where == "orders_order.id" and one.became == "LEFT OVER" for one in found)


class TestWhoComesBack:
    """A backup of the shop's database was restored: the rows are there again, the keys are not."""

    @pytest.fixture
    def restored(self, order):
        rows = [Subject.objects.get(pk=order.subject_id), again(order)]
        kept = again(order)
        policy_in_force(policy_text(*NO_TAX))
        erasure.erase(whose(order))
        rows[0].save(force_insert=True)
        kept.save(force_insert=True)
        return kept

    def test_is_seen_and_erased_again(self, restored):
        assert set(erasure.come_back()) == {restored.subject_id}
        assert erasure.replay() == 1
        assert not Order.objects.exists() and not Subject.objects.exists() and not erasure.come_back()

    def test_is_held_to_the_day_they_asked_on(self, restored):
        with on(clock.today() + timedelta(days=3)):
            day = Erased.objects.get().on
            assert erasure.come_back() == {restored.subject_id: day} and day < clock.today()

    def test_nobody_else_does(self, order):
        a_placed_order()
        assert not erasure.come_back() and erasure.replay() == 0


def test_the_ship_goes_out_for_whoever_was_erased_meanwhile():
    order = a_placed_order()
    erasure.erase(whose(order))
    order_services.pack(order.id, by=SYSTEM)
    order_services.ship(order.id, carrier="Kranich Parcel", tracking_number="K1", by=SYSTEM)
    assert again(order).fulfilments.get().state == "shipped"
