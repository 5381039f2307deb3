"""“Was it us?”: yes to a code of ours, no to any other, and nothing about whom a letter went to."""

from __future__ import annotations

import re
from html import unescape

import pytest

from calla.orders.models import Order
from calla.privacy import codes
from calla.privacy.models import Letter
from calla.privacycentre import from_us
from tests.builders import orders
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]


@pytest.fixture
def code():
    orders.a_placed_order()
    run_jobs()
    return codes.code(Letter.objects.get().id)


def asked(visitor, code):
    response = visitor.post("/from-us", {"code": code})
    return response.status_code, " ".join(unescape(response.content.decode()).split())


def test_a_code_of_ours_is_a_yes_with_kind_and_day(visitor, code):
    status, page = asked(visitor, code)
    assert status == 200 and "Yes, we wrote" in page and "confirmation of the order" in page


def test_it_tells_nothing_of_the_person(visitor, code):
    page = asked(visitor, code)[1]
    assert not re.findall(r"\bada\b", page.lower()) and "example.net" not in page
    assert Order.objects.get().number not in page


def test_an_altered_code_is_a_no_with_what_to_do(visitor, code):
    status, page = asked(visitor, code[:-1] + ("A" if code[-1] != "A" else "B"))
    assert status == 200 and "No, no letter of ours" in page and "Do not answer" in page


def test_what_is_no_code_at_all_is_a_no(visitor):
    assert "No, no letter of ours" in asked(visitor, "SECURE-CODE 123 <b>")[1]


def test_nothing_typed_is_an_error_that_says_where_to_look(visitor):
    status, page = asked(visitor, "  ")
    assert status == 422 and "end of each letter" in page and "<title>Error: Was it us?" in page


def test_it_works_without_cookies_and_keeps_none(client, code):
    response = client.post("/from-us", {"code": code})
    assert response.status_code == 200 and not response.cookies and response["Cache-Control"] == "no-store"


def test_who_guesses_is_slowed_and_the_right_code_is_not_told_either(visitor, code):
    for _ in range(from_us.TRIES.tries):
        assert asked(visitor, "AAAA-BBBB-CCCC")[0] == 200
    status, page = asked(visitor, code)
    assert status == 429 and "Yes, we wrote" not in page and code in page


def test_the_policy_says_it_there(visitor):
    assert "Type its code in at" in unescape(visitor.get("/from-us").content.decode())
