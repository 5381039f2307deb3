"""A backup brings back the shop, and nobody who was erased since."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client

from calla import backups, serving
from calla.kernel import clock
from calla.orders.models import Accounting, Order
from calla.privacy import backups as known
from calla.privacy import erasure, rotation, versions
from calla.privacy.keystore.models import DataKey
from calla.privacy.models import Subject
from tests.builders.orders import a_placed_order
from tests.builders.shop import policy_in_force, policy_text
from tests.privacy.test_retention import NO_TAX, ended
from tests.support import traces
from tests.support.shop import shop  # noqa: F401
from tests.support.worker import same_databases

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.usefixtures("shop"),
]


def calla(*words: str) -> subprocess.CompletedProcess[str]:
    listen = f"127.0.0.1:{serving.free_port('127.0.0.1')}"
    environment = {**os.environ, **same_databases(), "CALLA_LISTEN": listen}
    command = [sys.executable, "-m", "calla.cli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=180)


def backed_up(folder: Path) -> Path:
    done = calla("backup", str(folder))
    assert done.returncode == 0, done.stderr
    [made] = folder.glob("calla-*")
    return made


def test_whoever_was_erased_since_the_backup_is_erased_again(tmp_path, home):
    """And nothing of them opens; orders and numbers of the others are as they should be."""
    policy_in_force(policy_text(*NO_TAX))
    gone, stays = ended(), a_placed_order(name="Wren Nestling", email="wren@example.net")
    made = backed_up(tmp_path)
    erasure.erase([gone.subject_id])
    rotation.rewrap()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('orders_number')")
        [given_out] = cursor.fetchone()
    connection.close()

    done = calla("restore", str(made), "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 people who had been erased were erased again" in done.stdout
    assert not Order.objects.filter(pk=gone.pk).exists() and not Subject.objects.filter(pk=gone.subject_id).exists()
    assert not DataKey.objects.filter(pk__in=[gone.key, gone.accounting.key]).exists()
    there = Order.objects.select_related("subject").get(pk=stays.pk)
    assert there.details.open("orders").name == "Wren Nestling" and Accounting.objects.filter(order=there).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('orders_number')")
        assert cursor.fetchone()[0] > given_out + 5000


def test_until_then_no_part_of_the_shop_serves_anybody(tmp_path, home):
    """However the database came back: here its rows are simply put in again."""
    policy_in_force(policy_text(*NO_TAX))
    order = ended()
    person = Subject.objects.get(pk=order.subject_id)
    erasure.erase([order.subject_id])
    person.save(force_insert=True)
    for command in ("serve", "worker"):
        refused = calla(command)
        assert refused.returncode == 1 and "calla restore --finish" in refused.stderr, refused.stderr
    assert calla("restore", "--finish").returncode == 0
    assert not Subject.objects.filter(pk=order.subject_id).exists() and not erasure.come_back()


def test_nobody_is_named_in_it(tmp_path, home):
    """The dump is compressed, and would show no name in any case: what comes out of it again is searched."""
    order = a_placed_order(name="Wren Nestling", email="wren@example.net")
    out = tmp_path / "shop.sql"
    backups.postgres("pg_restore", "--file", str(out), str(backed_up(tmp_path) / backups.DUMP))
    body = out.read_bytes()
    assert str(order.pk).encode() in body and order.lines.get().product_title.encode() in body
    assert traces.within(body, traces.spellings(["Nestling", "wren@example.net"])) == []


def test_it_holds_no_key_and_nobody_else_reads_it(tmp_path, home):
    (home / "media").mkdir()
    (home / "media" / "dress.svg").write_text("<svg/>", encoding="utf-8")
    order = a_placed_order()
    made = backed_up(tmp_path)
    assert {file.name for file in made.iterdir()} == {"shop.dump", "manifest.json", "media"}
    assert made.stat().st_mode & 0o077 == 0 and (made / "shop.dump").stat().st_mode & 0o077 == 0
    wrapped = bytes(DataKey.objects.get(pk=order.key).wrapped)
    body = b"".join(file.read_bytes() for file in made.rglob("*") if file.is_file())
    assert traces.within(body, {wrapped: "a key"}) == []


@pytest.mark.parametrize("spoil", ["dump", "file"])
def test_one_that_was_changed_is_refused_and_changes_nothing(tmp_path, home, spoil):
    made = backed_up(tmp_path)
    order = a_placed_order()
    if spoil == "dump":
        (made / "shop.dump").write_bytes(b"something else")
    else:
        (made / "new.txt").write_text("x", encoding="utf-8")
    refused = calla("restore", str(made), "--yes")
    assert refused.returncode == 1 and "not as it was made" in refused.stderr
    assert Order.objects.filter(pk=order.pk).exists()


def test_it_never_asks_where_nobody_can_answer(tmp_path, home):
    made = backed_up(tmp_path)
    order = a_placed_order()
    refused = calla("restore", str(made))
    assert refused.returncode == 1 and "--yes" in refused.stderr
    assert Order.objects.filter(pk=order.pk).exists()


def test_a_folder_that_is_no_backup_is_refused(tmp_path, home):
    assert "is no backup" in calla("restore", str(tmp_path), "--yes").stderr


class TestPractising:
    def test_it_comes_back_beside_the_shop_and_is_noted_for_everybody(self, tmp_path, home):
        order = a_placed_order()
        made = backed_up(tmp_path)
        later = a_placed_order()
        done = calla("restore", str(made), "--drill")
        assert done.returncode == 0 and "came back whole" in done.stdout, done.stderr
        [noted] = known.newest()
        assert noted.whole and noted.rows > 10 and noted.tables > 40
        assert Order.objects.filter(pk__in=[order.pk, later.pk]).count() == 2
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'calla_drill_%'")
            assert cursor.fetchone()[0] == 0
        assert "It came back whole." in Client().get("/privacy/security").content.decode()

    def test_one_that_lacks_rows_is_told_and_does_not_count(self, tmp_path, home):
        made = backed_up(tmp_path)
        said = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
        said["rows"]["orders_order"] += 1
        (made / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
        before = known.due()
        done = calla("restore", str(made), "--drill")
        assert done.returncode == 1 and "orders_order" in done.stderr
        assert not known.newest()[0].whole and known.due() == before

    def test_the_next_is_due_as_the_policy_says(self, shop):  # noqa: F811
        first = known.due()
        assert first and not known.is_overdue()
        known.note(clock.now(), rows=1, tables=1, differ=0)
        with time_machine.travel(clock.now() + timedelta(days=89)):
            versions.forget()
            assert not known.is_overdue()
        with time_machine.travel(clock.now() + timedelta(days=94)):
            versions.forget()
            assert known.is_overdue()


@pytest.mark.parametrize(("days", "left"), [(29, 1), (30, 0)])
def test_no_backup_becomes_older_than_the_policy_lets_it(tmp_path, shop, days, left):  # noqa: F811
    old = tmp_path / "calla-20260501T000000Z"
    old.mkdir()
    made_at = f"{clock.today() - timedelta(days=days)}T03:00:00+00:00"
    (old / "manifest.json").write_text(json.dumps({"made_at": made_at, "files": {}}), encoding="utf-8")
    backups.forget_old(tmp_path)
    assert len(list(tmp_path.iterdir())) == left
