"""The link is the whole authority: nobody makes one, reads one, or uses one that is over."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
import time_machine

from calla.customers.types import Role
from calla.kernel import clock
from calla.privacy.logs import SECRET
from calla.privacycentre.mine import access
from tests.builders import orders
from tests.builders.shop import policy_in_force, policy_text
from tests.support.people import somebody

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
ADA = "ada@example.net"


def test_it_finds_everybody_at_the_address_whatever_app_knows_them():
    bought = [orders.a_placed_order().subject_id for _ in range(3)]
    works_here = somebody(Role.STAFF, email="Ada@Example.net").subject_id
    orders.a_placed_order(email="brian@example.net")
    assert set(access.people(access.make(" ADA@example.net "))) == {*bought, works_here}


def test_whoever_is_not_known_has_nobody():
    assert access.people(access.make("nobody@example.net")) == ()


def test_it_ends_on_the_minute_that_the_policy_says():
    token = access.make(ADA)
    with time_machine.travel(clock.now() + timedelta(minutes=59, seconds=55), tick=False):
        assert access.address(token) == ADA
    with time_machine.travel(clock.now() + timedelta(hours=1, seconds=1), tick=False), pytest.raises(access.LinkOver):
        access.people(token)


def test_the_hour_is_the_policys():
    policy_in_force(policy_text(('rights.link = "1 hour"', 'rights.link = "2 days"')))
    token = access.make(ADA)
    with time_machine.travel(clock.now() + timedelta(hours=47), tick=False):
        assert access.address(token) == ADA


@pytest.mark.parametrize("place", [0, 11, 12, 19, 20, 40, -2])
def test_no_sign_of_it_can_be_changed(place):
    token = access.make(ADA)
    other = "A" if token[place] != "A" else "B"
    with pytest.raises(access.LinkOver):
        access.people(token[:place] + other + token[place:][1:])


@pytest.mark.parametrize("token", ["", "A", "A" * 43, "A" * 90, "ada@example.net", "é" * 60, "=" * 20, "A" * 5000])
def test_what_we_never_made_is_refused_like_one_that_is_over(token):
    with pytest.raises(access.LinkOver):
        access.people(token)


def test_it_says_nothing_and_is_never_twice_the_same():
    first, second = access.make(ADA), access.make(ADA)
    assert first != second
    written = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4))
    assert ADA.encode() not in written and b"example" not in written


def test_no_log_line_keeps_a_piece_of_it():
    for email in (ADA, "a@b.de", "a.very.long.name@" + "mail." * 20 + "example"):
        assert SECRET.sub("", access.make(email)) == ""
