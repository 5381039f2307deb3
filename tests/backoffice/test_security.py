"""What protects an account once it is signed in: its password, its second factor, and what is kept of both."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from calla.customers.models import Account
from calla.kernel import clock
from calla.privacy.models import Session
from tests.backoffice.signing_in import EMAIL
from tests.support import people
from tests.support.people import PASSWORD, sign_in, with_second_factor

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("policy", "no_limits_yet")]


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
