"""A probe tries what a promise rules out, and leaves nothing behind."""

from __future__ import annotations

import pytest

from calla.privacy import asking, keys, probing, reading
from calla.privacy import services as privacy
from calla.privacy.keystore.models import DataKey
from calla.privacy.models import Subject
from calla.privacy.probing import Broken, Probe, expect, refused

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


def a_probe(run) -> Probe:
    return Probe("test.one", "We try it.", ("letters.never_ask",), run)


def test_what_it_wrote_and_the_keys_it_made_are_gone(policy) -> None:
    made = []

    def tries() -> None:
        privacy.new_subject()
        made.append(keys.make())
        assert Subject.objects.count() == 1

    assert probing.run(a_probe(tries)).ok
    assert not Subject.objects.exists() and made and not DataKey.objects.filter(pk__in=made).exists()


def test_what_it_opened_is_not_counted(policy) -> None:
    def opens() -> None:
        reading._aside.get()["orders", "orders.order"] += 1  # as `count` does

    before = dict(reading._counts)
    assert probing.run(a_probe(opens)).ok and dict(reading._counts) == before


@pytest.mark.parametrize("trouble", [Broken("it opened"), ValueError("a value"), AssertionError()])
def test_whatever_goes_wrong_means_not_kept(policy, trouble: Exception) -> None:
    def breaks() -> None:
        raise trouble

    found = probing.run(a_probe(breaks))
    assert not found.ok and found.said and "a value" not in found.said


def test_a_refusal_that_does_not_come_is_a_broken_promise() -> None:
    with pytest.raises(Broken, match="it was let in"), refused(ValueError, otherwise="it was let in"):
        pass
    with refused(ValueError, otherwise="it was let in"):
        raise ValueError
    with pytest.raises(Broken):
        expect([], otherwise="nothing there")


def test_a_probe_fails_where_what_it_proves_is_taken_out(policy, monkeypatch) -> None:
    one = next(one for one in probing.probes() if "letters.never_ask" in one.proves)
    assert probing.run(one).ok
    monkeypatch.setattr(asking, "refuse_request", lambda policy, texts: None)
    assert not probing.run(one).ok


def test_a_visitor_of_a_probe_sees_the_pages_as_they_are(shop) -> None:
    answer = probing.visitor().get("/privacy")
    assert answer.status_code == 200 and not answer.cookies
    assert probing.visitor(sec_gpc="1").get("/privacy/choices").status_code == 200
    assert probing.visitor(sec_fetch_site="cross-site").post("/privacy/choices").status_code == 403
