"""How long: the worked examples K1 to K14."""

import pytest

from calla.policy import ANYBODY, PolicyErrors
from calla.policy.actions import Collect, Keep
from calla.policy.decide import decide
from calla.policy.retention import keep_until
from calla.policy.schema import look_up
from calla.policy.spans import NEVER_KEPT, parse_keep
from calla.policy.terms import verdict
from tests.policy.small import PROGRAM, a_policy, day, days, orders


def due(keep: str, *more: str, country: str | None = None, **events: str):
    return keep_until(a_policy(*orders(keep), *more), "orders", days(**events), country)


def test_K1_months_after_the_end():
    assert due("24 months after order.ended", order_ended="2026-01-31") == day("2028-01-31")


def test_K2_a_month_ends_with_its_last_day():
    assert due("1 month after letter.sent", letter_sent="2026-01-31") == day("2026-02-28")


def test_K3_also_in_a_leap_year():
    assert due("1 month after letter.sent", letter_sent="2028-01-31") == day("2028-02-29")


def test_K4_years_from_the_end_of_the_year():
    keep = "10 years after the end of the year of order.ended"
    assert due(keep, order_ended="2026-03-05") == day("2036-12-31")


def test_K5_no_day_yet_while_it_runs():
    policy = a_policy(*orders())
    assert keep_until(policy, "orders", days(order_placed="2026-01-01")) is None
    assert decide(policy, ANYBODY, Keep("orders", days(order_placed="2026-01-01"), day("2099-01-01")))


SHORT = "until parcel.delivered, at the latest 90 days after order.placed"


def test_K6_the_earliest_clause_wins():
    assert due(SHORT, order_placed="2026-05-01", parcel_delivered="2026-05-06") == day("2026-05-06")


def test_K7_the_latest_day_holds_when_the_event_never_comes():
    assert due(SHORT, order_placed="2026-05-01") == day("2026-07-30")


@pytest.mark.parametrize("keep", ["until parcel.delivered", "30 days after parcel.delivered"])
def test_K8_what_might_never_end_is_refused(keep):
    with pytest.raises(PolicyErrors, match="might never come to an end: add a latest day"):
        a_policy(*orders(keep))


def test_K9_a_limit_on_everything_shortens_it():
    limit = 'limit.all.keep = "12 months after order.placed"'
    events = {"order_placed": "2026-01-10", "order_ended": "2026-01-31"}
    assert due("24 months after order.ended", limit, **events) == day("2027-01-10")


@pytest.mark.parametrize(("country", "expected"), [("DE", "2029-01-31"), ("FR", "2028-01-31"), (None, "2028-01-31")])
def test_K10_another_term_in_one_country(country, expected):
    longer = 'in.DE.purpose.orders.keep = "36 months after order.ended"'
    assert due("24 months after order.ended", longer, country=country, order_ended="2026-01-31") == day(expected)


def test_K11_not_at_all_is_never_stored():
    policy = a_policy(*orders("not at all"), 'limit.card_number.keep = "not at all"', 'collect.order = ["name"]')
    assert keep_until(policy, "orders", {}) == NEVER_KEPT
    assert not decide(policy, ANYBODY, Keep("orders", {}, day("2026-01-01")))
    assert not decide(policy, ANYBODY, Collect("order", "card_number"))


def test_K12_on_the_due_day_reading_stops_even_if_the_job_is_late():
    asked = Keep("orders", days(order_ended="2026-01-31"), day("2028-01-31"))
    assert not decide(a_policy(*orders()), ANYBODY, asked)


def test_K13_the_day_before_it_can_be_read():
    asked = Keep("orders", days(order_ended="2026-01-31"), day("2028-01-30"))
    assert decide(a_policy(*orders()), ANYBODY, asked)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("24 months after order.ended", "2 years after order.ended", "same"),
        ("30 days after order.ended", "1 month after order.ended", "unclear"),
        ("90 days after order.ended", "30 days after order.ended", "tightened"),
        ("90 days after order.ended", "1 month after order.ended", "tightened"),
        ("12 months after order.placed", "12 months after order.ended", "loosened"),
        ("until enquiry.closed", "30 days after enquiry.closed", "loosened"),
        ("not at all", "1 day after order.ended", "loosened"),
        ("30 days after order.ended", "30 days after the end of the year of order.ended", "loosened"),
        ("12 months after order.ended", "24 months after letter.sent", "unclear"),
        (
            "30 days after order.ended",
            "30 days after order.ended, at the latest 90 days after order.placed",
            "tightened",
        ),
    ],
)
def test_K14_comparing(old, new, expected):
    term = look_up("purpose.orders.keep", PROGRAM).term
    assert verdict(term, parse_keep(old), parse_keep(new), PROGRAM) == expected
