"""No process holds a key or a root for longer than it says: what was destroyed is soon dead everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connections

from calla.privacy import keys, roots, rotation
from calla.privacy.errors import KeysUnavailable
from calla.privacy.fleeting import Fleeting
from calla.privacy.keystore.models import DataKey, Root
from tests.builders import orders
from tests.support.worker import same_databases

A_MOMENT = 0.15


@pytest.fixture
def held():
    return Fleeting(seconds=A_MOMENT, at_most=3)


def wait(seconds):
    time.sleep(seconds)


class TestWhatIsHeldForAMoment:
    def test_is_given_back_until_its_time_is_over(self, held):
        assert held.get("a") is None and held.put("a", 1) == 1 and held.get("a") == 1
        wait(A_MOMENT * 1.1)
        assert held.get("a") is None

    def test_goes_by_itself_though_nobody_asks_again(self, held):
        held.put("a", 1)
        wait(A_MOMENT / 2)
        held.put("b", 2)
        wait(A_MOMENT * 2)
        assert len(held) == 0

    def test_using_it_does_not_make_it_live_longer(self, held):
        held.put("a", 1)
        for _ in range(6):
            wait(A_MOMENT / 4)
            held.get("a")
        assert held.get("a") is None

    def test_is_never_more_than_was_said(self, held):
        for name in "abcdefgh":
            held.put(name, 1)
        assert len(held) <= 3 and held.get("h") == 1

    def test_can_be_dropped_at_once(self, held):
        held.put("a", 1)
        held.put("b", 2)
        held.drop("a")
        assert held.get("a") is None and held.get("b") == 2
        held.clear()
        assert held.get("b") is None

    def test_leaves_no_timer_behind_that_keeps_a_process_alive(self):
        program = (
            "from calla.privacy.fleeting import Fleeting; held = Fleeting(seconds=60, at_most=9); held.put(1, 2); "
            "print('done')"
        )
        ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True)
        assert ended.stdout == "done\n"


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.usefixtures("shop", "own_roots")
class TestKeysAndRoots:
    def test_the_bounds_are_those_that_are_stated(self):
        assert keys.KEPT_SECONDS == 2.0 and roots.KEPT_SECONDS == 10.0

    def test_a_root_is_read_anew_when_its_time_is_over(self, monkeypatch):
        number = Root.objects.get(state="current").number
        monkeypatch.setattr(roots, "_ciphers", Fleeting(seconds=A_MOMENT, at_most=8))
        roots.cipher(number)
        assert len(roots._ciphers) == 1
        wait(A_MOMENT * 2)
        assert len(roots._ciphers) == 0, "nobody asked, and it is gone all the same"
        roots.destroy(number)
        with pytest.raises(KeysUnavailable):
            roots.cipher(number)

    def test_opened_keys_go_by_themselves(self, monkeypatch):
        monkeypatch.setattr(keys, "_opened_keys", Fleeting(seconds=A_MOMENT, at_most=9))
        orders.a_draft()
        assert len(keys._opened_keys) == 2
        wait(A_MOMENT * 2)
        assert len(keys._opened_keys) == 0

    def test_whoever_read_the_row_before_a_rotation_looks_again_after_it(self, monkeypatch):
        """The old root may be destroyed between the reading of a wrapped key and its opening."""
        key = keys.make()
        before, whole = list(keys._rows([key])), keys._rows
        raw = keys.raw(key)
        rotation.rewrap()
        keys.forget_opened()
        roots.forget()
        answers = iter([before])
        monkeypatch.setattr(keys, "_rows", lambda wanted: next(answers, None) or whole(wanted))
        assert keys.raw(key) == raw
        keys.forget_opened()
        answers = iter([before])
        keys.fetch([key])
        assert keys._opened_keys.get(key)


OTHER = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "calla.config.settings"
import django; django.setup()
from uuid import UUID
from calla.privacy import keys, roots
from calla.privacy.fleeting import Fleeting
roots._ciphers = Fleeting(seconds=0.5, at_most=8)
keys.raw(UUID(sys.argv[1]))
print(len(roots._ciphers), flush=True)
sys.stdin.readline()
time.sleep(1)
print(len(roots._ciphers), flush=True)
"""


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
@pytest.mark.usefixtures("shop", "own_roots")
def test_an_idle_process_lets_the_old_root_go():
    key = keys.make()
    connections.close_all()
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(key)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | same_databases() | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    try:
        assert other.stdout.readline() == "1\n"
        rotation.rewrap()
        told, _ = other.communicate("now\n", timeout=20)
        assert told == "0\n"
    finally:
        other.kill()
        other.wait()


class TestRewrappingInBatches:
    pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "own_roots")]

    def test_every_key_is_wrapped_once_whatever_the_size_of_a_batch(self, monkeypatch):
        monkeypatch.setattr(rotation, "BATCH", 3)
        made = [keys.make() for _ in range(10)]
        opened = {key: keys.raw(key) for key in made}
        assert rotation.rewrap() == DataKey.objects.count() >= 10
        keys.forget_opened()
        assert {key: keys.raw(key) for key in made} == opened
        assert set(DataKey.objects.values_list("root_id", flat=True)) == {Root.objects.get(state="current").number}

    def test_a_batch_costs_two_questions_however_many_keys_it_holds(self, django_assert_num_queries):
        for count in (1, 20):
            [keys.make() for _ in range(count)]
            new = rotation._start(after=max(Root.objects.values_list("number", flat=True)))
            with django_assert_num_queries(2 + 2, using="keys"):  # the two, and the savepoint around them
                rotation._wrap_some(new, UUID(int=0))


class TestSecretsBesideTheRoots:
    pytestmark = pytest.mark.django_db(databases=["default", "keys"])

    @pytest.fixture
    def folder(self, tmp_path, monkeypatch):
        monkeypatch.setattr(roots, "folder", lambda: tmp_path / "keys")
        return tmp_path / "keys"

    def test_are_made_with_the_first_root(self, folder):
        Root.objects.all().delete()
        rotation.ensure_root()
        assert {file.name for file in folder.iterdir()} == {"root-1.key", "index.key", "second-factor.key"}
        assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}

    def test_are_never_made_again_beside_a_root_that_is_there(self, folder):
        rotation.ensure_root()
        assert not folder.exists()

    @pytest.mark.parametrize("name", ["index", "second-factor"])
    def test_one_that_is_missing_is_told_and_not_made(self, folder, name):
        folder.mkdir()
        with pytest.raises(KeysUnavailable) as refusal:
            roots.secret(name)
        assert refusal.value.why == f"{name}.key: it is missing: restore it from its safe copy"
        assert not list(folder.iterdir())

    def test_one_that_others_can_read_is_refused(self, folder):
        Root.objects.all().delete()
        rotation.ensure_root()
        (folder / "index.key").chmod(0o640)
        with pytest.raises(KeysUnavailable) as refusal:
            roots.secret("index")
        assert "index.key: it can be read by other accounts (mode 640): chmod 600" in refusal.value.why

    def test_those_that_are_there_already_stay_as_they_are(self, folder):
        folder.mkdir()
        (folder / "index.key").write_text("kept\n")
        (folder / "index.key").chmod(0o600)
        Root.objects.all().delete()
        rotation.ensure_root()
        assert roots.secret("index") == b"kept"


def test_the_second_factor_makes_no_key_of_its_own(monkeypatch, tmp_path: Path):
    from calla.backoffice import second_factor

    monkeypatch.setattr(roots, "folder", lambda: tmp_path)
    second_factor._cipher.cache_clear()
    with pytest.raises(KeysUnavailable):
        second_factor._cipher()
    second_factor._cipher.cache_clear()
    assert not list(tmp_path.iterdir())
