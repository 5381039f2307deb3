"""The embedded server under root, under an ordinary user, and in folders that are closed to others."""

import multiprocessing
import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg
import pytest

from calla.kernel.postgres import PostgresRefused, embedded, places, programs, remove, server

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change accounts")


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """A home below a folder that nobody else can enter."""
    tmp_path.chmod(0o700)
    yield tmp_path / "shop"
    remove(tmp_path / "shop")


def modes(path: Path) -> list[tuple[Path, int, int]]:
    statuses = [(one, one.stat()) for one in (path, *path.parents)]
    return [(one, status.st_mode, status.st_uid) for one, status in statuses]


class TestAsRoot:
    pytestmark = root_only

    def test_it_runs_without_privileges_and_opens_no_folder(self, closed: Path) -> None:
        before = modes(closed.parent)
        with embedded(closed, durable=False) as urls:
            with psycopg.connect(urls.main) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
            for pid in server.processes_in(places.of(closed).data):
                owner = Path(f"/proc/{pid}").stat().st_uid
                assert owner not in {0}
                groups = Path(f"/proc/{pid}/status").read_text().partition("Groups:")[2].partition("\n")[0].split()
                assert "0" not in groups
        assert modes(closed.parent) == before
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700

    def test_its_account_cannot_change_its_programs(self, closed: Path) -> None:
        with embedded(closed, durable=False):
            for path in (place := places.of(closed).programs, place / "bin" / "postgres", place.parent.parent):
                assert path.stat().st_uid == 0
                assert not path.stat().st_mode & 0o022

    def test_a_narrow_umask_does_not_lock_it_out(self, closed: Path) -> None:
        before = os.umask(0o077)
        try:
            with embedded(closed, durable=False) as urls, psycopg.connect(urls.main):
                pass
        finally:
            os.umask(before)

    def test_a_home_that_moved_keeps_its_data(self, closed: Path) -> None:
        with embedded(closed, durable=False) as urls, psycopg.connect(urls.main) as connection:
            connection.execute("CREATE TABLE kept ()")
        moved = closed.rename(closed.with_name("elsewhere"))
        try:
            with embedded(moved, durable=False) as urls, psycopg.connect(urls.main) as connection:
                assert connection.execute("SELECT to_regclass('kept')::text").fetchone() == ("kept",)
        finally:
            remove(moved)

    def test_a_home_made_anew_does_not_inherit(self, closed: Path) -> None:
        with embedded(closed, durable=False) as urls, psycopg.connect(urls.main) as connection:
            connection.execute("CREATE TABLE kept ()")
        old = places.of(closed).base
        shutil.rmtree(closed)
        assert old in places.without_home()
        try:
            with embedded(closed, durable=False) as urls, psycopg.connect(urls.main) as connection:
                assert connection.execute("SELECT to_regclass('kept')::text").fetchone() == (None,)
        finally:
            shutil.rmtree(old)

    def test_a_copy_of_a_home_is_refused(self, closed: Path) -> None:
        with embedded(closed, durable=False):
            pass
        copy = Path(shutil.copytree(closed, closed.with_name("copy")))
        with pytest.raises(PostgresRefused, match=f"is a copy of {closed}"), embedded(copy):
            pass


def _as_nobody(home: str, answer: Connection) -> None:
    """The interpreter may lie where nobody can read, so this runs in a fork that has loaded all it needs."""
    entry = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    try:
        with embedded(Path(home), durable=False) as urls, psycopg.connect(urls.main) as connection:
            connection.execute("CREATE TABLE kept ()")
            answer.send((str(places.of(Path(home)).data), urls.process is not None))
    except BaseException as error:
        answer.send(repr(error))


@root_only
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*")
def test_an_ordinary_user_keeps_the_data_at_home_and_root_may_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(tempfile.mkdtemp())
    copied = programs.copied()
    monkeypatch.setattr(programs, "installed", lambda: copied)
    monkeypatch.setattr(programs, "copied", lambda: copied)
    try:
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
        home = folder / "shop"
        here, there = multiprocessing.get_context("fork").Pipe()
        child = multiprocessing.get_context("fork").Process(target=_as_nobody, args=(str(home), there))
        child.start()
        assert here.poll(60)
        assert here.recv() == (str(home / "postgres" / "data"), True)
        child.join()
        with embedded(home, durable=False) as urls, psycopg.connect(urls.main) as connection:
            assert connection.execute("SELECT to_regclass('kept')::text").fetchone() == ("kept",)
        assert (home / "postgres" / "data").stat().st_uid == pwd.getpwnam("nobody").pw_uid
    finally:
        shutil.rmtree(folder)
