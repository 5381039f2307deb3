"""Signing in to the office: by alias, with two factors, with answers that tell a stranger nothing."""

import re
from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
import time_machine
from django.db import connection
from django.test import Client

from calla.customers import services
from calla.customers.types import Role
from calla.kernel import clock
from calla.privacy.models import Session
from tests.backoffice.signing_in import EMAIL, login
from tests.support import people
from tests.support.people import PASSWORD, browser, code_at, code_of, sign_in, with_second_factor, wrong_code_of

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("policy", "no_limits_yet")]


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
