"""No cookie leaves but those the policy names, with the life it states, unless the visitor said no."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from calla.privacy import cookies, versions
from calla.privacy.cookies import CookieGate
from tests.builders.shop import policy_in_force, policy_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
THIRTY_DAYS, SIX_MONTHS_AT_LEAST = 30 * 86400, 181 * 86400
EXPIRED = "Thu, 01 Jan 1970 00:00:00 GMT"


@pytest.fixture
def https(settings):
    settings.PUBLIC_URL = "https://shop.example"


def passed(set_cookies, sent=None, **headers):
    """The cookies that leave with a page which `set_cookies` wrote on, for a browser that sent these."""
    response = HttpResponse("page")
    set_cookies(response)
    request = RequestFactory(headers=headers).get("/")
    request.COOKIES = sent or {}
    return CookieGate(lambda _: response)(request).cookies


def putting(*names, value="1"):
    return lambda response: [cookies.put(response, name, value) for name in names]


class TestWhatLeaves:
    def test_a_named_cookie_leaves(self):
        assert passed(putting("bag"))["bag"].value == "1"

    @pytest.mark.parametrize("name", ["visitor", "_ga", "csrftoken", "Bag", "bag2"])
    def test_one_that_no_sentence_names_does_not(self, name):
        assert not passed(lambda response: response.set_cookie(name, "1"))

    def test_whoever_set_it(self):
        def around_the_gate(response):
            response.set_cookie("cart", "1", max_age=10**9, domain="elsewhere.example", path="/x", samesite="None")
            response.set_cookie("tracker", "1", max_age=10**9)

        left = passed(around_the_gate)
        assert set(left) == {"cart"}
        assert (left["cart"]["domain"], left["cart"]["path"], left["cart"]["samesite"]) == ("", "/", "Lax")
        assert left["cart"]["max-age"] == THIRTY_DAYS

    def test_one_that_only_a_planned_sentence_names_does_not(self):
        policy_in_force(policy_text(("[S10]\n", '[S10]\nstate = "planned"\n')))
        assert not passed(putting("cart"))

    def test_an_undeclared_one_that_the_browser_has_is_taken_back(self):
        left = passed(lambda response: response.set_cookie("old", "1"), sent={"old": "1"})
        assert (left["old"].value, left["old"]["max-age"], left["old"]["expires"]) == ("", 0, EXPIRED)

    @pytest.mark.parametrize("value", ["a b", "a;b", "a,b", 'a"b', "a\\b", "<script>", "ä", "a\nb", "a=b", "a%3D"])
    def test_only_plain_characters_do(self, value):
        assert not passed(putting("cart", value=value))

    def test_none_larger_than_the_policy_says(self):
        limit = versions.current().value("cookies.max_bytes") - len("cart")
        assert passed(putting("cart", value="x" * limit))
        assert not passed(putting("cart", value="x" * (limit + 1)))

    def test_without_such_a_sentence_no_size_is_refused(self):
        policy_in_force(policy_text(("at most {cookies.max_bytes} plain", "plain"), ("\ncookies.max_bytes = 512", "")))
        assert passed(putting("cart", value="x" * 700))


class TestHowItIsDressed:
    def test_on_loopback_bare_and_not_secure(self):
        morsel = passed(putting("cart"))["cart"]
        assert not morsel["secure"] and morsel["path"] == "/" and morsel["samesite"] == "Lax"

    @pytest.mark.usefixtures("https")
    def test_on_https_with_prefix_and_secure(self):
        left = passed(putting("cart"))
        assert set(left) == {"__Host-cart"}
        assert left["__Host-cart"]["secure"] and not left["__Host-cart"]["domain"]

    @pytest.mark.usefixtures("https")
    def test_on_https_a_bare_name_does_not_leave(self):
        assert not passed(lambda response: response.set_cookie("cart", "1"))

    def test_on_loopback_a_prefixed_name_does_not_leave(self):
        assert not passed(lambda response: response.set_cookie("__Host-cart", "1"))

    def test_scripts_read_the_bag_and_nothing_else(self):
        left = passed(putting("bag", "cart", "choices", "session"))
        assert {name for name in left if not left[name]["httponly"]} == {"bag"}

    def test_it_lives_as_long_as_the_policy_says(self):
        left = passed(putting("cart", "choices"))
        assert left["cart"]["max-age"] == THIRTY_DAYS
        assert left["choices"]["max-age"] == SIX_MONTHS_AT_LEAST

    def test_another_policy_gives_it_another_life(self):
        policy_in_force(policy_text(('cookie.cart.life = "30 days"', 'cookie.cart.life = "2 days"')))
        assert passed(putting("cart"))["cart"]["max-age"] == 2 * 86400

    def test_one_for_the_session_ends_with_it(self):
        left = passed(lambda response: [response.set_cookie(name, "1", max_age=99) for name in ("bag", "session")])
        assert all(left[name]["max-age"] == "" and left[name]["expires"] == "" for name in ("bag", "session"))


class TestNo:
    def test_a_declined_one_does_not_leave_and_the_others_do(self):
        left = passed(putting("bag", "cart"), {"choices": "cart"})
        assert set(left) == {"bag"}

    def test_a_declined_one_that_the_browser_still_has_is_taken_back_out_of_scripts_reach_too(self):
        left = passed(putting("cart"), {"choices": "cart.bag", "cart": "old"})
        assert (left["cart"].value, left["cart"]["max-age"], left["cart"]["expires"]) == ("", 0, EXPIRED)
        assert left["cart"]["httponly"]

    def test_nobody_can_decline_what_the_shop_cannot_do_without(self):
        assert passed(putting("session"), {"choices": "session.cart"})["session"].value == "1"

    @pytest.mark.parametrize("signal", ["Sec-GPC", "DNT"])
    def test_the_privacy_signal_declines_whatever_may_be_declined(self, signal):
        all_of_them = putting("bag", "cart", "choices", "session")
        assert set(passed(all_of_them, **{signal: "1"})) == {"choices", "session"}
        assert set(passed(all_of_them, **{signal: "0"})) == {"bag", "cart", "choices", "session"}

    def test_an_app_can_ask_before_it_relies_on_one(self):
        request = RequestFactory().get("/")
        request.COOKIES = {"choices": "cart"}
        assert not cookies.accepts(request, "cart") and not cookies.accepts(request, "tracker")
        assert cookies.accepts(request, "bag")

    @pytest.mark.parametrize("sent, headers", [({"choices": "session.cart"}, {}), ({}, {"sec-gpc": "1"})])
    def test_it_can_rely_on_what_nobody_can_decline(self, sent, headers):
        request = RequestFactory(headers=headers).get("/")
        request.COOKIES = sent
        assert cookies.accepts(request, "session") and not cookies.accepts(request, "cart")


class TestTaking:
    @pytest.mark.parametrize("name", ["bag", "cart"])
    def test_it_is_deleted_from_the_browser(self, name):
        left = passed(lambda response: cookies.take(response, name), {name: "1"})
        assert (left[name].value, left[name]["max-age"], left[name]["path"]) == ("", 0, "/")
        assert left[name]["expires"] == EXPIRED

    @pytest.mark.usefixtures("https")
    def test_on_https_under_its_prefix(self):
        left = passed(lambda response: cookies.take(response, "cart"), {"__Host-cart": "1"})
        assert left["__Host-cart"]["max-age"] == 0 and left["__Host-cart"]["secure"]

    def test_a_browser_without_it_is_told_nothing(self):
        assert not passed(lambda response: cookies.take(response, "cart"))


@pytest.mark.usefixtures("https")
def test_it_is_read_under_the_name_it_was_given():
    request = RequestFactory().get("/")
    request.COOKIES = {"__Host-cart": "mine", "cart": "planted by a neighbour"}
    assert cookies.read(request, "cart") == "mine"


def test_a_page_that_sets_none_asks_nothing_of_the_policy(django_assert_num_queries):
    versions.forget()
    with django_assert_num_queries(0):
        assert not passed(lambda response: None)
