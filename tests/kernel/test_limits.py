"""Counting tries: exact for everybody together, one statement, and nothing of anybody in what is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, connections

from calla.kernel import clock, limits, salt
from calla.kernel.limits import Limit, TooMany

FEW = Limit("few", tries=3, seconds=60)
WIDE = Limit("wide", tries=5, seconds=3600)


def rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT what, tries FROM kernel_limit")
        return cursor.fetchall()


@pytest.mark.django_db
class TestCounting:
    def test_so_many_and_no_more(self):
        assert [FEW.allows("ada") for _ in range(5)] == [True] * 3 + [False] * 2
        assert FEW.allows("eve")

    def test_after_its_time_it_begins_anew(self):
        with time_machine.travel(clock.now(), tick=False) as time:
            for _ in range(3):
                FEW.allows("ada")
            assert limits.wait((FEW, "ada")) == 60
            time.shift(timedelta(seconds=45))
            assert limits.wait((FEW, "ada")) == 15
            time.shift(timedelta(seconds=16))
            assert limits.wait((FEW, "ada")) == 0

    def test_several_at_once_are_one_question(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert limits.wait((FEW, "ada"), (WIDE, "ada"), (FEW, "eve")) == 0
        assert len(rows()) == 3

    def test_the_longest_of_the_waits_is_told(self):
        with time_machine.travel(clock.now(), tick=False):
            for _ in range(5):
                WIDE.allows("ada")
            assert limits.wait((FEW, "ada"), (WIDE, "ada")) == 3600

    def test_no_tries_stand_for_no_limit(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert all(Limit("none", tries=0, seconds=60).allows("ada") for _ in range(9))

    def test_what_came_to_a_good_end_counts_no_more(self):
        for _ in range(9):
            assert FEW.allows("ada")
            limits.give_back((FEW, "ada"))
        limits.forget((FEW, "ada"))
        assert rows() == []

    def test_the_sweeper_removes_what_is_over_and_nothing_else(self):
        FEW.allows("ada")
        WIDE.allows("ada")
        with time_machine.travel(clock.now() + timedelta(seconds=61)):
            limits.sweep()
        assert [bytes(what) for what, _ in rows()] == [WIDE.digest("ada")]

    def test_who_is_counted_cannot_be_read(self):
        FEW.allows("203.0.113.7")
        [(what, tries)] = rows()
        assert b"203" not in bytes(what) and len(what) == 16 and tries == 1

    @pytest.mark.parametrize(("seconds", "when"), [(1, "in a minute"), (60, "in a minute"), (61, "in 2 minutes")])
    def test_the_refusal_says_when_it_goes_on(self, seconds, when):
        assert when in str(TooMany(seconds)) and TooMany(seconds).seconds == seconds


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_exactly():
    def one(number):
        try:
            return limits.wait((Limit("crowd", tries=20, seconds=60), "ada"), (WIDE, str(number % 3))) == 0
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(60)))
    counted = {bytes(what): tries for what, tries in rows()}
    assert counted[Limit("crowd", tries=20, seconds=60).digest("ada")] == 60
    limits.forget((Limit("crowd", 20, 60), "ada"), *((WIDE, str(number)) for number in range(3)))


class TestTheSalt:
    def test_it_is_another_one_each_day(self):
        today = salt.todays()
        assert salt.todays() == today and len(today) == 32
        with time_machine.travel(clock.now() + timedelta(days=1)):
            assert salt.todays() != today
        assert salt.todays() != today

    def test_processes_of_one_server_share_it_and_its_change(self):
        told = subprocess.run([sys.executable, "-c", SHARED], capture_output=True, text=True, check=True, timeout=30)
        before, after, other = told.stdout.split()
        assert before == "same" and after == "same" and other == "changed"

    def test_it_is_in_no_environment_and_no_file(self):
        assert not [name for name in os.environ if "SALT" in name.upper()]


SHARED = """
import os, time
from calla.kernel import salt
salt.LOOK_SECONDS = 0.05
salt.keep()
first = salt.todays()
to_child, from_child = os.pipe(), os.pipe()
if os.fork() == 0:
    for _ in range(2):
        os.read(to_child[0], 1)
        os.write(from_child[1], salt.todays())
    os._exit(0)
def asked():
    os.write(to_child[1], b"?")
    return os.read(from_child[0], 32)
print("same" if asked() == first else "other")
salt.clock.today = lambda: __import__("datetime").date(2031, 1, 1)
time.sleep(0.5)
second = salt.todays()
print("same" if asked() == second else "other", "changed" if second != first else "kept")
"""
