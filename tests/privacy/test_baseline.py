"""Each precaution, planted absent, keeps the shop from starting."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.checks import run_checks
from django.db import connections

from calla import running
from calla.customers import services as customers
from calla.customers.published import EMAIL, PASSWORD
from calla.customers.types import Role
from calla.privacy import baseline, checks, roots
from calla.serving import Refused

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("shop", "own_roots")]
SECRET = "k7Jq0_vX2mLw9RtYb4HcN6sZ1dFgPaEu"


class Weak(Argon2PasswordHasher):
    memory_cost = 1024
    time_cost = 1


@pytest.fixture
def public(settings):
    """A shop that others can reach, with everything as it should be."""
    settings.PUBLIC_HOST, settings.PUBLIC_URL = "shop.example", "https://shop.example"
    settings.SECURE_SSL_REDIRECT = settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SESSION_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS, settings.SESSION_COOKIE_NAME = 2 * checks.YEAR, "__Host-session"
    settings.SECRET_KEY = settings.PAYMENT_KEY = SECRET
    settings.WEBHOOK_SECRETS = [SECRET]
    return settings


def mail_without_tls(settings):
    settings.MAIL_SERVER = {"host": "mail.example", "use_tls": False, "use_ssl": False}


def others_read_the_root_key(settings):
    next(roots.folder().glob("root-*.key")).chmod(0o644)


def others_look_into_the_folder(settings):
    roots.folder().chmod(0o750)


def a_foreign_script(settings):
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy | {"script-src": ["'self'", "https://cdn.example"]}}


def an_inline_script(settings):
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy | {"script-src": ["'unsafe-inline'"]}}


def a_log_of_values(settings):
    handlers = {"stderr": {"class": "logging.StreamHandler"}}
    settings.LOGGING = settings.LOGGING | {"handlers": handlers}


def the_password_of_the_demo(settings):
    settings.PUBLIC_HOST = "127.0.0.1"  # where it could still be set
    customers.register_staff(EMAIL, Role.OWNER, password=PASSWORD)
    settings.PUBLIC_HOST = "shop.example"


def setting(**values):
    def plant(settings):
        for name, value in values.items():
            setattr(settings, name, value)

    return plant


def without(middleware):
    def plant(settings):
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith(middleware)]

    return plant


PLANTED = [
    ("tls", setting(PUBLIC_URL="http://shop.example")),
    ("tls", setting(SECURE_SSL_REDIRECT=False)),
    ("hsts", setting(SECURE_HSTS_SECONDS=checks.YEAR - 1)),
    ("cookies", setting(SESSION_COOKIE_SECURE=False)),
    ("cookies", setting(SESSION_COOKIE_HTTPONLY=False)),
    ("cookies", setting(SESSION_COOKIE_SAMESITE="None")),
    ("content", a_foreign_script),
    ("content", an_inline_script),
    ("content", setting(CONTENT_SECURITY_POLICY={"DIRECTIVES": {}})),
    ("headers", without("CSPMiddleware")),
    ("headers", without("SameOriginPosts")),
    ("headers", setting(X_FRAME_OPTIONS="SAMEORIGIN")),
    ("debug", setting(DEBUG=True)),
    ("secrets", setting(SECRET_KEY="django-insecure-0123456789abcdefghijklmnop")),
    ("secrets", setting(PAYMENT_KEY="short")),
    ("secrets", setting(WEBHOOK_SECRETS=["a" * 40])),
    ("keys", others_read_the_root_key),
    ("keys", others_look_into_the_folder),
    ("passwords", setting(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"])),
    ("passwords", setting(PASSWORD_HASHERS=[f"{__name__}.Weak"])),
    ("mail", mail_without_tls),
    ("payment", setting(EGRESS={"orders.payment": "http://pay.example"})),
    ("logs", a_log_of_values),
    ("demo", the_password_of_the_demo),
]


def named(missing):
    return {line.partition(":")[0] for line in missing}


def test_a_shop_with_everything_in_place_starts(public):
    assert baseline.missing() == [] and not run_checks()
    running.refuse_what_is_missing()


@pytest.mark.parametrize(("name", "plant"), PLANTED)
def test_without_it_the_shop_does_not_start(public, name, plant):
    plant(public)
    assert named(baseline.missing()) == {name}
    with pytest.raises(Refused, match=f"{name}: "):
        running.refuse_what_is_missing()


@pytest.mark.parametrize(("name", "plant"), [one for one in PLANTED if one[0] != "demo"])
def test_every_command_says_so(public, name, plant):
    plant(public)
    assert f"calla.{name}" in {one.id for one in run_checks()}


def test_an_old_package_is_missed(public, monkeypatch):
    monkeypatch.setattr(checks, "version", lambda package: "1.0.0")
    assert named(baseline.missing()) == {"packages"}


def test_a_database_that_trusts_everybody_is_missed(public, monkeypatch):
    class Trusting:
        host, used_password = b"db.example", False

    for alias in ("default", "keys"):
        connections[alias].ensure_connection()
    monkeypatch.setattr(connections["keys"].connection, "pgconn", Trusting, raising=False)
    assert "databases" in named(baseline.missing())


def test_a_check_that_breaks_counts_as_missing(monkeypatch):
    broken = baseline.Precaution("broken", "Says so.", lambda settings: 1 / 0, False, "")
    monkeypatch.setitem(baseline._precautions, "broken", broken)
    assert baseline.missing() == ["broken: this could not be checked (ZeroDivisionError)"]


def test_each_precaution_is_planted_absent_somewhere():
    elsewhere = {"packages", "databases"}
    assert {one.name for one in baseline.precautions()} == {name for name, _ in PLANTED} | elsewhere


def test_the_list_is_there_to_read(visitor):
    page = visitor.get("/privacy/security").content.decode()
    for one in baseline.precautions():
        assert one.says.replace("'", "&#x27;") in page
