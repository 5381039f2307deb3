"""Whoever asks for the link learns nothing by asking; it goes by mail, to the address itself."""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace

import pytest

from calla.privacy.models import Letter
from calla.privacycentre.mine import access, asking
from tests.builders import orders
from tests.builders.shop import policy_in_force, policy_text
from tests.support.jobs import queued, run_jobs
from tests.support.mail_server import mail_server
from tests.support.people import forget_tries

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
ADA = "ada@example.net"
WITHOUT_RIGHTS = [(f"[{name}]\n", f'[{name}]\nstate = "planned"\n') for name in ("S5d", "R2", "R4")]


def ask(visitor, email):
    return visitor.post("/privacy/mine", {"email": email})


def test_known_or_not_the_answer_is_the_same(visitor):
    orders.a_placed_order()
    known, unknown = ask(visitor, ADA), ask(visitor, "nobody@example.net")
    assert known.status_code == unknown.status_code == 303
    assert known.headers.items() == unknown.headers.items() and known.content == unknown.content
    assert Letter.objects.filter(kind="own_data").count() == 1


def test_both_take_the_same_time(visitor, monkeypatch):
    """Whatever was done meanwhile is taken off what is waited."""
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.3)
    orders.a_placed_order()
    worked, waited = [], []
    clock = SimpleNamespace(monotonic=lambda: sum(worked), sleep=waited.append)
    monkeypatch.setattr(asking, "time", clock)
    send = asking.send_link
    monkeypatch.setattr(asking, "send_link", lambda email: worked.append(0.1 if send(email) else 0.02))
    for email in (ADA, "nobody@example.net"):
        ask(visitor, email)
    assert worked == [0.1, 0.02]
    assert [sum(pair) for pair in zip(worked, waited, strict=True)] == pytest.approx([0.3, 0.3])


def test_the_letter_holds_a_link_that_opens_what_is_theirs(visitor, settings):
    subjects = {orders.a_placed_order().subject_id, orders.a_placed_order().subject_id}
    with mail_server() as post_office:
        settings.MAIL_SERVER = post_office.settings
        ask(visitor, "ADA@example.net")
        run_jobs()
        letters = [letter for letter in post_office.letters() if letter["Subject"] == "What we hold about you"]
    assert [letter["To"] for letter in letters] == [ADA]
    written = letters[0].get_body(("plain",)).get_content()
    token = re.search(r"/privacy/mine/(\S+)", written)[1]
    assert "works for 1 hour" in written.replace("\n", " ") and set(access.people(token)) == subjects


def test_no_row_and_no_job_holds_the_address_or_the_link(visitor):
    orders.a_placed_order()
    ask(visitor, ADA)
    [noted] = Letter.objects.filter(kind="own_data").values()
    assert set(noted) - {"id", "about", "subject_id", "queued_at"} == {
        "kind", "state", "reason", "tries", "claimed_at", "need", "people", "sent_at", "digest",
    }  # fmt: skip
    assert [arguments for _name, arguments in queued() if arguments] == [
        {"arguments": [str(letter)]} for letter in Letter.objects.order_by("queued_at").values_list("pk", flat=True)
    ]


def test_what_is_no_address_is_told_so_and_kept_in_the_form(visitor):
    response = ask(visitor, "ada")
    html = unescape(response.content.decode())
    assert response.status_code == 422 and 'value="ada"' in html and html.count(asking.NO_ADDRESS) == 2
    assert "<title>Error: " in html


def test_few_tries_for_one_caller(visitor):
    answers = [ask(visitor, f"p{number}@example.net").status_code for number in range(11)]
    assert answers == [303] * 10 + [429]


def test_nobody_can_fill_the_mailbox_of_another(visitor):
    orders.a_placed_order()
    for _ in range(5):
        assert ask(visitor, ADA).status_code == 303
    assert Letter.objects.filter(kind="own_data").count() == asking.ADDRESS.tries
    forget_tries()
    ask(visitor, ADA)
    assert Letter.objects.filter(kind="own_data").count() == asking.ADDRESS.tries + 1


def test_a_policy_without_the_sentence_has_no_such_page_and_no_way_to_it(visitor):
    assert "What we hold about you" in visitor.get("/privacy").content.decode()
    policy_in_force(policy_text(*WITHOUT_RIGHTS))
    assert visitor.get("/privacy/mine").status_code == 404
    assert "What we hold about you" not in visitor.get("/privacy").content.decode()


def test_it_is_kept_by_no_cache_and_found_by_no_search_engine(visitor):
    response = visitor.get("/privacy/mine")
    assert response["Cache-Control"] == "no-store" and 'content="noindex"' in response.content.decode()
    assert not response.cookies
