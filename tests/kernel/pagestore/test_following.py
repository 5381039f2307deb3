"""Over the real database: what is committed is heard of in every process within a second, and whoever hears nothing
answers nothing stored."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction

from calla.kernel import clock, pagestore
from calla.kernel.pagestore import following
from calla.kernel.pagestore.following import Follower
from calla.kernel.pagestore.memory import Memory
from calla.kernel.pagestore.page import Page

pytestmark = pytest.mark.django_db(transaction=True)
NAME = ("1", "/")


@pytest.fixture(autouse=True)
def nothing_waits() -> None:
    """What other tests have touched for later is no row of a model, so nobody else takes it away."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_touched")


@pytest.fixture
def follow() -> Iterator[Callable[[], Memory]]:
    """Another process that follows: a memory of its own with a connection of its own."""
    followers: list[Follower] = []

    def one() -> Memory:
        follower = Follower(Memory(10**6))
        followers.append(follower)
        follower.start()
        assert within(5, follower.memory.is_current), "nobody began to relay"
        return follower.memory

    yield one
    for follower in followers:
        follower.stop()


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.002)
    return True


def keep(memory: Memory, *keys: str) -> None:
    page = Page.of(b"x", [("Content-Type", "text/html")], keys)
    assert within(3, memory.is_current) and memory.put(NAME, page, memory.mark())


def gone(memory: Memory) -> Callable[[], bool]:
    return lambda: memory.get(NAME) is None


def backends() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(  # other shops run on the same server
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'calla page store' "
            "AND datname = current_database() ORDER BY pid"
        )
        return [pid for (pid,) in cursor.fetchall()]


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kernel_touched")
        return int(cursor.fetchone()[0])


def test_a_committed_change_is_heard_of_in_every_process(follow) -> None:
    memories = [follow(), follow(), follow()]
    for memory in memories:
        keep(memory, "thing:1", "shop")
    with transaction.atomic():
        pagestore.touched("thing:1", "thing:2")
        time.sleep(0.5)
        assert not any(gone(memory)() for memory in memories)  # it is not so yet
    began = time.monotonic()
    assert all(within(1, gone(memory)) for memory in memories)
    assert time.monotonic() - began < 1 and waiting() == 0


def test_what_was_rolled_back_never_happened(follow) -> None:
    memory = follow()
    keep(memory, "thing:1")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        pagestore.touched("thing:1")
        raise ZeroDivisionError
    time.sleep(0.6)
    assert not gone(memory)()


def test_other_pages_stay(follow) -> None:
    memory = follow()
    keep(memory, "thing:1")
    pagestore.touched("thing:11", "thing", "other:1")
    assert within(1, lambda: waiting() == 0)
    time.sleep(0.1)
    assert not gone(memory)()


def test_a_change_that_comes_by_itself_is_told_when_it_is_due(follow) -> None:
    memory = follow()
    keep(memory, "thing:1")
    pagestore.touched("thing:1", at=clock.now() + timedelta(seconds=0.8))
    time.sleep(0.5)
    assert not gone(memory)()
    assert within(1.3, gone(memory))


def test_thousands_of_keys_are_told_at_once(follow) -> None:
    memory = follow()
    keep(memory, "thing:7777")
    pagestore.touched(*(f"thing:{number}" for number in range(1, 10_001)))
    assert within(1, gone(memory))


def test_what_was_touched_while_nobody_listened_is_cleared_away(follow) -> None:
    pagestore.touched("thing:1")
    follow()
    assert within(1, lambda: waiting() == 0)


@pytest.mark.parametrize("key", ["", "Thing:1", "thing:x", "thing 1", "thing:1 other", "thing:" + "9" * 30])
def test_a_key_is_a_word_and_a_number(key: str) -> None:
    with pytest.raises(ValueError, match="is no key"):
        pagestore.touched(key)


def test_when_the_relay_dies_another_takes_over_before_anybody_has_to_stop(follow) -> None:
    first, second = follow(), follow()
    keep(second, "thing:1")
    with connection.cursor() as cursor:  # the first began to relay, and went on: the second has the higher number
        cursor.execute("SELECT pg_terminate_backend(%s)", [backends()[0]])
    assert not within(1.5, lambda: not second.is_current())
    pagestore.touched("thing:1")
    assert within(1, gone(second)) and within(3, first.is_current)


def test_a_connection_that_breaks_empties_the_store(follow) -> None:
    memory = follow()
    keep(memory, "thing:1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", backends())
    assert within(1, gone(memory)) and not memory.is_current()
    assert within(3, memory.is_current)


def test_where_nobody_relays_nothing_stored_is_answered(follow, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = follow()
    keep(memory, "thing:1")
    monkeypatch.setattr(following, "relay", lambda listening: None)
    last = time.monotonic()
    assert within(1.3, lambda: not memory.is_current())
    assert time.monotonic() - last > 0.5


def test_a_beat_ages_on_its_way(follow, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that stood still finds old beats waiting: they say nothing of what has happened since."""
    memory = follow()
    keep(memory, "thing:1")
    monkeypatch.setattr(following, "relay", lambda listening: None)
    assert within(2, lambda: not memory.is_current())
    with psycopg.connect(**following._line(), autocommit=True) as other:
        other.execute("SELECT pg_notify('calla_pages', 'beat ' || extract(epoch FROM clock_timestamp()) - 1.5)")
        time.sleep(0.3)
        assert not memory.is_current()
        other.execute("SELECT pg_notify('calla_pages', 'beat ' || extract(epoch FROM clock_timestamp()) - 0.5)")
        assert within(0.4, memory.is_current) and within(0.6, lambda: not memory.is_current())


def test_two_relays_do_no_harm_and_one_is_left(follow, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    real = following.relay

    def counted(listening) -> None:
        told.append(listening.info.backend_pid)
        real(listening)

    monkeypatch.setattr(following, "relay", counted)
    monkeypatch.setattr(following, "LEAD_AFTER", -1.0)
    followers = [follow() for _ in range(4)]
    monkeypatch.setattr(following, "LEAD_AFTER", 0.4)
    time.sleep(1.0)
    told.clear()
    time.sleep(1.0)
    assert len(set(told)) == 1 and all(memory.is_current() for memory in followers)


def test_without_a_database_pages_are_not_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_line", lambda: {"host": "127.0.0.1", "port": 1, "connect_timeout": 2})
    follower = Follower(Memory(10**6))
    follower.start()
    time.sleep(0.5)
    assert not follower.memory.is_current() and follower.is_alive()
    follower.stop()


def test_what_hangs_on_it_may_fail(follow) -> None:
    ticks: list[int] = []

    def fail() -> None:
        ticks.append(1)
        raise OSError("no room")

    follower = Follower(Memory(10**6), fail)
    follower.start()
    assert within(5, lambda: len(ticks) > 5) and follower.memory.is_current()
    follower.stop()
