"""The centre's pages follow the policy: what no sentence says is not on them, and what one says is as it says."""

from __future__ import annotations

from html import unescape

import pytest

from calla.policy import enforcement_points
from calla.privacy import conformity
from tests.builders.shop import policy_in_force, policy_text

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
BAG = "b" * 43


def read(visitor, address, **sent) -> str:
    response = visitor.get(address, **sent)
    assert response.status_code == 200
    return unescape(response.content.decode())


class TestChoices:
    def test_the_time_of_respect_is_the_policys(self, visitor):
        policy_in_force(policy_text(('choices.ask_again = "6 months"', 'choices.ask_again = "9 months"')))
        visitor.cookies["choices"] = "cart"
        html = read(visitor, "/privacy/choices?saved")
        assert "respect it for 9 months" in html and "6 months" not in html.split("All cookies there are")[0]

    def test_without_such_a_sentence_none_is_named(self, visitor):
        policy_in_force(policy_text(("[S14]\n", '[S14]\nstate = "planned"\n')))
        visitor.cookies["choices"] = "cart"
        assert "noted. You can change it" in read(visitor, "/privacy/choices?saved")

    def test_a_policy_without_cookies_asks_nothing(self, visitor):
        policy_in_force(policy_text(("[S10]\n", '[S10]\nstate = "planned"\n')))
        html = read(visitor, "/privacy/choices")
        assert "this shop sets no cookies" in html and "<form method" not in html

    def test_a_browser_that_kept_no_answer_is_told_so(self, visitor):
        assert "did not keep your answer either" in read(visitor, "/privacy/choices?saved")

    def test_each_is_shown_as_it_was_answered(self, visitor):
        visitor.cookies["choices"] = "bag"
        html = read(visitor, "/privacy/choices")
        assert 'value="cart" checked' in html and 'value="bag">' in html

    def test_whoever_refuses_the_cookie_of_their_bag_keeps_the_bag(self, visitor):
        visitor.cookies["cart"] = BAG
        response = visitor.post("/privacy/choices", {"all": "no"})
        assert response.cookies["cart"]["max-age"] == 0
        assert response["Location"] == f"/privacy/choices?saved&cart={BAG}"
        page = visitor.get(response["Location"])
        assert page["Cache-Control"] == "no-store" and f"/?cart={BAG}" in unescape(page.content.decode())

    def test_the_bag_of_a_browser_without_cookies_stays_in_the_links(self, visitor):
        html = read(visitor, f"/privacy/choices?cart={BAG}")
        assert f'name="cart" value="{BAG}"' in html and f'href="/privacy?cart={BAG}"' in html
        assert visitor.post("/privacy/choices", {"all": "yes", "cart": BAG})["Location"].endswith(f"&cart={BAG}")

    @pytest.mark.parametrize("token", ["short", "x" * 44, "//evil.example", "a" * 42 + "\n"])
    def test_nothing_but_a_bag_is_carried_along(self, visitor, token):
        assert visitor.post("/privacy/choices", {"all": "no", "cart": token})["Location"] == "/privacy/choices?saved"

    def test_an_answer_from_elsewhere_changes_nothing(self, client):
        response = client.post("/privacy/choices", {"all": "yes"}, headers={"sec-fetch-site": "cross-site"})
        assert response.status_code == 403 and not response.cookies


class TestProof:
    def test_a_sentence_that_lost_its_keeper_stands_first_and_says_so(self, visitor, monkeypatch):
        left = tuple(point for point in enforcement_points() if "letters.never_ask" not in point.path)
        assert len(left) < len(enforcement_points())
        monkeypatch.setattr(conformity, "points", lambda: left)
        html = read(visitor, "/privacy/proof")
        assert "<dt>broken</dt><dd class=\"wrong\">1</dd>" in html
        assert html.index("<h2>Broken</h2>") < html.index('id="S35"') < html.index("<h2>Waiting for their check</h2>")
        assert "no place of its own" in html.split("<h2>Broken</h2>")[1].split("</section>")[0]

    def test_what_is_planned_names_no_keeper(self, visitor):
        planned = read(visitor, "/privacy/proof").split("<h2>Not yet in force</h2>")[1]
        assert 'id="S7"' in planned and "<code>" not in planned.split("</article>")[0]


class TestHistory:
    def test_changes_stand_under_what_they_did(self, visitor):
        policy_in_force(policy_text(
            ("24 months after order.ended", "12 months after order.ended"),
            ('cart.life = "30 days"', 'cart.life = "60 days"'),
        ))
        html = read(visitor, "/privacy/history")
        stricter, looser = html.split("1 stricter")[1].split("1 looser")
        assert "12 months" in stricter and "60 days" in looser.split("</ul>")[0]

    def test_what_held_before_and_what_holds_since_is_said_in_words(self, visitor):
        policy_in_force(policy_text(
            ("24 months after order.ended", "12 months after order.ended"),
            ('["sealed_per_person", "openings_counted"]', '["sealed_per_person"]'),
        ))
        html = read(visitor, "/privacy/history")
        stricter = html.split("1 stricter")[1].split("looser")[0]
        assert "<del>your order: kept until 24 months after the order's end</del>" in stricter
        assert "<ins>your order: kept until 12 months after the order's end</ins>" in stricter
        assert "<del>each opening of personal data is counted with its purpose</del>" in html.split("1 looser")[1]

    def test_any_two_versions_can_be_compared(self, visitor):
        for months in (12, 36):
            policy_in_force(policy_text(("24 months after order.ended", f"{months} months after order.ended")))
        html = read(visitor, "/privacy/history/1..3")
        assert "1 looser" in html and "24 months" in html and "36 months" in html and "12 months" not in html
        assert "1 stricter" in read(visitor, "/privacy/history/3..1")
        assert "These two say the same" in read(visitor, "/privacy/history/2..2")
        assert 'href="/privacy/history/1..3"' in read(visitor, "/privacy/history")
        assert visitor.get("/privacy/history/1..9").status_code == 404

    def test_each_version_stays_at_its_own_address(self, visitor):
        policy_in_force(policy_text(("24 months after order.ended", "12 months after order.ended")))
        assert "24 months after the order's end" in read(visitor, "/privacy/history/1")
        assert "12 months after the order's end" in read(visitor, "/privacy/history/2")
        assert 'content="noindex"' in read(visitor, "/privacy/history/1")
        assert 'content="noindex"' not in read(visitor, "/privacy")

    def test_many_versions_cost_no_more_questions_than_one(self, visitor, django_assert_max_num_queries):
        for months in (20, 16, 12):
            policy_in_force(policy_text(("24 months after order.ended", f"{months} months after order.ended")))
        read(visitor, "/privacy/history")
        with django_assert_max_num_queries(2):
            read(visitor, "/privacy/history")


def test_gpc_is_claimed_only_where_a_sentence_says_so(visitor):
    assert visitor.get("/.well-known/gpc.json").json()["gpc"] is True
    policy_in_force(policy_text(("[S14]\n", '[S14]\nstate = "planned"\n')))
    assert visitor.get("/.well-known/gpc.json").json()["gpc"] is False


@pytest.mark.parametrize("address", ["/privacy", "/privacy/proof", "/privacy/history", "/.well-known/security.txt"])
def test_only_looking_is_possible(visitor, address):
    assert visitor.post(address).status_code == 405
    assert visitor.head(address).status_code == 200
