"""Sessions: a row only when something was written, opened by the browser's token alone, dead once ended."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection

from calla.kernel.tokens import TOKEN, digest
from calla.privacy import sessions
from calla.privacy.models import Session
from calla.privacy.sessions import SessionStore

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def begun(**values):
    session = SessionStore()
    session.update(values)
    session.save()
    return session


def everything_stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest || sealed || coalesce(subject_id::text, '')::bytea FROM privacy_session")
        return b"".join(bytes(row[0]) for row in cursor)


class TestASession:
    def test_it_gives_back_what_was_put_in(self):
        token = begun(colour="sage").session_key
        assert SessionStore(token)["colour"] == "sage"

    def test_its_token_is_random_and_long(self):
        tokens = {begun(a=1).session_key for _ in range(20)}
        assert len(tokens) == 20 and all(TOKEN.fullmatch(token) for token in tokens)

    def test_looking_at_it_makes_no_row(self):
        assert SessionStore().get("colour") is None
        assert not Session.objects.exists()

    def test_the_table_shows_neither_token_nor_contents(self):
        session = begun(colour="canary-yellow")
        stored = everything_stored()
        assert stored
        assert session.session_key.encode() not in stored and b"canary-yellow" not in stored

    def test_the_body_of_one_does_not_open_in_the_row_of_another(self):
        mine, other = begun(colour="sage"), begun(colour="rust")
        stolen = Session.objects.get(digest=digest(other.session_key)).sealed
        Session.objects.filter(digest=digest(mine.session_key)).update(sealed=stolen)
        assert SessionStore(mine.session_key).get("colour") is None

    @pytest.mark.parametrize("token", ["", "short", "x" * 43, "' OR 1=1 --" + "x" * 32, "é" * 43])
    def test_a_made_up_token_opens_nothing(self, token):
        begun(colour="sage")
        session = SessionStore(token)
        assert session.get("colour") is None and session.is_empty()


class TestEnding:
    def test_a_flushed_one_is_dead(self):
        token = begun(colour="sage").session_key
        SessionStore(token).flush()
        assert SessionStore(token).get("colour") is None
        assert not Session.objects.exists()

    def test_one_that_was_ended_meanwhile_does_not_come_back(self):
        session = begun(colour="sage")
        Session.objects.all().delete()
        session["colour"] = "rust"
        with pytest.raises(UpdateError):
            session.save()
        assert not Session.objects.exists()

    def test_a_new_key_kills_the_old_one_and_keeps_the_values(self):
        session = begun(colour="sage")
        old = session.session_key
        session.cycle_key()
        session.save()
        assert SessionStore(old).get("colour") is None
        assert SessionStore(session.session_key)["colour"] == "sage"

    def test_two_hours_without_a_page_end_it(self):
        with time_machine.travel(NOON, tick=False) as clock:
            token = begun(colour="sage").session_key
            clock.shift(timedelta(hours=1, minutes=59))
            assert SessionStore(token)["colour"] == "sage"
            clock.shift(timedelta(hours=2, minutes=1))
            assert SessionStore(token).get("colour") is None

    def test_twelve_hours_end_it_however_busy(self):
        with time_machine.travel(NOON, tick=False) as clock:
            token = begun(colour="sage").session_key
            for _ in range(11):
                clock.shift(timedelta(hours=1))
                session = SessionStore(token)
                session["seen"] = True
                session.save()
            clock.shift(timedelta(hours=1, minutes=1))
            assert SessionStore(token).get("colour") is None

    def test_a_page_within_five_minutes_writes_nothing(self, django_assert_num_queries):
        with time_machine.travel(NOON, tick=False) as clock:
            token = begun(colour="sage").session_key
            clock.shift(timedelta(minutes=4))
            with django_assert_num_queries(1):
                assert SessionStore(token)["colour"] == "sage"


class TestWhose:
    def test_it_is_nobodys_until_somebody_signs_in(self):
        begun(colour="sage")
        assert Session.objects.get().subject_id is None

    def test_signing_in_names_the_person(self, staff_member):
        begun(**{SESSION_KEY: str(staff_member.pk)})
        assert Session.objects.get().subject_id == staff_member.subject_id

    def test_all_of_a_person_end_but_the_one_that_asks(self, staff_member):
        mine, phone = (begun(**{SESSION_KEY: str(staff_member.pk)}) for _ in range(2))
        begun(colour="of somebody else")
        assert sessions.end_all(staff_member.subject_id, except_token=mine.session_key) == 1
        assert SessionStore(mine.session_key).get(SESSION_KEY)
        assert not SessionStore(phone.session_key).get(SESSION_KEY)
        assert Session.objects.count() == 2

    def test_a_person_sees_their_own_and_which_is_here(self, staff_member):
        mine, _phone = (begun(**{SESSION_KEY: str(staff_member.pk)}) for _ in range(2))
        begun(colour="of somebody else")
        listed = sessions.of(staff_member.subject_id, token=mine.session_key)
        assert len(listed) == 2 and [one.here for one in listed].count(True) == 1
