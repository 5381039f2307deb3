from collections.abc import Callable

import pytest
from django.test import Client

from calla.customers.types import Role
from tests.backoffice.signing_in import EMAIL
from tests.support import people
from tests.support.people import policy, staff_member
from tests.support.shop import shop

__all__ = ["policy", "shop", "staff_member"]


@pytest.fixture
def at_work(db) -> Callable[[Role], Client]:
    """A browser in which somebody of this role is signed in with both factors; `client.account` is who."""
    people.forget_tries()

    def sign_in(role=Role.STAFF):
        account = people.somebody(role, email := f"{role.name.lower()}@office.example")
        client = people.sign_in(email, people.with_second_factor(account))
        client.account = account
        return client

    return sign_in


@pytest.fixture
def no_limits_yet():
    people.forget_tries()


@pytest.fixture
def iris():
    return people.somebody(email=EMAIL)
