"""The first page of the office tells what is wrong, and where it is seen to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calla.kernel import clock
from calla.privacy import backups, egress, probing, versions
from calla.privacy.models import PolicyVersion, ProbeResult
from tests.builders.shop import policy_in_force, policy_text
from tests.storefront.reading import Page

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop")]


@pytest.fixture
def front(at_work):
    client = at_work()
    return lambda: Page(client.get("/office"))


def found(probe: probing.Probe, *, ok: bool, ago: timedelta = timedelta()) -> None:
    at = clock.now() - ago
    ProbeResult.objects.create(probe=probe.name, ok=ok, at=at, since=at)


def proving(path: str) -> probing.Probe:
    return next(one for one in probing.probes() if path in one.proves)


def test_where_nothing_is_wrong_no_alarm_is_shown(front):
    found(proving("letters.never_ask"), ok=True)
    assert "Something is wrong" not in front().text


def test_a_broken_promise_is_told_and_leads_to_the_proof(front):
    found(proving("letters.never_ask"), ok=False)
    page = front()
    assert "1 promise is broken" in page.text and "/privacy/proof" in page.links()


def test_checks_that_nobody_makes_any_more_ask_for_the_worker(front):
    age = versions.current().value("checks.age").shortest
    found(proving("letters.never_ask"), ok=True, ago=age + timedelta(minutes=1))
    assert "1 check is overdue: does a worker run?" in front().text


def test_checks_that_nobody_ever_made_ask_for_the_worker_once_their_time_is_over(front):
    assert "does a worker run?" not in front().text  # a shop that has just opened
    PolicyVersion.objects.update(effective_at=clock.now() - versions.current().value("checks.age").shortest)
    versions.forget()
    assert "checks are overdue: does a worker run?" in front().text


def test_an_agreement_that_is_over_is_told(front):
    until = "processor.pay.agreement.until = "
    policy_in_force(policy_text((f"{until}2028-12-31", f"{until}2026-01-02")))
    assert egress.lapsed() == [versions.current().rules().processors["pay"]["name"]]
    assert "1 agreement is over: Test Pay gets nothing" in front().text


def test_of_several_agreements_each_is_named(front):
    over = [(f"processor.{one}.agreement.until = 2028-12-31", f"processor.{one}.agreement.until = 2026-01-02")
            for one in ("parcel", "pay")]  # fmt: skip
    policy_in_force(policy_text(*over))
    assert "2 agreements are over: Kranich Parcel and Test Pay get nothing" in front().text


def test_a_backup_that_did_not_come_back_whole_is_told_until_one_does(front):
    backups.note(clock.now(), rows=100, tables=10, differ=2)
    assert "1 backup did not come back whole" in front().text
    backups.note(clock.now(), rows=100, tables=10, differ=0)
    assert "did not come back whole" not in front().text


def test_the_results_of_the_checks_are_asked_for_once(front):
    found(proving("letters.never_ask"), ok=False)
    with CaptureQueriesContext(connection) as asked:
        page = front()
    assert "1 promise is broken" in page.text
    assert len([one for one in asked if "privacy_proberesult" in one["sql"]]) == 1
