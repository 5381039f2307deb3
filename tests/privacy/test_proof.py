"""What the probes found is public: whatever is broken, or was not looked at in time, shows."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from calla.kernel import clock
from calla.policy import Problem
from calla.privacy import asking, conformity, probing, proof, versions
from calla.privacy.models import LedgerEntry, ProbeResult

pytestmark = [pytest.mark.django_db(databases=["default", "keys"], transaction=True), pytest.mark.usefixtures("shop")]
SECRET_PROBE = "privacy.a_letter_that_asks_for_a_secret_is_not_sent"


@pytest.fixture(autouse=True)
def no_breath(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "BREATH", 0)


@pytest.fixture
def a_liar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "refuse_request", lambda policy, texts: None)


def standing(visitor, sentence: str) -> list[dict]:
    said = visitor.get("/.well-known/privacy-policy.json").json()["sentences"]
    return next(one["checks"] for one in said if one["id"] == sentence)


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.parametrize("one", probing.probes(), ids=lambda one: one.name)
def test_every_probe_of_the_program_finds_its_promise_kept(one: probing.Probe) -> None:
    found = probing.run(one)
    assert found.ok, found.said


def test_before_the_first_run_nothing_counts_as_shown(visitor) -> None:
    assert {one["ok"] for one in standing(visitor, "S35")} == {None}
    assert "check overdue" in visitor.get("/privacy").content.decode()


def test_a_worker_that_has_just_started_and_the_clock_make_them_once(monkeypatch) -> None:
    made = []
    monkeypatch.setattr(probing, "run", lambda one: made.append(one) or probing.Finding(one, True))
    proof.try_them()
    once = len(made)
    proof.try_them()
    assert len(made) == once > 0
    with time_machine.travel(clock.now() + proof.MOMENT):
        proof.try_them()
    assert len(made) == 2 * once


def test_a_broken_promise_turns_its_sentence_red_on_each_page(visitor, a_liar) -> None:
    proof.run_all()
    assert False in [one["ok"] for one in standing(visitor, "S35")]
    assert "mark broken" in visitor.get("/privacy").content.decode()
    html = visitor.get("/privacy/proof").content.decode()
    assert "would have left" in html and html.index('id="S35"') < html.index("Shown to hold</h2>")


def test_a_use_that_no_sentence_covers_is_a_broken_promise(monkeypatch) -> None:
    planted = Problem("shop.py", 7, 1, "shop.py:7 opens a name for no purpose of the policy")
    monkeypatch.setattr(conformity, "findings", lambda policy: [planted])
    [fits] = [one for one in probing.probes() if one.name == "privacy.the_policy_still_fits_the_program"]
    found = probing.run(fits)
    assert not found.ok and found.said == planted.message


def test_no_page_reads_the_program_while_somebody_waits(visitor, monkeypatch) -> None:
    """Reading it takes a second of every other visitor's time, in each web process."""
    monkeypatch.setattr(conformity, "uses", lambda: pytest.fail("a page reads the program"))
    assert visitor.get("/privacy/proof").status_code == visitor.get("/privacy").status_code == 200


def test_mended_it_is_green_again_and_both_turns_stand_in_the_ledger(visitor, a_liar, monkeypatch) -> None:
    proof.run_all()
    monkeypatch.undo()
    monkeypatch.setattr(proof, "BREATH", 0)
    proof.run_all()
    assert {one["ok"] for one in standing(visitor, "S35")} == {True}
    turns = LedgerEntry.objects.filter(what=SECRET_PROBE).order_by("pk").values_list("kind", flat=True)
    assert list(turns) == ["check_broken", "check_mended"]
    assert proof.figures()["live.broken"] >= 1


def test_a_result_older_than_promised_counts_for_nothing(visitor) -> None:
    proof.run_all()
    age = versions.current().value("checks.age").shortest
    with time_machine.travel(clock.now() + age + timedelta(minutes=1)):
        versions.forget()
        assert {one["ok"] for one in standing(visitor, "S35")} == {None}


def test_a_probe_whose_promise_is_gone_leaves_no_result(visitor) -> None:
    ProbeResult.objects.create(probe="privacy.of_old", ok=False, at=clock.now(), since=clock.now())
    proof.run_all()
    assert not ProbeResult.objects.filter(pk="privacy.of_old").exists()


def test_what_passes_by_itself_is_no_broken_promise(monkeypatch) -> None:
    answers = iter([False, True])
    once = probing.Probe("test.once", "We try.", ("letters.never_ask",), lambda: probing.expect(next(answers), "down"))
    monkeypatch.setattr(probing, "probes", lambda: (once,))
    assert [one.ok for one in proof.run_all()] == [True]
    assert not LedgerEntry.objects.filter(what="test.once").exists()


def test_a_run_leaves_nothing_but_its_results(visitor) -> None:
    from calla.privacy.keystore.models import DataKey
    from calla.privacy.models import OpeningCount, Subject

    before = Subject.objects.count(), DataKey.objects.count(), OpeningCount.objects.count()
    proof.run_all()
    assert (Subject.objects.count(), DataKey.objects.count(), OpeningCount.objects.count()) == before


class TestVerify:
    def test_it_says_of_each_check_what_it_found(self, capsys) -> None:
        call_command("verify_policy", "--json")
        said = json.loads(capsys.readouterr().out)
        assert said["ok"] and {one.name for one in probing.probes()} & {one["name"] for one in said["checks"]}

    def test_a_broken_promise_is_named_and_the_command_fails(self, capsys, a_liar) -> None:
        with pytest.raises(CommandError, match="found something broken"):
            call_command("verify_policy")
        assert f"BROKEN  {SECRET_PROBE}" in capsys.readouterr().out

    def test_a_line_of_the_ledger_that_was_changed_is_found(self) -> None:
        call_command("verify_policy", "--json")
        LedgerEntry.objects.filter(position=1).update(what="nothing")
        with pytest.raises(CommandError):
            call_command("verify_policy", "--json")


def test_what_people_keep_is_not_called_broken_for_want_of_code(visitor) -> None:
    proof.run_all()
    broken = visitor.get("/privacy/proof").content.decode().partition("<h2>Broken</h2>")[2].partition("<h2>")[0]
    assert 'id="R2a"' not in broken
