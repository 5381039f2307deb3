"""Signing in to the office: by alias, with two factors, with answers that tell a stranger nothing."""

import re
from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import connection
from django.test import Client

from calla.backoffice import attempts
from calla.customers import services
from calla.customers.models import Account
from calla.customers.types import Role
from calla.kernel import callers, clock
from calla.kernel.limits import Limit
from calla.privacy.models import Session
from tests.support import people
from tests.support.people import PASSWORD, browser, code_at, code_of, sign_in, with_second_factor, wrong_code_of

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("policy", "no_limits_yet")]
EMAIL = "iris@office.example"
PASSWORD_ASKS, CODE_ASKS = 8, 14


@pytest.fixture
def no_limits_yet():
    people.forget_tries()


@pytest.fixture
def iris():
    return people.somebody(email=EMAIL)


def login(client, email=EMAIL, password=PASSWORD, **extra):
    return client.post("/office/login", {"login": email, "password": password}, **extra)


class TestTheFirstTime:
    def test_it_leads_to_the_second_factor_and_nowhere_else(self, iris):
        client = sign_in(EMAIL)
        for path in ("/office/security", "/office/password", "/office/recovery-codes"):
            assert client.get(path).headers["Location"] == "/office/second-factor/set-up"

    def test_setting_it_up_opens_the_office_and_shows_recovery_codes(self, iris):
        client = sign_in(EMAIL)
        page = client.get("/office/second-factor/set-up").content.decode()
        secret = re.search(r'class="key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
        answer = client.post("/office/second-factor/set-up", {"code": code_of(secret)})
        assert answer.headers["Location"] == "/office/recovery-codes"
        codes = client.get("/office/recovery-codes").content.decode()
        assert len(re.findall(r"<li><code>\d{8}</code></li>", codes)) == 10
        assert client.get("/office/security").status_code == 200

    def test_a_wrong_code_sets_nothing_up(self, iris):
        client = sign_in(EMAIL)
        page = client.get("/office/second-factor/set-up").content.decode()
        secret = re.search(r'class="key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
        answer = client.post("/office/second-factor/set-up", {"code": wrong_code_of(secret)})
        assert answer.status_code == 422 and not people.has_second_factor(iris)

    def test_the_picture_is_a_document_of_this_session_alone(self, iris):
        client = sign_in(EMAIL)
        assert client.get("/office/second-factor/picture").status_code == 404
        client.get("/office/second-factor/set-up")
        picture = client.get("/office/second-factor/picture")
        assert picture.headers["Content-Type"] == "image/svg+xml" and picture.headers["Cache-Control"] == "no-store"
        assert b"<svg" in picture.content and b"<script" not in picture.content
        assert browser().get("/office/second-factor/picture").status_code == 404

    def test_its_secret_lies_sealed_in_the_database(self, iris):
        secret = with_second_factor(iris)
        with connection.cursor() as cursor:
            cursor.execute("SELECT data::text FROM mfa_authenticator")
            assert secret not in cursor.fetchone()[0]

    def test_a_session_from_before_must_show_the_code_as_well(self, iris):
        early = sign_in(EMAIL)
        with_second_factor(iris)
        answer = early.get("/office/security")
        assert answer.headers["Location"].startswith("/office/login")
        assert early.get("/office/second-factor/set-up").status_code == 302


class TestEveryOtherTime:
    def test_password_and_code_open_the_office(self, iris):
        client = sign_in(EMAIL, with_second_factor(iris))
        assert client.get("/office/security").status_code == 200

    def test_any_spelling_of_the_address_will_do(self, iris):
        client = sign_in("  IRIS@Office.example ", with_second_factor(iris))
        assert client.get("/office/security").status_code == 200

    def test_the_password_alone_opens_nothing(self, iris):
        with_second_factor(iris)
        client = sign_in(EMAIL)
        assert client.get("/office/security").headers["Location"].startswith("/office/login")
        assert not Session.objects.exclude(subject=None).exists()

    def test_a_wrong_code_opens_nothing(self, iris):
        secret = with_second_factor(iris)
        client = sign_in(EMAIL)
        assert client.post("/office/second-factor", {"code": wrong_code_of(secret)}).status_code == 422
        assert client.get("/office/security").status_code == 302

    def test_a_code_serves_once(self, iris):
        secret = with_second_factor(iris)
        sign_in(EMAIL, secret)
        again = sign_in(EMAIL, secret)
        assert again.get("/office/security").status_code == 302

    @pytest.mark.parametrize(("late", "opens"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
    def test_clocks_may_differ_by_one_step(self, iris, late, opens):
        secret, client = with_second_factor(iris), browser()
        login(client)
        client.post("/office/second-factor", {"code": code_at(secret, clock.now().timestamp() + late)})
        assert (client.get("/office/security").status_code == 200) is opens

    def test_a_code_serves_once_for_as_long_as_it_holds(self, iris):
        secret = with_second_factor(iris)
        noon = clock.now().replace(minute=0, second=1) + timedelta(hours=1)
        with time_machine.travel(noon, tick=False) as time:
            ahead = code_at(secret, noon.timestamp() + 30)
            for waited in (0, 31, 28):
                time.shift(timedelta(seconds=waited))
                client = browser()
                login(client)
                client.post("/office/second-factor", {"code": ahead})
                assert (client.get("/office/security").status_code == 200) is (waited == 0), waited

    def test_the_code_that_set_it_up_serves_for_nothing_else(self, iris):
        client = sign_in(EMAIL)
        page = client.get("/office/second-factor/set-up").content.decode()
        secret = re.search(r'class="key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
        code = code_of(secret)
        client.post("/office/second-factor/set-up", {"code": code})
        stranger = browser()
        login(stranger)
        stranger.post("/office/second-factor", {"code": code})
        assert stranger.get("/office/security").status_code == 302

    def test_the_session_key_changes_with_signing_in(self, iris):
        secret = with_second_factor(iris)
        client = sign_in(EMAIL)
        before = client.cookies["session"].value
        client.post("/office/second-factor", {"code": code_of(secret)})
        assert client.cookies["session"].value != before
        assert Client(headers={"Cookie": f"session={before}"}).get("/office/security").status_code == 302

    def test_one_goes_on_where_one_wanted_to_go(self, iris):
        secret, client = with_second_factor(iris), browser()
        wanted = client.get("/office/security").headers["Location"]
        client.post(wanted, {"login": EMAIL, "password": PASSWORD})
        assert client.post("/office/second-factor", {"code": code_of(secret)}).headers["Location"] == "/office/security"

    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "data:1", "/"])
    def test_and_never_leaves_the_office_by_that(self, iris, elsewhere):
        secret, client = with_second_factor(iris), browser()
        client.post("/office/login", {"login": EMAIL, "password": PASSWORD, "next": elsewhere})
        assert client.post("/office/second-factor", {"code": code_of(secret)}).headers["Location"] == "/office"


class TestLeaving:
    def test_a_signed_out_cookie_is_dead(self, iris):
        client = sign_in(EMAIL, with_second_factor(iris))
        token = client.cookies["session"].value
        answer = client.post("/office/logout")
        assert "cache" in answer.headers["Clear-Site-Data"]
        assert Client(headers={"Cookie": f"session={token}"}).get("/office/security").status_code == 302
        assert not Session.objects.exists()

    def test_a_link_signs_nobody_out(self, iris):
        client = sign_in(EMAIL, with_second_factor(iris))
        assert client.get("/office/logout").status_code == 405
        assert client.get("/office/security").status_code == 200

    def test_another_site_signs_nobody_out(self, iris):
        client = sign_in(EMAIL, with_second_factor(iris))
        assert client.post("/office/logout", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert client.get("/office/security").status_code == 200

    def test_who_left_the_staff_is_out_at_once_and_stays_out(self, iris):
        secret = with_second_factor(iris)
        client = sign_in(EMAIL, secret)
        services.close(iris.pk)
        assert client.get("/office/security").status_code == 302
        assert login(browser()).content == told_as_wrong(browser())


def told_as_wrong(client):
    return login(client, password="not the password 1").content


class TestStrangers:
    def test_an_unknown_address_reads_like_a_wrong_password(self, iris):
        wrong = login(browser(), password="not the password 1")
        unknown = login(browser(), email="nobody@else.example", password="not the password 1")
        assert wrong.status_code == unknown.status_code == 422
        assert wrong.content.decode().replace(EMAIL, "nobody@else.example") == unknown.content.decode()

    def test_and_takes_as_long(self, iris):
        def seconds(email):
            people.forget_tries()
            begin = perf_counter()
            login(browser(), email=email, password="not the password 1")
            return perf_counter() - begin

        taken = [(seconds(EMAIL), seconds("nobody@office.example")) for _ in range(9)]
        known, unknown = median(a for a, _ in taken), median(b for _, b in taken)
        assert abs(known - unknown) < 0.3 * known

    def test_a_customers_password_does_not_open_the_office(self):
        people.somebody(Role.CUSTOMER, email=EMAIL)
        assert login(browser()).content == told_as_wrong(browser())

    def test_nobody_signs_up_here(self):
        assert browser().get("/office/signup").status_code == 404

    def test_looking_leaves_no_cookie_and_no_row(self):
        answer = browser().get("/office/login")
        assert answer.status_code == 200 and not answer.cookies and not Session.objects.exists()

    def test_hostile_text_comes_back_as_text(self):
        nasty = "\"><script>alert(1)</script>{{1234*4321}}{% raw %}@x.example"
        page = login(browser(), email=nasty).content.decode()
        assert "<script" not in page and "5332114" not in page


class TestLimits:
    def test_the_sixth_guess_is_not_even_tried(self, iris):
        for _ in range(5):
            login(browser(), password="not the password 1")
        page = login(browser()).content.decode()
        assert "Too many" in page and not Session.objects.exclude(subject=None).exists()

    def test_a_stranger_locks_nobody_out(self, iris):
        for _ in range(12):
            login(browser(), password="not the password 1", REMOTE_ADDR="203.0.113.7")
        login(browser(), REMOTE_ADDR="198.51.100.9")
        assert Session.objects.filter(subject=iris.subject_id).exists()

    def test_many_strangers_together_are_slowed(self, iris):
        for number in range(100):
            login(browser(), password="wrong 1", REMOTE_ADDR=f"203.0.113.{number}")
        assert "Too many" in login(browser(), REMOTE_ADDR="198.51.100.9").content.decode()

    def test_codes_cannot_be_guessed_on(self, iris):
        secret = with_second_factor(iris)
        client = sign_in(EMAIL)
        for _ in range(5):
            client.post("/office/second-factor", {"code": wrong_code_of(secret)})
        assert "Too many" in client.post("/office/second-factor", {"code": code_of(secret)}).content.decode()

    def test_what_counts_holds_no_address_of_any_kind(self, iris):
        login(browser(), password="not the password 1", REMOTE_ADDR="203.0.113.77")
        with connection.cursor() as cursor:
            cursor.execute("SELECT what FROM kernel_limit")
            kept = [bytes(row[0]) for row in cursor]
        assert len(kept) == 4 and {len(what) for what in kept} == {16}
        for plain in ("203.0.113.77", EMAIL, iris.alias):
            guesses = {limit.digest(plain) for limit in vars(attempts).values() if isinstance(limit, Limit)}
            assert guesses.isdisjoint(kept) or plain == iris.alias  # itself what stands for the address, with our key

    def test_signing_in_asks_the_database_few_questions(self, iris, django_assert_max_num_queries):
        secret, client = with_second_factor(iris), browser()
        with django_assert_max_num_queries(PASSWORD_ASKS):
            client.post("/office/login", {"login": EMAIL, "password": PASSWORD})
        with django_assert_max_num_queries(CODE_ASKS):
            client.post("/office/second-factor", {"code": code_of(secret)})

    def test_a_flood_is_told_to_wait(self):
        client = browser()
        answers = [client.post("/office/login", {"login": "x"}) for _ in range(31)]
        assert answers[-1].status_code == 429 and "Please wait" in answers[-1].content.decode()


class TestChangingThePassword:
    def change(self, client, old=PASSWORD, new="another quiet phrase"):
        return client.post("/office/password", {"oldpassword": old, "password1": new})

    def test_it_holds_from_then_on_and_ends_the_other_sessions(self, iris):
        secret = with_second_factor(iris)
        here = sign_in(EMAIL, secret)
        people.forget_tries()  # so that the same code serves for a second sign-in
        elsewhere = sign_in(EMAIL, secret)
        assert self.change(here).headers["Location"] == "/office/security"
        assert "signed out" in here.get("/office/security").content.decode()
        assert elsewhere.get("/office/security").status_code == 302
        iris.refresh_from_db()
        assert iris.check_password("another quiet phrase")

    @pytest.mark.parametrize(("old", "new", "told"), [
        ("not mine 12", "another quiet phrase", "current password"),
        (PASSWORD, "short1", "8 characters or more"),
        (PASSWORD, "password123", "widely known"),
    ])  # fmt: skip
    def test_it_says_why_not_and_changes_nothing(self, iris, old, new, told):
        client = sign_in(EMAIL, with_second_factor(iris))
        answer = self.change(client, old, new)
        assert answer.status_code == 422 and told in answer.content.decode()
        iris.refresh_from_db()
        assert iris.check_password(PASSWORD) and Session.objects.count() == 1


class TestWhatProtectsTheProtection:
    def test_later_on_the_password_is_asked_again(self, iris):
        with time_machine.travel(clock.now(), tick=False) as time:
            client = sign_in(EMAIL, with_second_factor(iris))
            time.shift(timedelta(minutes=6))
            for path in ("/office/second-factor/removal", "/office/recovery-codes/new"):
                assert client.get(path).headers["Location"].startswith("/office/reauthentication?next=")
            wanted = client.get("/office/second-factor/removal").headers["Location"]
            assert client.post(wanted, {"password": "not mine 12"}).status_code == 422
            assert client.post(wanted, {"password": PASSWORD}).headers["Location"] == "/office/second-factor/removal"
            assert client.get("/office/second-factor/removal").status_code == 200

    def test_without_its_app_an_account_sees_nothing_until_it_has_one_again(self, iris):
        client = sign_in(EMAIL, with_second_factor(iris))
        client.post("/office/reauthentication?next=/office/security", {"password": PASSWORD})
        assert client.post("/office/second-factor/removal").status_code == 302
        assert not people.has_second_factor(iris)
        assert client.get("/office/security").headers["Location"] == "/office/second-factor/set-up"

    def test_a_recovery_code_signs_in_once(self, iris):
        with_second_factor(iris)
        code = RecoveryCodes.activate(iris).generate_codes()[0]
        for works in (True, False):
            client = sign_in(EMAIL)
            client.post("/office/second-factor", {"code": code})
            assert (client.get("/office/security").status_code == 200) == works


class TestWhatAllauthKeeps:
    def test_nothing_but_an_alias(self, iris):
        client = sign_in(EMAIL, with_second_factor(iris))
        client.get("/office/security")
        assert not EmailAddress.objects.exists()
        assert Account.objects.get().alias.endswith("@a.invalid")
        assert Authenticator.objects.count() == 1


class TestCallers:
    def test_one_network_of_the_new_addresses_is_one_caller(self, rf):
        here, there, far = (rf.get("/", REMOTE_ADDR=ip) for ip in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"))
        assert callers.caller(here) == callers.caller(there) != callers.caller(far)

    def test_what_a_stranger_says_of_itself_is_not_believed(self, rf):
        honest = rf.get("/", REMOTE_ADDR="203.0.113.7")
        liar = rf.get("/", REMOTE_ADDR="203.0.113.7", headers={"X-Forwarded-For": "198.51.100.9"})
        assert callers.address(liar) == callers.address(honest)

    def test_a_trusted_proxy_is_believed_as_far_as_it_saw(self, rf, settings):
        from ipaddress import ip_network

        settings.TRUSTED_PROXIES = (ip_network("127.0.0.1/32"),)
        seen = rf.get("/", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "6.6.6.6, 198.51.100.9"})
        assert callers.address(seen) == "198.51.100.9"
