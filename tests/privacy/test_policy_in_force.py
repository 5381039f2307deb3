"""Which policy is in force: posted whole or not at all, switched by the clock, one for each request."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from calla.kernel import clock
from calla.policy import Person, PolicyErrors
from calla.privacy import posting, services, versions
from calla.privacy.errors import PolicyMissing
from calla.privacy.middleware import OnePolicy
from calla.privacy.models import LedgerEntry, PolicyVersion, Subject
from tests.builders.shop import policy_in_force, policy_text, post

pytestmark = pytest.mark.django_db
KEEP = "purpose.orders.keep"
TIGHTER = policy_text(("24 months after order.ended", "12 months after order.ended"))
LOOSER = policy_text(("24 months after order.ended", "36 months after order.ended"))


@pytest.fixture(autouse=True)
def fresh():
    versions.forget()
    yield
    versions.forget()


@pytest.fixture
def first():
    policy_in_force()
    return PolicyVersion.objects.get()


def kept():
    return str(versions.current().value(KEEP))


class TestPosting:
    def test_the_first_one_is_in_force_at_once(self):
        version = post(policy_text())
        assert (version.number, versions.number()) == (1, 1)
        assert LedgerEntry.objects.get(kind="policy_posted").what == "version 1"

    def test_without_any_the_shop_may_do_nothing(self):
        with pytest.raises(PolicyMissing):
            versions.current()

    def test_a_next_one_is_stored_with_what_changes(self, first):
        version = post(TIGHTER)
        assert (version.number, version.source) == (2, TIGHTER)
        assert ("tightened", "S5a", KEEP) in {(c["kind"], c["sentence"], c["path"]) for c in version.changes}
        assert PolicyVersion.objects.get(number=1).source == first.source

    @pytest.mark.parametrize("broken", [
        "", "[policy", policy_text(("24 months after order.ended", "24 moons after order.ended")),
        policy_text(("purpose.orders.reads", "purpose.ordres.reads")),
        policy_text(("{purpose.orders.keep}", "24 months")),
    ], ids=["empty", "not TOML", "no such unit", "no such purpose", "a number in prose"])  # fmt: skip
    def test_a_broken_one_leaves_the_running_one_in_force(self, first, broken):
        with pytest.raises(PolicyErrors):
            post(broken)
        with time_machine.travel(clock.now() + timedelta(minutes=1)):
            assert versions.number() == 1 and kept() == "24 months after order.ended"
        assert PolicyVersion.objects.count() == 1

    def test_the_same_again_is_no_version(self, first):
        with pytest.raises(posting.Unchanged):
            post(first.source)
        assert PolicyVersion.objects.count() == 1

    def test_an_older_one_can_be_posted_again(self, first):
        post(TIGHTER)
        assert post(first.source).number == 3


class TestTheSwitch:
    def test_it_comes_by_the_clock_and_not_before(self, first):
        with time_machine.travel(clock.now(), tick=False) as now:
            version = post(TIGHTER)
            assert version.effective_at > clock.now() and versions.number() == 1
            now.move_to(version.effective_at - timedelta(milliseconds=1))
            assert versions.number() == 1
            now.move_to(version.effective_at)
            assert versions.number() == 2 and kept() == "12 months after order.ended"

    def test_a_process_that_holds_the_old_one_switches_without_being_told(self, first, monkeypatch):
        """Another process posted: here nothing is forgotten, the next look finds it."""
        assert versions.number() == 1
        monkeypatch.setattr(versions, "forget", lambda: None)
        version = post(TIGHTER)
        monkeypatch.setattr(versions, "_looked_at", -1e9)
        assert versions.number() == 1
        with time_machine.travel(version.effective_at):
            assert versions.number() == 2

    def test_it_is_known_before_it_is_due(self):
        """A process looks more often than posting looks ahead."""
        assert versions.AHEAD.total_seconds() >= 2 * versions.LOOK_AGAIN_SECONDS
        assert versions.AHEAD.total_seconds() >= 2 * versions.KNOWN_SECONDS

    def test_what_is_known_without_asking_switches_by_the_clock_too(self, first, django_assert_num_queries):
        with time_machine.travel(clock.now(), tick=False) as now:
            version = post(TIGHTER)
            versions.number()
            with django_assert_num_queries(0):
                assert versions.number_known() == 1
                now.move_to(version.effective_at)
                assert versions.number_known() == 2

    def test_nothing_is_known_where_nobody_has_looked_for_a_while(self, first, monkeypatch, django_assert_num_queries):
        versions.number()
        with django_assert_num_queries(0):
            monkeypatch.setattr(versions, "_looked_at", time.monotonic() - versions.KNOWN_SECONDS + 0.5)
            assert versions.number_known() == 1
            monkeypatch.setattr(versions, "_looked_at", time.monotonic() - versions.KNOWN_SECONDS)
            assert versions.number_known() is None

    def test_asking_again_asks_no_database(self, first, django_assert_num_queries):
        versions.current()
        with django_assert_num_queries(0):
            for _ in range(100):
                versions.current()


class TestARequest:
    def test_lives_under_one_version_from_first_to_last(self, first):
        seen = []

        def view(request):
            seen.append(versions.number())
            policy_in_force(TIGHTER)
            seen.append(versions.number())
            return HttpResponse(kept())

        answer = OnePolicy(view)(RequestFactory().get("/"))
        assert seen == [1, 1] and answer.content == b"24 months after order.ended"
        assert versions.number() == 2

    def test_a_part_of_it_that_holds_a_version_of_its_own_holds_the_same(self, first):
        def view(request):
            policy_in_force(TIGHTER)
            with versions.pinned() as held:
                return HttpResponse(f"{held.number}: {kept()}")

        assert OnePolicy(view)(RequestFactory().get("/")).content == b"1: 24 months after order.ended"

    def test_an_error_in_it_pins_nothing_for_the_next(self, first):
        def view(request):
            raise RuntimeError

        with pytest.raises(RuntimeError):
            OnePolicy(view)(RequestFactory().get("/"))
        policy_in_force(TIGHTER)
        assert versions.number() == 2


class TestWhoIsBound:
    def binding(self, person):
        return str(versions.binding(Person(used=person.version_used)).value(KEEP))

    def test_a_stricter_version_binds_somebody_who_was_away(self, first):
        away = services.new_subject()
        policy_in_force(TIGHTER)
        assert self.binding(away) == "12 months after order.ended"

    def test_a_looser_one_does_not_until_they_use_the_shop(self, first):
        away = services.new_subject()
        policy_in_force(LOOSER)
        assert self.binding(away) == "24 months after order.ended"
        services.used_the_shop(away.id)
        assert self.binding(Subject.objects.get(pk=away.pk)) == "36 months after order.ended"

    def test_the_strictest_of_all_between_holds(self, first):
        away = services.new_subject()
        policy_in_force(TIGHTER)
        policy_in_force(LOOSER)
        assert self.binding(away) == "12 months after order.ended"

    def test_a_newcomer_meets_the_version_in_force(self, first):
        policy_in_force(LOOSER)
        assert services.new_subject().version_used == 2


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
def test_of_two_who_post_at_once_one_is_told_to_look_again():
    policy_in_force()
    plans = {text: posting.propose(text).digest for text in (TIGHTER, LOOSER)}
    failed = []

    def send(text):
        try:
            posting.post(text, seen=plans[text])
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[text]) for text in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(error) for error in failed] == [posting.StalePlan]
    assert list(PolicyVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


class TestAVersionOfAnOlderRelease:
    """Its words may be gone from this one: the shop opens all the same, and keeps what it still can."""

    OLD = policy_text(
        ('"billing_address", "delivery_address", "purchases"]\nclaims',
         '"billing_address", "delivery_address", "purchases", "fax"]\nclaims'),
        ("{choices.ask_again}", "{choices.asked_again}"), ("choices.ask_again =", "choices.asked_again ="),
    )  # fmt: skip

    @pytest.fixture
    def old(self):
        return PolicyVersion.objects.create(number=1, source=self.OLD, digest="old", effective_at=clock.now())

    def test_is_loaded_without_them(self, old):
        assert "fax" not in versions.current().collects("order") and "email" in versions.current().collects("order")
        assert versions.current().get("choices.ask_again") is None

    def test_the_next_one_is_compared_with_it_and_follows_it(self, old):
        version = post(policy_text())
        assert version.number == 2
        assert {change["path"] for change in version.changes if change["path"]} == {"choices.ask_again"}

    def test_but_no_such_words_can_be_posted(self):
        with pytest.raises(PolicyErrors, match="fax"):
            post(self.OLD)
        assert not PolicyVersion.objects.exists()
