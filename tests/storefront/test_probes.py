"""The probes that visit the shop find it in order, and each sees what it is for taken out."""

from __future__ import annotations

import logging
import re
import time
from secrets import token_bytes

import pytest
from django.http import HttpResponse

from calla.cart.models import Cart
from calla.checkout import forms
from calla.kernel.frame import Way
from calla.kernel.frame import frame as kernel_frame
from calla.privacy import cookies, installs, logs, probing
from calla.privacycentre import pages, views
from calla.storefront import bag, probes
from calla.storefront import frame as frames
from tests.builders.shop import a_variant

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "keys"]), pytest.mark.usefixtures("shop")]
PLACES = ("storefront.", "privacycentre.", "privacy.")
ABOUT = {
    "cookie.*", "cookies.max_bytes", "cookie_list_complete", "cookies_host_only", "cookies_are_opaque", "gpc_is_a_no",
    "each_cookie_can_be_declined", "choices.ask_again", "gpc_shown", "buy_without_cookies", "policy_linked_everywhere",
    "policy_as_data", "visits_leave_no_trace", "unsent_forms_leave_nothing", "collect.order", "no_downloads",
}  # fmt: skip
OURS = [one for one in probing.probes() if one.name.startswith(PLACES) and ABOUT & set(one.proves)]


@pytest.fixture(autouse=True)
def something_to_sell():
    a_variant()


def named(name):
    [one] = [one for one in OURS if one.name.endswith(f".{name}")]
    return one


def test_each_promise_that_pages_and_cookies_keep_is_tried() -> None:
    assert {path for one in OURS for path in one.proves} >= ABOUT


@pytest.mark.parametrize("one", OURS, ids=lambda one: one.name)
def test_all_is_well_and_nothing_is_left(one):
    assert probing.run(one).ok, probing.run(one).said
    assert not Cart.objects.exists()


@pytest.mark.parametrize("one", OURS, ids=lambda one: one.name)
def test_a_shop_with_nothing_to_sell_breaks_nothing(one, monkeypatch):
    monkeypatch.setattr(probes.catalogue, "available", lambda ids: {})
    assert probing.run(one).ok


def dressed_as(**flags):
    whole = cookies._dress

    def dress(morsel, name, max_age):
        whole(morsel, name, max_age)
        morsel.update(flags)

    return dress


def writing(whole):
    def write(*args, **named):
        Cart.objects.create(token_digest=token_bytes(32), currency="EUR")
        return whole(*args, **named)

    return write


def telling(request):
    logging.getLogger("calla.storefront").warning(request.headers["User-Agent"])
    return ""


def without_policy(way, **named):
    return kernel_frame(way, **named) | {"policy": "/elsewhere"}


def leading_out(request, template, context, status=200):
    return HttpResponse(b'<a href="/setup.exe">Install me</a>', content_type="text/html", status=status)


def letting_through(gate, request):
    return gate.get_response(request)


def greedy(rules):
    return frozenset({"fax", "email"})


BROKEN = [
    ("a_cookie_off_the_list_does_not_leave", cookies.CookieGate, "_pass", lambda *args: None),
    ("each_cookie_lives_as_long_as_stated", cookies, "_dress", dressed_as(**{"max-age": 99})),
    ("cookies_are_bound_to_this_shop", cookies, "_dress", dressed_as(domain="example.org")),
    ("cookies_are_bound_to_this_shop", cookies, "_dress", dressed_as(samesite="None")),
    ("a_cookie_that_is_large_or_more_than_plain_does_not_leave", cookies, "OPAQUE", re.compile(".*")),
    ("a_cookie_that_is_large_or_more_than_plain_does_not_leave", cookies.CookieGate, "_pass", lambda *args: None),
    ("a_browser_with_the_signal_gets_nothing_optional", cookies, "declined", lambda request: frozenset()),
    ("a_declined_cookie_stays_away_and_the_others_come", cookies, "declined", lambda request: frozenset()),
    ("one_press_declines_all_and_is_remembered", cookies, "take", lambda response, name: None),
    ("the_page_of_choices_says_that_it_saw_the_signal", pages, "page", lambda *args, **named: HttpResponse("same")),
    ("the_policy_as_data_is_the_policy_in_force", views, "as_data", lambda *args: {"digest": "", "sentences": []}),
    ("each_page_leads_to_the_policy", frames, "frame", without_policy),
    ("looking_around_is_written_down_nowhere", bag, "remembered", writing(lambda request: "")),
    ("looking_around_is_written_down_nowhere", bag, "remembered", telling),
    ("an_order_form_that_is_not_sent_leaves_nothing", forms, "examine", writing(forms.examine)),
    ("the_order_form_takes_what_is_collected_and_no_more", forms, "keys", greedy),
    ("the_bag_and_the_order_form_work_without_cookies", bag, "way", lambda request, token: Way("")),
    ("no_page_hands_out_anything_to_install", frames, "render", leading_out),
    ("a_program_goes_no_further_than_the_gate", installs.NothingToInstall, "__call__", letting_through),
    ("a_value_in_an_error_does_not_reach_the_log", logs, "told", str),
]


@pytest.mark.parametrize(("name", "where", "what", "instead"), BROKEN, ids=[one[0] for one in BROKEN])
def test_each_fails_where_what_it_proves_is_taken_out(name, where, what, instead, monkeypatch):
    monkeypatch.setattr(where, what, instead)
    finding = probing.run(named(name))
    assert not finding.ok and "the probe itself" not in finding.said, finding.said


def test_each_is_seen_to_fail() -> None:
    assert {one.name.rpartition(".")[2] for one in OURS} == {name for name, *_ in BROKEN}


def test_all_together_take_less_than_two_seconds() -> None:
    start = time.process_time()
    for one in OURS:
        probing.run(one)
    assert time.process_time() - start < 2
