"""Advice stands where the policy says it is shown: the very words, on the page or in the letter itself."""

from __future__ import annotations

import email
import email.policy
import re
from html import unescape
from pathlib import Path

import pytest
from django.http import HttpResponse

from calla.privacy import known_limits, promises, versions
from calla.privacy.installs import NothingToInstall
from tests.builders import orders
from tests.support import people
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]


CALLA = Path(known_limits.__file__).parents[1]


def page(address):
    def read(visitor, home):
        return [unescape(visitor.get(address).content.decode())]

    return read


def office(address):
    def read(visitor, home):
        people.forget_tries()
        account = people.somebody(email="iris@office.example")
        client = people.sign_in("iris@office.example", people.with_second_factor(account))
        return [unescape(client.get(address).content.decode())]

    return read


def letter(visitor, home):
    orders.a_placed_order()
    run_jobs()
    [file] = (home / "mailbox").glob("*.eml")
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    return [message.get_body((part,)).get_content() for part in ("plain", "html")]


PLACES = {
    "security_page": [page("/privacy/security"), office("/office/security")],
    "password_change": [office("/office/password")],
    "every_letter": [letter],
    "was_it_us": [page("/from-us")],
    "policy_page": [page("/privacy")],
}


def shown():
    policy = versions.current()
    return {place for one in policy.sentences.values() if not one.planned for place in one.shown}


def test_every_place_of_the_policy_in_force_is_looked_at():
    assert shown() <= PLACES.keys()


@pytest.mark.parametrize("place", PLACES)
def test_each_says_the_very_words(visitor, home, place):
    said = promises.promises_at(place)
    assert bool(said) == (place in shown())
    for read in PLACES[place]:
        for text in read(visitor, home):
            for sentence in said:
                assert sentence.text in " ".join(text.split())


class TestKnownLimits:
    def test_the_policy_prints_as_many_as_the_sources_mark(self, visitor):
        marks = [text for file in CALLA.rglob("*.py") for text in re.findall(r"^known\(", file.read_text(), re.M)]
        html = unescape(visitor.get("/privacy").content.decode())
        assert len(marks) == len(known_limits.listed()) > 3
        for limit in known_limits.listed():
            assert limit.text in html

    def test_one_that_is_said_anew_appears_at_once(self, monkeypatch):
        known_limits.listed.cache_clear()
        monkeypatch.setattr(known_limits, "_known", dict(known_limits._known))
        known_limits.known("The door squeaks.", reviewed="2026-11-26")
        assert any(one.text == "The door squeaks." and one.module == __name__ for one in known_limits.listed())
        known_limits.listed.cache_clear()


class TestNothingToInstall:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Content-Type": "application/octet-stream"},
            {"Content-Type": "application/vnd.android.package-archive"},
            {"Content-Type": "text/plain", "Content-Disposition": 'attachment; filename="update.exe"'},
            {"Content-Type": "application/x-msdownload"},
        ],
    )
    def test_a_program_goes_no_further(self, rf, headers):
        answer = NothingToInstall(lambda request: HttpResponse(b"MZ", headers=headers))(rf.get("/"))
        assert answer.status_code == 404 and b"MZ" not in answer.content

    @pytest.mark.parametrize("type_", ["text/html; charset=utf-8", "application/json", "image/avif", "text/csv"])
    def test_what_a_shop_needs_passes(self, rf, type_):
        assert NothingToInstall(lambda request: HttpResponse(b"x", content_type=type_))(rf.get("/")).status_code == 200
