"""Staff of the shop under test, and browsers in which they are signed in."""

import secrets
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.db import connection
from django.test import Client

from calla.customers import services as customers
from calla.customers.types import Role
from calla.privacy import keys, versions
from tests.builders.shop import policy_in_force

PASSWORD = "quiet lilies grow by the pond"


@pytest.fixture
def policy(db):
    """Calladream's policy, in force."""
    policy_in_force()
    yield
    versions.forget()
    keys.forget_opened()


@pytest.fixture
def staff_member(policy):
    return somebody()


def somebody(role=Role.STAFF, email=None, name="Iris Calyx"):
    email = email or f"{secrets.token_hex(4)}@office.example"
    return customers.register_staff(email, role, name=name, password=PASSWORD)


def browser(**extra):
    """A client that is as strict with us as a real browser: it says where its requests come from."""
    return Client(headers={"Sec-Fetch-Site": "same-origin"}, **extra)


def with_second_factor(account):
    """Sets one up and returns its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(account, secret)
    return secret


def code_of(secret):
    return code_at(secret, time.time())


def code_at(secret, seconds):
    return totp.format_hotp_value(totp.hotp_value(secret, int(seconds) // 30))


def wrong_code_of(secret):
    return f"{(int(code_of(secret)) + 1) % 1_000_000:06}"


def sign_in(email, secret="", client=None):
    """Through the pages, as a person would."""
    client = client or browser()
    client.post("/office/login", {"login": email, "password": PASSWORD})
    if secret:
        client.post("/office/second-factor", {"code": code_of(secret)})
    return client


def forget_tries():
    """As if nobody had tried anything, and no code had been used."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_limit")


def has_second_factor(account):
    return Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists()
