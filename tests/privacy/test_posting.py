"""Nothing is posted but by the plan that was seen, and the plan says for how many people each change is one."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command

from calla.kernel import clock
from calla.orders.models import Order
from calla.privacy import posting, reach, retention, services, versions
from calla.privacy.models import PolicyVersion, Subject
from tests.builders.orders import a_draft, a_placed_order
from tests.builders.shop import policy_in_force, policy_text, post

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
KEEP = "purpose.orders.keep"
SHORTER = policy_text(("24 months after order.ended", "12 months after order.ended"))
LONGER = policy_text(("24 months after order.ended", "36 months after order.ended"))
NO_LONGER_COUNTED = policy_text(('["sealed_per_person", "openings_counted"]', '["sealed_per_person"]'))


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "policy.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def versions_there() -> int:
    return PolicyVersion.objects.count()


def touched(text: str, path: str = KEEP) -> reach.Touched:
    return posting.propose(text).reach().touched[path]


def orders_that_end(text: str) -> reach.Ends:
    (found,) = (one for one in posting.propose(text).reach().ends if one.table == "orders.Order")
    return found


def ended(days_ago: int) -> Order:
    order = a_placed_order()
    day = clock.today() - timedelta(days=days_ago)
    Order.objects.filter(pk=order.pk).update(ended_on=day, placed_at=clock.now() - timedelta(days=days_ago + 9))
    return order


class TestOnlyByThePlanThatWasSeen:
    def test_another_file_than_the_one_seen_is_refused(self):
        seen = posting.propose(SHORTER).digest
        with pytest.raises(posting.StalePlan):
            posting.post(LONGER, seen=seen)
        assert versions_there() == 1

    def test_a_plan_that_another_version_overtook_is_refused(self):
        seen = posting.propose(SHORTER).digest
        post(LONGER)
        with pytest.raises(posting.StalePlan):
            posting.post(SHORTER, seen=seen)
        assert versions_there() == 2

    def test_the_same_file_after_another_version_needs_a_plan_of_its_own(self):
        """Back and forth: between the same two texts, but of other numbers."""
        seen = posting.propose(SHORTER).digest
        post(SHORTER)
        post(policy_text())
        with pytest.raises(posting.StalePlan):
            posting.post(SHORTER, seen=seen)


class TestTheCommand:
    def test_with_nobody_to_ask_it_posts_nothing_but_shows_the_plan(self, file, capsys):
        with pytest.raises(CommandError, match="--yes"):
            call_command("post_policy", file(SHORTER))
        said = capsys.readouterr().out
        assert "Tightened" in said and "24 months after order.ended → 12 months after order.ended" in said
        assert "Posting changes dates" in said and versions_there() == 1

    def test_plan_only_posts_nothing_and_names_the_plan(self, file, capsys):
        call_command("post_policy", file(SHORTER), "--plan-only", "--json")
        plan = json.loads(capsys.readouterr().out)["plan"]
        assert versions_there() == 1 and (plan["version"], plan["loosens"]) == (2, False)
        call_command("post_policy", file(SHORTER), "--plan", plan["digest"])
        assert versions_there() == 2

    def test_a_plan_seen_earlier_is_refused_once_it_is_stale(self, file):
        seen = posting.propose(SHORTER).digest
        post(LONGER)
        with pytest.raises(CommandError, match="not the plan that was seen"):
            call_command("post_policy", file(SHORTER), "--plan", seen)
        assert versions_there() == 2

    @pytest.mark.parametrize("text, answer, count", [
        (SHORTER, "yes", 2), (SHORTER, "", 1), (SHORTER, "no", 1),
        (LONGER, "yes", 1), (LONGER, "y", 1), (LONGER, "looser", 2),
    ])  # fmt: skip
    def test_at_a_terminal_it_asks_and_a_loosening_has_to_be_typed(self, file, monkeypatch, text, answer, count):
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr("builtins.input", lambda prompt: answer)
        try:
            call_command("post_policy", file(text))
        except CommandError as refused:
            assert str(refused) == "Nothing was posted."
        assert versions_there() == count

    def test_a_claim_that_left_the_file_is_told_apart(self, file, capsys):
        call_command("post_policy", file(NO_LONGER_COUNTED), "--plan-only")
        given_up = capsys.readouterr().out.split("No longer promised")[1]
        assert "each opening of personal data is counted" in given_up


class TestForHowManyPeople:
    def test_a_tightening_reaches_all_who_have_something_there_at_once(self):
        for _ in range(3):
            a_draft()
        services.new_subject()  # of whom the shop holds no order
        assert touched(SHORTER) == reach.Touched(now=3)

    def test_a_loosening_reaches_them_from_their_next_use_by_the_version_they_last_used(self):
        a_draft()
        policy_in_force(LONGER)
        policy_in_force(policy_text())
        a_draft()
        assert touched(LONGER) == reach.Touched(now=0, from_use={1: 1, 3: 1})

    def test_whoever_is_bound_by_something_stricter_already_is_not_counted(self):
        away = a_draft()
        policy_in_force(SHORTER)
        policy_in_force(LONGER)
        back = a_draft()
        assert away.subject.version_used == 1 and back.subject.version_used == 3
        assert touched(policy_text()).now == 1  # 36 → 24 months: the one who was away has 12 anyway

    def test_a_change_for_one_country_reaches_the_people_there(self):
        for country in ("DE", "DE", "FR"):
            order = a_draft()
            Subject.objects.filter(pk=order.subject_id).update(country=country)
        in_germany = f'in.DE.{KEEP} = "6 months after order.ended"\n'
        text = policy_text(
            (f'{KEEP} = "24', f'{in_germany}{KEEP} = "24'),
            ("{purpose.orders.keep}.", "{purpose.orders.keep}, in Germany {in.DE.purpose.orders.keep}."),
        )  # fmt: skip
        assert touched(text, f"in.DE.{KEEP}").now == 2

    def test_what_concerns_the_shop_as_a_whole_reaches_everybody_it_knows(self):
        a_draft()
        services.new_subject()
        longer = policy_text(('cookie.cart.life = "30 days"', 'cookie.cart.life = "60 days"'))
        assert touched(longer, "cookie.cart.life").now == 2

    def test_a_claim_given_up_leaves_each_with_their_next_use(self):
        a_draft()
        assert touched(NO_LONGER_COUNTED, "openings_counted") == reach.Touched(0, {1: 1})


class TestWhatWouldEnd:
    def test_it_is_counted_on_each_side(self):
        for days_ago in (30, 400, 500):
            ended(days_ago)
        found = orders_that_end(SHORTER)
        assert (found.things, found.at_once, found.sooner, found.later) == (3, 2, 1, 0)

    def test_and_the_next_run_ends_just_those(self):
        for days_ago in (30, 400, 500):
            ended(days_ago)
        counted = orders_that_end(SHORTER).at_once
        policy_in_force(SHORTER)
        report = retention.run(change=False)
        assert report.held["orders.Order"] + report.over["orders.Order"] == counted

    def test_a_loosening_keeps_longer_and_only_from_the_next_use(self):
        for days_ago in (30, 400):
            ended(days_ago)
        found = orders_that_end(LONGER)
        assert (found.at_once, found.sooner, found.later) == (0, 0, 2)

    def test_a_change_of_something_else_looks_at_nothing(self):
        longer = policy_text(('cookie.cart.life = "30 days"', 'cookie.cart.life = "60 days"'))
        assert posting.propose(longer).reach().ends == ()

    def test_of_very_many_some_are_drawn_and_it_is_said(self, monkeypatch, file, capsys):
        for days_ago in (400, 401, 402, 403):
            ended(days_ago)
        monkeypatch.setattr(reach, "MOST_THINGS", 2)
        found = orders_that_end(SHORTER)
        assert (found.things, found.looked_at, found.of_all(found.at_once)) == (4, 2, 4)
        call_command("post_policy", file(SHORTER), "--plan-only")
        assert "of 4, 4 end with the next nightly run (reckoned from 2 drawn by chance)" in capsys.readouterr().out

    def test_ten_thousand_orders_take_a_few_seconds(self):
        """Rows as they would lie there; their sealed parts are never looked at."""
        today, count = clock.today(), 10_000
        people = Subject.objects.bulk_create([Subject(version_used=1, country="DE") for _ in range(count)], 5000)
        Order.objects.bulk_create([
            _bare(person, today - timedelta(days=number % 800)) for number, person in enumerate(people)
        ], 5000)  # fmt: skip
        began = time.monotonic()
        found = orders_that_end(SHORTER)
        assert time.monotonic() - began < reach.MOST_SECONDS
        assert found.things == count and found.at_once > 0


def _bare(person: Subject, day) -> Order:
    order = Order(
        subject=person, key=uuid4(), token_digest=uuid4().bytes * 2, cart_digest=uuid4().bytes * 2,
        email_index=uuid4().bytes * 2, country="DE", currency="EUR", subtotal_minor=1, shipping_minor=0, tax_minor=0,
        total_minor=1, shipping_method="Parcel", days_min=1, days_max=2, held_until=clock.now(), ended_on=day,
    )  # fmt: skip
    order.__dict__["details"] = b"sealed"
    return order


def test_the_switch_waits_for_its_moment_all_the_same():
    with time_machine.travel(clock.now(), tick=False) as now:
        version = post(SHORTER)
        assert versions.number() == 1
        now.move_to(version.effective_at)
        assert versions.number() == 2
