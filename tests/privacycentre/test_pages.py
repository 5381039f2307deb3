"""The policy as people and programs read it, and the choice of cookies."""

from __future__ import annotations

import json
from html import unescape

import pytest
import time_machine

from calla.kernel import clock
from calla.privacy import backups, versions
from calla.privacy.models import PolicyVersion
from tests.builders.shop import POLICY, post
from tests.storefront.reading import Page

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
PAGES = ["/privacy", "/privacy/proof", "/privacy/history", "/privacy/history/1", "/privacy/choices"]


def second_version(old: str, new: str) -> PolicyVersion:
    text = POLICY.read_text(encoding="utf-8")
    assert old in text
    return post(text.replace(old, new))


def page_text(visitor) -> str:
    return unescape(visitor.get("/privacy").content.decode())


class TestThePolicy:
    def test_every_sentence_of_the_file_stands_on_the_page_under_its_id(self, visitor):
        html = unescape(visitor.get("/privacy").content.decode())
        for sentence in versions.current().sentences:
            assert f'id="{sentence}"' in html

    def test_what_is_planned_says_so_and_what_is_in_force_does_not(self, visitor):
        html = visitor.get("/privacy").content.decode()
        planned = sum(sentence.planned for sentence in versions.current().sentences.values())
        assert html.count("not yet in force</summary>") == planned > 0

    def test_it_prints_the_very_number_that_is_enforced(self, visitor):
        assert "until 24 months after the order's end" in page_text(visitor)
        version = second_version('purpose.orders.keep = "24 months after', 'purpose.orders.keep = "18 months after')
        with time_machine.travel(version.effective_at):
            versions.forget()
            assert "until 18 months after the order's end" in page_text(visitor)

    def test_programs_read_the_same_sentences(self, visitor):
        said = visitor.get("/.well-known/privacy-policy.json").json()
        assert [one["id"] for one in said["sentences"]] == list(versions.current().sentences)
        assert said["digest"] == f"sha256:{versions.current().digest}" and said["version"] in (1, "1")

    def test_an_old_version_stays_readable_and_says_that_it_is_old(self, visitor):
        version = second_version("You are reading version", "This is version")
        with time_machine.travel(version.effective_at):
            versions.forget()
            old = visitor.get("/privacy/history/1").content.decode()
            assert "You are reading version" in old and "Version 2 is in force" in old
            history = visitor.get("/privacy/history").content.decode()
            assert "<del>You are reading version" in history and "<ins>This is version" in history
            assert visitor.get("/privacy/history/3").status_code == 404

    def test_a_version_that_is_not_in_force_yet_is_not_shown(self, visitor):
        second_version("You are reading version", "This is version")
        assert visitor.get("/privacy/history/2").status_code == 404


class TestProof:
    def test_it_names_the_code_that_keeps_a_sentence(self, visitor):
        html = visitor.get("/privacy/proof").content.decode()
        assert "privacy.egress.call" in html and "privacy.cookies.CookieGate" in html

    def test_no_sentence_in_force_is_without(self, visitor):
        assert "<dt>broken</dt><dd>0</dd>" in visitor.get("/privacy/proof").content.decode()


class TestLooking:
    @pytest.mark.parametrize("page", PAGES)
    def test_it_sets_no_cookie(self, visitor, page):
        response = visitor.get(page)
        assert response.status_code == 200 and not response.cookies

    @pytest.mark.parametrize("page", PAGES[:-1])
    def test_it_is_the_same_for_everybody(self, visitor, client, page):
        client.cookies["cart"] = "A" * 43
        assert visitor.get(page).content == client.get(page, headers={"sec-gpc": "1"}).content

    @pytest.mark.parametrize("page", PAGES)
    def test_it_asks_the_database_little(self, visitor, page, django_assert_max_num_queries):
        visitor.get(page)
        with django_assert_max_num_queries(2):
            visitor.get(page)


class TestChoosing:
    def test_refusing_all_deletes_what_there_was_and_is_remembered(self, visitor):
        visitor.cookies["cart"], visitor.cookies["bag"] = "A" * 43, "2"
        response = visitor.post("/privacy/choices", {"all": "no", "cookie[]": ["cart"]})
        assert response.cookies["cart"]["max-age"] == 0 and response.cookies["bag"]["max-age"] == 0
        assert set(response.cookies["choices"].value.split(".")) == {"cart", "bag"}

    def test_one_cookie_alone_can_be_refused(self, visitor):
        response = visitor.post("/privacy/choices", {"cookie[]": ["bag"]})
        assert response.cookies["choices"].value == "cart"

    def test_accepting_is_one_press_as_refusing_is(self, visitor):
        html = visitor.get("/privacy/choices").content.decode()
        assert html.count('name="all"') == 2
        assert visitor.post("/privacy/choices", {"all": "yes"}).cookies["choices"].value == "none"

    def test_words_of_others_are_no_cookies(self, visitor):
        response = visitor.post("/privacy/choices", {"cookie[]": ["session", "evil;x", "bag"]})
        assert response.cookies["choices"].value == "cart"

    @pytest.mark.parametrize("signal", ["sec-gpc", "dnt"])
    def test_a_signal_that_is_switched_on_later_deletes_what_came_before_and_keeps_the_bag(self, visitor, signal):
        token = "T" * 43
        for name, value in (("cart", token), ("bag", "2")):
            visitor.cookies[name] = value
        response = visitor.get("/privacy/choices", headers={signal: "1"})
        deleted = {name: one for name, one in response.cookies.items() if one["max-age"] == 0}
        assert set(deleted) == {"cart", "bag"} and deleted["cart"]["httponly"]
        assert f"/cart/{token}" in Page(response).links() and "are deleted" in Page(response).text
        assert not visitor.get("/privacy/choices", headers={signal: "1"}).cookies

    def test_the_signal_is_confirmed(self, visitor):
        html = visitor.get("/privacy/choices", headers={"sec-gpc": "1"}).content.decode()
        assert "taken it as a no" in html and "checked" not in html


class TestWellKnown:
    def test_gpc(self, visitor):
        response = visitor.get("/.well-known/gpc.json")
        assert response["Content-Type"].startswith("application/json") and json.loads(response.content)["gpc"] is True

    def test_security_txt_has_one_expiry_within_a_year(self, visitor):
        response = visitor.get("/.well-known/security.txt")
        lines = response.content.decode().splitlines()
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert sum(line.startswith("Expires: ") for line in lines) == 1
        assert any(line.startswith("Contact: mailto:") for line in lines)

    def test_change_password_leads_on_and_unknown_names_are_missing(self, visitor):
        assert visitor.get("/.well-known/change-password").status_code == 302
        assert visitor.get("/.well-known/resource-that-should-not-exist").status_code == 404


def test_a_backup_that_did_not_come_back_whole_is_told_to_everybody(visitor):
    backups.note(clock.now(), rows=100, tables=10, differ=0)
    assert "The last one did not come back whole" not in visitor.get("/privacy/security").content.decode()
    backups.note(clock.now(), rows=100, tables=10, differ=2)
    assert "The last one did not come back whole" in visitor.get("/privacy/security").content.decode()


def test_the_headings_of_a_difference_leave_no_step_out(visitor):
    version = second_version('purpose.orders.keep = "24 months after', 'purpose.orders.keep = "18 months after')
    with time_machine.travel(version.effective_at):
        versions.forget()
        html = visitor.get("/privacy/history/1..2").content.decode()
    assert html.index("<h1") < html.index("<h2>What has changed") < html.index("<h3")
