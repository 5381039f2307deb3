"""Owners take people on and let them go."""

import re

import pytest

from calla.customers import selectors
from calla.customers.models import Account
from calla.customers.types import Role
from tests.support import people
from tests.support.people import browser

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("policy")]
NEW = {"email": "new@office.example", "name": "Nora New", "role": "staff"}


class TestTakingOn:
    def test_the_first_password_is_shown_once_and_works(self, at_work):
        owner = at_work(Role.OWNER)
        page = owner.post("/office/staff", NEW).content.decode()
        password = re.search(r'class="key">([^<]+)<', page)[1]
        assert password not in owner.get("/office/staff").content.decode()
        client = browser()
        client.post("/office/login", {"login": NEW["email"], "password": password})
        assert client.get("/office").headers["Location"] == "/office/second-factor/set-up"

    @pytest.mark.parametrize("wrong", [{"email": "new"}, {"role": "queen"}, {"role": ""}, {"name": ""}])
    def test_what_is_wrong_adds_nobody(self, at_work, wrong):
        answer = at_work(Role.OWNER).post("/office/staff", NEW | wrong)
        assert answer.status_code == 422 and Account.objects.count() == 1

    def test_an_account_that_is_there_stays_as_it_is(self, at_work):
        before = people.somebody(email=NEW["email"]).password
        answer = at_work(Role.OWNER).post("/office/staff", NEW | {"role": "owner"})
        account = selectors.by_email(NEW["email"])
        assert answer.status_code == 422 and (account.role, account.password) == ("staff", before)

    def test_a_manager_cannot(self, at_work):
        assert at_work(Role.MANAGER).post("/office/staff", NEW).status_code == 403
        assert selectors.by_email(NEW["email"]) is None

    def test_more_than_was_asked_is_not_taken(self, at_work):
        at_work(Role.OWNER).post("/office/staff", NEW | {"is_active": "", "password": "known 1234567890", "alias": "x"})
        account = selectors.by_email(NEW["email"])
        assert account.is_active and not account.check_password("known 1234567890")


class TestLettingGo:
    def test_they_are_out_at_once(self, at_work):
        owner, other = at_work(Role.OWNER), at_work(Role.STAFF)
        assert other.get("/office").status_code == 200
        owner.post(f"/office/staff/{other.account.pk}/departure")
        assert other.get("/office").status_code == 302

    def test_the_last_owner_stays(self, at_work):
        owner = at_work(Role.OWNER)
        owner.post(f"/office/staff/{owner.account.pk}/departure")
        assert "last owner" in owner.get("/office/staff").content.decode()

    def test_nobody_else_can(self, at_work):
        other, manager = people.somebody(), at_work(Role.MANAGER)
        assert manager.post(f"/office/staff/{other.pk}/departure").status_code == 403
        other.refresh_from_db()
        assert other.is_active
