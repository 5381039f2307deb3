"""The address that takes the provider's notices."""

from __future__ import annotations

import pytest

from calla.payments.models import ProviderNotice
from tests.builders.orders import a_draft
from tests.support.jobs import queued, run_jobs
from tests.support.paying import state_of

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "home")]
ADDRESS = "/payments/notices/testpay"


@pytest.fixture
def send(client):
    """As a program sends it: no cookie, no word of where it comes from."""
    def post(headers, body):
        kept = {name: value for name, value in headers.items() if name.startswith("webhook-")}
        return client.post(ADDRESS, body, content_type="application/json", headers=kept)

    return post


@pytest.fixture
def notice(till):
    order = a_draft()
    till.pay(order)
    [one] = till.notices()
    return order, one


def test_a_notice_is_taken_and_again_when_it_is_repeated(till, send, notice):
    order, (headers, body) = notice
    assert [send(headers, body).status_code for _ in range(3)] == [200, 200, 200]
    assert ProviderNotice.objects.count() == 1
    run_jobs()
    assert state_of(order.id) == "placed"


def test_the_answer_goes_out_before_the_provider_is_asked(till, send, notice):
    till.provider.control(api_fail="hang")
    assert send(*notice[1]).status_code == 200


def test_a_changed_one_is_refused_and_nothing_is_stored(till, send, notice):
    _order, (headers, body) = notice
    before = len(queued())
    answer = send(headers, body + b" ")
    assert answer.status_code == 400 and b"cannot be accepted" in answer.content
    assert send({}, b"").status_code == 400
    assert not ProviderNotice.objects.exists() and len(queued()) == before


def test_a_flood_is_refused_unread(till, send, notice):
    headers, _body = notice[1]
    assert send(headers, b"x" * (64 * 1024 + 1)).status_code == 413
    assert not ProviderNotice.objects.exists()


def test_it_takes_nothing_but_posts(client, till):
    assert client.get(ADDRESS).status_code == 405
