"""Accounts: found by an HMAC, sealed, and told apart from strangers by nothing that a table shows."""

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from calla.backoffice.services import add_staff
from calla.customers import selectors, services
from calla.customers.errors import AccountExists, BadEmail, LastOwner, NoSuchAccount, PasswordRefused
from calla.customers.models import Account
from calla.customers.types import Role
from calla.privacy.errors import NotGranted
from calla.privacy.models import LedgerEntry, Session, Subject
from calla.privacy.sessions import SessionStore
from calla.privacy.types import Actor
from tests.support.people import PASSWORD, somebody

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("policy")]


def whole_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor]
        stored = ""
        for table in tables:
            cursor.execute(f'SELECT string_agg("{table}"::text, chr(10)) FROM "{table}"')
            stored += cursor.fetchone()[0] or ""
    return stored.lower()


class TestTakingOn:
    def test_the_account_is_found_by_any_spelling_of_the_address(self):
        account = somebody(email="Iris.Calyx@Office.Example")
        assert selectors.by_email("  iris.calyx@office.example ") == account
        assert selectors.by_email("iris@office.example") is None

    def test_no_table_holds_address_name_or_password(self):
        account = somebody(email="canary@office.example", name="Canary Finch")
        SessionStore().save()
        stored = whole_database()
        assert account.alias in stored
        for clear in ("canary", "finch", "office.example", PASSWORD):
            assert clear not in stored and clear.encode().hex() not in stored

    def test_it_opens_for_running_the_shop_and_for_nothing_else(self):
        account = somebody(email="iris@office.example", name="Iris Calyx")
        opened = account.details.open("staff")
        assert (opened.name, opened.email) == ("Iris Calyx", "iris@office.example")
        with pytest.raises(NotGranted):
            account.details.open("newsletter")

    def test_printing_it_tells_nobody(self):
        account = somebody(email="iris@office.example", name="Iris Calyx")
        for shown in (str(account), repr(account), repr(account.details), f"{selectors.staff(by=Actor('system'))}"):
            assert "iris" not in shown.lower()

    def test_an_address_has_one_account(self):
        somebody(email="iris@office.example")
        with pytest.raises(AccountExists):
            somebody(email="IRIS@office.example")
        assert Account.objects.count() == Subject.objects.count() == 1

    @pytest.mark.parametrize("email", ["", "iris", "iris@", "@a.example", "iris@a\r\nBcc: x@y.de", "a b@c.example"])
    def test_what_is_no_address_is_refused(self, email):
        with pytest.raises(BadEmail):
            services.register_staff(email, Role.STAFF, password=PASSWORD)
        assert not Account.objects.exists()

    def test_an_owner_who_looks_at_the_staff_is_in_their_ledger(self):
        account, owner = somebody(name="Iris Calyx"), somebody(Role.OWNER, name="Olga Owner")
        seen = selectors.staff(by=Actor("staff", owner.subject_id))
        assert {one.name for one in seen} == {"Iris Calyx", "Olga Owner"}
        told = LedgerEntry.objects.get(subject=account.subject_id, kind="opened")
        assert told.actor_subject == owner.subject_id


class TestPasswords:
    def test_they_are_hashed_as_owasp_advises(self):
        account = somebody()
        assert account.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
        assert identify_hasher(account.password).algorithm == "argon2" and account.check_password(PASSWORD)

    @pytest.mark.parametrize(("password", "reason"), [
        ("ab1", "8 characters or more"),
        ("abcdefgh", "both letters and digits"),
        ("4711081547", "both letters and digits"),
        ("password123", "widely known"),
        ("Calladream1", "without the shop's name|leave out the shop's name"),
        ("xcalladream7", "leave out the shop's name"),
    ])  # fmt: skip
    def test_a_weak_one_is_refused_with_the_reason(self, password, reason):
        with pytest.raises(PasswordRefused, match=reason):
            services.check_password(password)

    @pytest.mark.parametrize("password", [
        "mauve42sage", "only letters but many", "4711xkcd", "a1" * 64, "пароль и цветы 7", "  spaces 7  ",
        "x9" + "é" * 200, "we love calladream since the very first day",
    ])  # fmt: skip
    def test_a_good_one_may_be_what_it_likes(self, password):
        services.check_password(password)
        assert services.register_staff("iris@office.example", Role.STAFF, password=password).check_password(password)

    def test_a_long_one_is_not_cut(self):
        account = services.register_staff("iris@office.example", Role.STAFF, password="a1" * 100)
        assert not account.check_password("a1" * 99)

    def test_a_new_one_ends_every_other_session(self, staff_member):
        here, phone = (signed_in(staff_member) for _ in range(2))
        services.change_password(staff_member, "a new phrase of mine 8", except_token=here)
        assert SessionStore(here).get("_auth_user_id") and not SessionStore(phone).get("_auth_user_id")

    def test_a_refused_one_changes_nothing(self, staff_member):
        before, _ = staff_member.password, signed_in(staff_member)
        with pytest.raises(PasswordRefused):
            services.change_password(staff_member, "short")
        staff_member.refresh_from_db()
        assert staff_member.password == before and Session.objects.count() == 1


def signed_in(account):
    session = SessionStore()
    session["_auth_user_id"] = str(account.pk)
    session.save()
    return session.session_key


class TestLeaving:
    def test_it_ends_their_sessions_at_once(self, staff_member):
        token = signed_in(staff_member)
        services.close(staff_member.pk)
        assert not SessionStore(token).get("_auth_user_id")
        staff_member.refresh_from_db()
        assert not staff_member.is_active and "staff.left" in staff_member.life()

    def test_the_last_owner_stays(self):
        owner = somebody(Role.OWNER)
        with pytest.raises(LastOwner):
            services.close(owner.pk)
        owner.refresh_from_db()
        assert owner.is_active

    def test_one_of_two_owners_may_go(self):
        owner, _other = somebody(Role.OWNER), somebody(Role.OWNER)
        services.close(owner.pk)
        with pytest.raises(NoSuchAccount):
            services.close(owner.pk)


class TestTheCommand:
    def test_it_prints_a_password_once(self, capsys):
        call_command("add_staff", "iris@office.example", "--role", "manager")
        password = capsys.readouterr().out.strip().rpartition(" ")[2]
        account = selectors.by_email("iris@office.example")
        assert account.role == "manager" and account.check_password(password)

    def test_it_reads_a_password_and_then_prints_none(self, capsys, tmp_path):
        (tmp_path / "first").write_text(PASSWORD + "\n", encoding="utf-8")
        call_command("add_staff", "iris@office.example", "--role", "staff", "--password-file", str(tmp_path / "first"))
        assert PASSWORD not in capsys.readouterr().out
        assert selectors.by_email("iris@office.example").check_password(PASSWORD)

    @pytest.mark.parametrize(("email", "options", "told"), [
        ("iris", ["--role", "staff"], "not an e-mail address"),
        ("iris@office.example", ["--role", "queen"], "invalid choice"),
        ("iris@office.example", ["--role", "staff", "--password-file", "/nowhere/first"], "Cannot read"),
    ])  # fmt: skip
    def test_it_says_what_is_wrong_and_adds_nobody(self, email, options, told):
        with pytest.raises(CommandError, match=told):
            call_command("add_staff", email, *options)
        assert not Account.objects.exists()

    def test_it_leaves_an_account_that_is_there_as_it_is(self):
        somebody(email="iris@office.example")
        with pytest.raises(CommandError, match="already"):
            call_command("add_staff", "iris@office.example", "--role", "owner")
        assert Account.objects.get().role == "staff"

    def test_the_demo_may_add_its_own_again_and_again(self):
        given = {"password": PASSWORD, "totp_secret": "JBSWY3DPEHPK3PXP"}
        first, again = (add_staff("demo@office.example", "owner", **given) for _ in range(2))
        assert first.fresh and not again.fresh and again.totp_secret == first.totp_secret
        assert Account.objects.count() == 1 and PASSWORD not in repr(first)
