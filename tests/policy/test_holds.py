"""What the law keeps after a purpose has ended: the worked examples H1 to H12."""

import pytest

from calla.policy import Person, PolicyErrors
from calla.policy.retention import keep_until, readable_under
from calla.policy.versions import Versions
from tests.policy.small import NEWSLETTER, TAX, a_policy, day, days, orders

ALL = {"name", "email", "billing_address", "purchases"}
HELD = {"name", "billing_address", "purchases"}
ENDED = days(order_ended="2026-03-05")
DISPUTE = (
    'hold.dispute.of = "orders"',
    'hold.dispute.law = "BGB"',
    'hold.dispute.reads = ["name", "purchases"]',
    'hold.dispute.since = "dispute.opened"',
    'hold.dispute.keep = "until dispute.closed"',
)


def on(today: str, *terms: str, country=None, events=ENDED):
    return readable_under(a_policy(*orders(), *(terms or TAX)), events, day(today), country)


def test_H1_while_the_purpose_runs_it_alone_reads():
    assert on("2027-01-01") == {"orders": ALL}


def test_H2_after_it_only_the_hold():
    assert on("2028-03-04") == {"orders": ALL}
    assert on("2028-03-05") == {"tax": HELD}


def test_H3_through_the_last_day_of_the_hold():
    assert on("2036-12-31") == {"tax": HELD}
    assert on("2037-01-01") == {}


def test_H4_erasure_leaves_only_the_hold():
    erased = ENDED | days(person_erased="2026-06-01")
    assert on("2026-05-31", events=erased) == {"orders": ALL}
    assert on("2026-06-01", events=erased) == {"tax": HELD}


def test_H5_a_shorter_hold_adds_nothing():
    shorter = (*TAX[:3], 'hold.tax.keep = "12 months after order.ended"')
    assert on("2027-03-06", *shorter) == {"orders": ALL}
    assert on("2028-03-05", *shorter) == {}


def test_H6_a_hold_of_one_country():
    german = tuple(f"in.DE.{term}" for term in TAX)
    assert on("2028-03-05", *german, country="DE") == {"tax": HELD}
    assert on("2028-03-05", *german, country="FR") == {}
    assert on("2028-03-05", *german) == {}


def test_H7_two_holds_each_with_its_fields():
    safety = (
        'hold.safety.of = "orders"', 'hold.safety.law = "GPSR"',
        'hold.safety.reads = ["email", "purchases"]', 'hold.safety.keep = "6 years after order.ended"',
    )  # fmt: skip
    assert on("2030-01-01", *TAX, *safety) == {"tax": HELD, "safety": {"email", "purchases"}}
    assert on("2034-01-01", *TAX, *safety) == {"tax": HELD}


def test_H8_the_law_binds_everybody_at_once():
    longer = (*TAX[:3], 'hold.tax.keep = "12 years after the end of the year of order.ended"')
    versions = Versions([a_policy(*orders(), *TAX), a_policy(*orders(), *longer)])
    binding = versions.binding(Person(used=1))
    assert readable_under(binding, ENDED, day("2038-12-31")) == {"tax": HELD}
    assert readable_under(binding, ENDED, day("2039-01-01")) == {}


def test_H9_a_dispute_holds_until_it_is_closed():
    opened = ENDED | days(dispute_opened="2028-03-04")
    closed = opened | days(dispute_closed="2029-01-01")
    assert on("2035-01-01", *DISPUTE, events=opened) == {"dispute": {"name", "purchases"}}
    assert on("2029-01-01", *DISPUTE, events=closed) == {"dispute": {"name", "purchases"}}
    assert on("2029-01-02", *DISPUTE, events=closed) == {}


@pytest.mark.parametrize("opened", ["2028-03-05", "2028-03-06"])
def test_H10_a_dispute_that_comes_too_late_holds_nothing(opened):
    late = ENDED | days(dispute_opened=opened)
    assert on("2028-03-06", *DISPUTE, events=late) == {}


def test_H11_a_withdrawn_consent_leaves_nothing():
    policy = a_policy(*orders(), *TAX, *NEWSLETTER)
    left = days(newsletter_withdrawn="2026-06-01")
    assert readable_under(policy, left, day("2026-05-31")) == {"newsletter": {"email"}}
    assert readable_under(policy, left, day("2026-06-01")) == {}
    with pytest.raises(PolicyErrors, match="a withdrawn consent leaves nothing"):
        a_policy(*NEWSLETTER, 'hold.tax.of = "newsletter"', *TAX[1:])


def test_H12_erasure_waits_for_the_order_that_runs():
    erased = days(person_erased="2026-03-02")
    assert on("2026-03-04", events=erased | days(order_placed="2026-03-01")) == {}
    assert on("2026-03-04", events=erased | ENDED) == {"orders": ALL}
    assert on("2026-03-05", events=erased | ENDED) == {"tax": HELD}


def test_a_new_hold_brings_nothing_back():
    policy = a_policy(*orders(), *TAX)
    for in_force, expected in (("2028-03-05", {"tax": HELD}), ("2028-03-06", {})):
        read = readable_under(policy, ENDED, day("2028-03-07"), in_force={"tax": day(in_force)})
        assert read == expected


class TestErasure:
    CUSTOMS = (
        'purpose.customs.basis = "legal_obligation"',
        'purpose.customs.reads = ["name"]',
        'purpose.customs.keep = "until parcel.delivered, at the latest 90 days after order.placed"',
    )
    ERASED = days(order_placed="2026-05-01", person_erased="2026-05-03")

    def test_it_waits_for_the_end_of_what_is_owed_and_no_longer_than_the_latest_day(self):
        policy = a_policy(*self.CUSTOMS)
        assert keep_until(policy, "customs", self.ERASED) == day("2026-07-30")
        assert keep_until(policy, "customs", self.ERASED | days(parcel_delivered="2026-05-06")) == day("2026-05-06")

    def test_an_order_under_way_is_served_whatever_its_time_is_counted_from(self):
        policy = a_policy(*orders("24 months after order.placed"))
        assert keep_until(policy, "orders", self.ERASED) == day("2028-05-01")
        assert keep_until(policy, "orders", self.ERASED | days(order_ended="2026-05-09")) == day("2026-05-09")
        assert keep_until(policy, "orders", self.ERASED | days(order_ended="2026-05-02")) == day("2026-05-03")

    @pytest.mark.parametrize("basis", ["consent", "opt_out"])
    def test_nothing_that_rests_on_a_wish_waits(self, basis):
        policy = a_policy(f'purpose.newsletter.basis = "{basis}"', *NEWSLETTER[1:])
        assert keep_until(policy, "newsletter", days(person_erased="2026-05-03")) == day("2026-05-03")

    def test_what_is_never_stored_stays_so(self):
        assert (
            readable_under(a_policy(*orders("not at all")), self.ERASED, day("2026-05-01"), purposes=["orders"]) == {}
        )


def test_a_use_that_may_read_nothing_has_not_ended_for_that():
    """Two versions that share no field leave a sleeping person's order unread: the hold begins on its day all the same,
    and not before."""
    first = a_policy(*orders(), 'limit.orders.reads = ["name"]')
    second = a_policy(
        'purpose.orders.basis = "contract"', 'purpose.orders.reads = ["email", "phone"]',
        'purpose.orders.keep = "1 year after order.placed"', *TAX,
    )  # fmt: skip
    bound, life = Versions([first, second]).binding(Person(used=1)), days(order_placed="2026-01-29")
    assert bound.reads("orders") == frozenset()
    assert readable_under(bound, life, day("2027-01-28")) == {}
