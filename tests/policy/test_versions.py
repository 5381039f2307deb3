"""Which version binds whom: the worked examples P1 to P13."""

import pytest

from calla.policy import Person, decide
from calla.policy.actions import Read, Transfer, Write
from calla.policy.retention import keep_until
from calla.policy.versions import NO_USES, USES, Versions
from tests.policy.small import NEWSLETTER, a_policy, day, days, orders

NEVER = 'limit.all.transfer = "never"'
AFTER_NOTICE = 'limit.all.transfer = "after_notice"'
NOTICE = 'transfer.notice = "30 days"'
PARTNER = (
    'recipient.partner.name = "Partner"',
    'recipient.partner.purpose = "orders"',
    'recipient.partner.reads = ["email"]',
)


def kept(*months: int) -> Versions:
    return Versions([a_policy(*orders(f"{count} months after order.ended")) for count in months])


def months(versions: Versions, used: int) -> int:
    due = keep_until(versions.binding(Person(used=used)), "orders", days(order_ended="2026-01-31"))
    return (due.year - 2026) * 12 + due.month - 1


def test_P1_tightening_binds_at_once():
    assert months(kept(24, 12), used=1) == 12


def test_P2_loosening_waits():
    assert months(kept(24, 36), used=1) == 24


def test_P3_until_the_shop_is_used():
    assert months(kept(24, 36), used=2) == 36


def test_P4_a_stricter_version_in_between_counts():
    assert months(kept(24, 12, 36), used=1) == 12


def test_P5_from_the_version_used():
    assert months(kept(24, 12, 36), used=2) == 12
    assert months(kept(24, 12, 36), used=3) == 36


def passed_on(versions: Versions, used: int, noticed: str | None) -> bool:
    person = Person(used=used)
    action = Transfer("orders", "partner", day("2026-06-01"), day(noticed) if noticed else None)
    return bool(decide(versions.binding(person), person, action))


def test_P6_dropping_never_frees_only_who_came_back():
    versions = Versions([a_policy(*orders(), *PARTNER, NEVER), a_policy(*orders(), *PARTNER)])
    assert not passed_on(versions, used=1, noticed="2026-01-01")
    assert passed_on(versions, used=2, noticed="2026-01-01")


def test_P7_a_new_recipient_needs_use_and_notice():
    before, after = a_policy(*orders(), AFTER_NOTICE, NOTICE), a_policy(*orders(), AFTER_NOTICE, NOTICE, *PARTNER)
    versions = Versions([before, after])
    assert not passed_on(versions, used=1, noticed="2026-01-01")
    assert not passed_on(versions, used=2, noticed=None)
    assert not passed_on(versions, used=2, noticed="2026-05-03")
    assert passed_on(versions, used=2, noticed="2026-05-02")


def test_P8_a_question_keeps_the_answer_it_was_promised():
    versions = Versions([a_policy('contact.answer = "3 days"'), a_policy('contact.answer = "5 days"')])
    assert str(versions.binding(Person(used=1)).value("contact.answer")) == "3 days"


def test_P9_the_password_is_the_shops():
    versions = Versions([a_policy("password.length = 10"), a_policy("password.length = 8")])
    assert versions.binding(Person(used=1)).value("password.length") == 8


def test_P10_a_consent_follows_what_it_said_yes_to():
    weekly, daily = (a_policy(*NEWSLETTER, f'newsletter.at_most = "{cadence}"') for cadence in ("weekly", "daily"))
    versions = Versions([weekly, daily])
    assert versions.binding(Person(used=2, consents={"newsletter": 1})).value("newsletter.at_most") == "weekly"
    assert versions.binding(Person(used=2, consents={"newsletter": 2})).value("newsletter.at_most") == "daily"
    later = Versions([weekly, daily, weekly])
    assert later.binding(Person(used=2, consents={"newsletter": 2})).value("newsletter.at_most") == "weekly"


def test_P11_unlike_ends_both_hold():
    placed, ended = a_policy(*orders("24 months after order.placed")), a_policy(*orders("18 months after order.ended"))
    versions = Versions([placed, ended])
    quick = days(order_placed="2026-01-10", order_ended="2026-01-31")
    slow = days(order_placed="2026-01-10", order_ended="2027-01-31")
    dormant, back = versions.binding(Person(used=1)), versions.binding(Person(used=2))
    assert [keep_until(dormant, "orders", events) for events in (quick, slow)] == [day("2027-07-31"), day("2028-01-10")]
    assert [keep_until(back, "orders", events) for events in (quick, slow)] == [day("2027-07-31"), day("2028-07-31")]


def test_P12_rights_and_mail_are_no_use():
    versions = kept(24, 36)
    person = Person(used=1)
    assert all(versions.after(person, act).used == 1 for act in NO_USES)
    assert all(versions.after(person, act).used == 2 for act in USES)
    with pytest.raises(ValueError, match="neither a use"):
        versions.after(person, "blink")


def test_P13_a_yes_that_was_never_given_is_not_made_up():
    asks = a_policy(*NEWSLETTER)
    assumes = a_policy('purpose.newsletter.basis = "opt_out"', *NEWSLETTER[1:])
    versions = Versions([asks, assumes])
    dormant, back = Person(used=1), Person(used=2)
    assert not decide(versions.binding(dormant), dormant, Write("issue"))
    assert decide(versions.binding(back), back, Write("issue"))


def test_a_purpose_of_a_later_version_waits_for_the_person():
    versions = Versions([a_policy(*orders()), a_policy(*orders(), *NEWSLETTER)])
    dormant = Person(used=1, consents={})
    assert not versions.binding(dormant).has("newsletter")
    assert versions.binding(Person(used=2)).has("newsletter")


def test_a_recipient_who_became_somebody_else_has_to_be_met_anew():
    other = ('recipient.partner.name = "Another"', *PARTNER[1:])
    versions = Versions([a_policy(*orders(), *PARTNER), a_policy(*orders(), *other)])
    assert not passed_on(versions, used=1, noticed="2026-01-01")
    assert passed_on(versions, used=2, noticed="2026-01-01")


def test_a_stranger_meets_the_current_version():
    assert str(kept(24, 36).binding(Person()).purposes["orders"].keep) == "36 months after order.ended"


def test_because_names_the_sentences_of_the_stricter_version():
    versions = Versions([a_policy(*orders()), a_policy("password.length = 8", *orders())])
    person = Person(used=1)
    assert decide(versions.binding(person), person, Read("orders")).because == ("T2", "T3")


def test_bindings_are_remembered_and_bounded():
    versions = Versions([a_policy(*orders()), a_policy(*orders())], remembered=2)
    first = versions.binding(Person(used=1, country="FR"))
    assert versions.binding(Person(used=1, country="IT")) is first
    for used in (2, 1, 2, 1):
        versions.binding(Person(used=used))
    assert versions._remembered.cache_info().currsize == 2


def test_a_process_that_lags_behind_still_knows_who_comes_from_the_next_version():
    person = Person(used=3, consents={"newsletter": 3})
    assert kept(24, 36).binding(person).has("orders")


def test_a_claim_once_made_holds_until_the_person_comes_back():
    claiming = a_policy("password.length = 8", claims=("cookie_list_complete",))
    silent = a_policy("password.length = 8")
    versions = Versions([claiming, silent])
    assert versions.binding(Person(used=1)).has_claim("cookie_list_complete")
    assert not versions.binding(Person(used=2)).has_claim("cookie_list_complete")
    assert Versions([silent, claiming]).binding(Person(used=1)).has_claim("cookie_list_complete")


@pytest.mark.parametrize(
    ("path", "first", "second", "folded"),
    [
        ("collect.order", '["name", "email"]', '["name?", "phone"]', {"name": False}),
        ("release.grounds", '["law", "safety"]', '["safety", "rights"]', ("safety",)),
        ("rights.objection", '["orders"]', '["contact", "orders"]', ("orders", "contact")),
        ("limit.all.reads", '["name", "email"]', '["email", "phone"]', {"email"}),
        ("limit.all.transfer", '"never"', '"after_notice"', "never"),
        ("release.signatures", "3", "2", 3),
    ],
)
def test_each_kind_of_term_folds_to_its_stricter_side(path, first, second, folded):
    versions = Versions([a_policy(f"{path} = {first}"), a_policy(f"{path} = {second}")])
    assert versions.binding(Person(used=1)).value(path) == folded
